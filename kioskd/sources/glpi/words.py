"""What kioskd says of GLPI's tickets in the panel's language, and GLPI's own names of things."""

from collections.abc import Mapping

from kioskd.config import Language

# GLPI's own translations of its urgencies 1 to 5.
URGENCIES: Mapping[Language, tuple[str, ...]] = {
    "pt-BR": ("Muito Baixa", "Baixa", "Média", "Alta", "Muito Alta"),
    "en": ("Very low", "Low", "Medium", "High", "Very high"),
    "es": ("Muy baja", "Baja", "Media", "Alta", "Muy alta"),
}
PRIORITIES: Mapping[Language, tuple[str, ...]] = {
    "pt-BR": ("muito baixa", "baixa", "média", "alta", "muito alta", "crítica"),
    "en": ("very low", "low", "medium", "high", "very high", "major"),
    "es": ("muy baja", "baja", "media", "alta", "muy alta", "mayor"),
}
STATUSES: Mapping[Language, Mapping[int, str]] = {
    "pt-BR": {
        1: "novo",
        2: "em atendimento",
        3: "planejado",
        4: "pendente",
        5: "solucionado",
        6: "fechado",
        10: "em aprovação",
    },
    "en": {
        1: "new",
        2: "in progress",
        3: "planned",
        4: "pending",
        5: "solved",
        6: "closed",
        10: "in approval",
    },
    "es": {
        1: "nuevo",
        2: "en curso",
        3: "planificado",
        4: "pendiente",
        5: "resuelto",
        6: "cerrado",
        10: "en aprobación",
    },
}
# `{id}` is the ticket's number, `{who}` a person or a group, `{what}` a status or a priority.
_SAID: Mapping[str, tuple[str, str, str]] = {
    "creation": ("Chamado #{id} aberto", "Ticket #{id} opened", "Ticket #{id} abierto"),
    "assignment": (
        "Chamado #{id} atribuído a {who}",
        "Ticket #{id} assigned to {who}",
        "Ticket #{id} asignado a {who}",
    ),
    "unassignment": (
        "Chamado #{id} retirado de {who}",
        "Ticket #{id} taken from {who}",
        "Ticket #{id} retirado a {who}",
    ),
    "status_change": ("Chamado #{id}: {what}", "Ticket #{id}: {what}", "Ticket #{id}: {what}"),
    "resolution": (
        "Chamado #{id} solucionado",
        "Ticket #{id} solved",
        "Ticket #{id} resuelto",
    ),
    "closing": ("Chamado #{id} fechado", "Ticket #{id} closed", "Ticket #{id} cerrado"),
    "reopening": ("Chamado #{id} reaberto", "Ticket #{id} reopened", "Ticket #{id} reabierto"),
    "priority": (
        "Chamado #{id}: prioridade {what}",
        "Ticket #{id}: priority {what}",
        "Ticket #{id}: prioridad {what}",
    ),
    "comment": (
        "Chamado #{id}: novo acompanhamento",
        "Ticket #{id}: new follow-up",
        "Ticket #{id}: nuevo seguimiento",
    ),
    "task": ("Chamado #{id}: nova tarefa", "Ticket #{id}: new task", "Ticket #{id}: nueva tarea"),
    "survey": (
        "Chamado #{id}: pesquisa respondida",
        "Ticket #{id}: survey answered",
        "Ticket #{id}: encuesta respondida",
    ),
    "deletion": (
        "Chamado #{id} movido para a lixeira",
        "Ticket #{id} put in the trash",
        "Ticket #{id} enviado a la papelera",
    ),
    "restoring": (
        "Chamado #{id} restaurado",
        "Ticket #{id} restored",
        "Ticket #{id} restaurado",
    ),
    "due": ("Vence em {what} min: {who}", "Due in {what} min: {who}", "Vence en {what} min: {who}"),
    "reopened": ("Reaberto: {who}", "Reopened: {who}", "Reabierto: {who}"),
    "user": ("Usuário {id}", "User {id}", "Usuario {id}"),
    "acknowledged": (
        "Ciente no painel {what} ({who})",
        "Seen on the panel {what} ({who})",
        "Visto en el panel {what} ({who})",
    ),
}
_AT: Mapping[Language, int] = {"pt-BR": 0, "en": 1, "es": 2}


def say(language: Language, key: str, **fill: object) -> str:
    """One line of kioskd's own about a ticket."""
    return _SAID[key][_AT[language]].format(**fill)


def urgency(language: Language, number: int | None) -> str:
    """GLPI's word for an urgency; empty for one that it hasn't."""
    return URGENCIES[language][number - 1] if number and 1 <= number <= 5 else ""


def priority(language: Language, number: int | None) -> str:
    return PRIORITIES[language][number - 1] if number and 1 <= number <= 6 else str(number or "")


def status(language: Language, number: int | None) -> str:
    return STATUSES[language].get(number or 0, str(number or ""))
