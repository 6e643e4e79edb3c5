"""How one source names its fields and words, and what a person should write where it is not known.

``fields:`` and ``words:`` of a source's settings say it; the guide's names need no mention.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from kioskd.config import GuideField, Meaning
from kioskd.core.words import Words, plain

Json = dict[str, Any]
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What helpdesks call a field of the guide, as ``plain`` leaves it.
_SYNONYMS: Mapping[str, str] = {
    "id": "codigo, numero, number, key, ticket id, pk, identificador",
    "title": "titulo, assunto, asunto, subject, summary, name, nome, nombre",
    "description": "descricao, descripcion, content, conteudo, detalhes, body",
    "assignedTo": "assigned to, assignee, responsavel, responsable, tecnico, technician, "
    "atribuido a, asignado a, atendente, owner, agent",
    "priority": "prioridade, prioridad, severity, severidade, gravidade, urgency, urgencia",
    "status": "situacao, estado, state, fase",
    "createdAt": "created at, created, date creation, opened at, abertura, apertura, criado em, "
    "creado en, data criacao, fecha creacion, date, data, fecha",
    "updatedAt": "updated at, modified, atualizado em, actualizado en, date mod",
    "entity": "entidade, entidad, unidade, setor, department, location, localizacao",
    "name": "nome, nombre, title, titulo, full name, nome completo",
    "responsible": "responsavel, responsable, manager, gerente, owner, assigned to, lider",
    "completed": "done, concluidas, concluidos, completadas, finished, tasks done",
    "inProgress": "in progress, em andamento, en curso, doing, ongoing, tasks in progress",
    "pending": "pendentes, pendientes, todo, remaining, tasks pending",
    "progress": "progresso, progreso, percent, percent done, percentual, porcentaje",
    "dueDate": "due date, due, deadline, prazo, entrega, data entrega, data fim, fecha entrega, "
    "fecha fin, end date, plan end date",
    "specialization": "specialty, especialidade, especialidad, especializacao, area, skill, team",
    "available": "disponivel, disponible, is available, online, free",
    "assignedCount": "assigned count, chamados, tickets, open tickets, count, total, qtd",
    "timestamp": "created at, date, data, fecha, time, when, quando, hora",
    "type": "tipo, kind, action, acao, event",
    "kpis": "indicadores, metrics, metricas, stats, figures",
    "technicians": "tecnicos, technician list, agents",
    "analysts": "analistas, analyst list",
    "recentActivity": "recent activity, atividade recente, atividades, activities, activity, log",
    "data": "tickets, chamados, projects, projetos, proyectos, items, results, rows",
    "counters": "contadores, counts, totals, totais",
    "openTickets": "open tickets, chamados abertos, abertos, tickets abiertos",
    "avgResponseTime": "avg response time, tempo medio, tempo resposta, tiempo respuesta",
    "resolutionRate": "resolution rate, taxa resolucao, tasa resolucion",
    "customerSatisfaction": "customer satisfaction, satisfacao, satisfaccion, csat",
    "surveyCount": "survey count, pesquisas, encuestas, surveys",
}
_PERSON = ("name", "nome", "nombre", "full_name", "fullname", "title", "label", "username")


class Dialect:
    """``fields``: the source's name of a field by the guide's; empty: the source has none.

    ``own`` says that even a row in the guide's shape may mean something else; ``without`` are the
    fields that the source has not.
    """

    def __init__(
        self,
        fields: Mapping[GuideField, str | None] | None = None,
        words: Mapping[str, Meaning] | None = None,
    ) -> None:
        self.words = Words(words)
        names = fields or {}
        self._names: dict[str, str] = {name: there for name, there in names.items() if there}
        self.own = bool(self._names) or not self.words.keeps_the_guides()
        self.without: frozenset[str] = frozenset(names) - frozenset(self._names)

    def translate(self, item: Json, known: Iterable[str]) -> None:
        """Put the guide's names beside the source's own; ``a.b`` is the field ``b`` of ``a``."""
        for name, there in self._names.items():
            if name in known and (found := _at(item, there)) is not _NOTHING:
                item[name] = found

    def move(self, message: Json, known: Iterable[str]) -> None:
        """As ``translate``, for what is large: it leaves its own name."""
        self.translate(message, known)
        for name, there in self._names.items():
            if name in known and there != name:
                message.pop(there, None)

    def renames(self, name: str) -> bool:
        """Whether the source has a name of its own for a field of the guide."""
        return name in self._names

    def names(self) -> frozenset[str]:
        """The source's own names that are already spoken for."""
        return frozenset(there.partition(".")[0] for there in self._names.values())


_NOTHING = object()


def _at(item: Json, path: str) -> Any:
    if path in item:
        return item[path]
    found: Any = item
    for step in path.split("."):
        if not isinstance(found, dict) or step not in found:
            return _NOTHING
        found = found[step]
    return found


def propose(missing: Iterable[str], row: Mapping[str, Any]) -> dict[str, str]:
    """For each missing field the name in ``row`` that most likely means it, if any does."""
    free = {_words(name): name for name in row}
    found: dict[str, str] = {}
    for likely in (_same, _part, _alike):
        for wanted in missing:
            near = None if wanted in found else likely(_meanings(wanted), list(free))
            if near is not None:
                name = free.pop(near)
                found[wanted] = name + _inner(row[name])
    return found


def _meanings(wanted: str) -> list[str]:
    return [_words(wanted), *_SYNONYMS.get(wanted, "").split(", ")]


def _same(meanings: list[str], names: list[str]) -> str | None:
    return next((word for word in meanings if word in names), None)


def _part(meanings: list[str], names: list[str]) -> str | None:
    """``data de abertura do chamado`` has the word ``abertura`` in it."""
    for word in filter(None, meanings):
        for name in names:
            if set(word.split()) <= set(name.split()):
                return name
    return None


def _alike(meanings: list[str], names: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(meanings[0], names, 1, 0.75)), None)


def _words(name: str) -> str:
    return plain(_CAPITAL.sub(" ", name))


def _inner(value: Any) -> str:
    """The name inside an object, as ``{"id": 3, "name": "Ana"}`` has one; empty for a value."""
    if not isinstance(value, dict):
        return ""
    return next((f".{name}" for name in _PERSON if name in value), "")
