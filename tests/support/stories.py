"""Made-up helpdesk data in the shapes of the guide, always the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

PEOPLE = ("João Silva", "Ana Oliveira", "Carlos Mendes", "Beatriz Souza", "Rafael Lima", None)
TITLES = (
    "Servidor de arquivos fora do ar",
    "Sem acesso à VPN no notebook",
    "Impressora do 3º andar não imprime",
    "E-mail não sincroniza no celular",
    "Erro 500 no portal do colaborador ao anexar comprovantes de reembolso",
    "Solicitação de novo monitor",
    "Backup noturno falhou",
)
ENTITIES = ("Matriz > Financeiro", "Filial Manaus", "Almoxarifado", "Recepção", "Diretoria")
PRIORITIES = ("low", "high", "medium", "low", "medium", "critical", "medium", "low", "high", "low")


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ticket(number: int, **fields: object) -> dict[str, Any]:
    return {
        "id": str(10_000 + number),
        "title": TITLES[number % len(TITLES)],
        "assignedTo": PEOPLE[number % len(PEOPLE)],
        "entity": ENTITIES[number % len(ENTITIES)],
        "priority": PRIORITIES[number % len(PRIORITIES)],
        "status": ("open", "in_progress", "pending", "assigned")[number % 4],
        "createdAt": ago(minutes=7 + number * 37),
        "updatedAt": ago(minutes=1),
    } | fields


def tickets(count: int = 0, *more: dict[str, Any]) -> dict[str, Any]:
    """``count`` ordinary tickets and ``more``."""
    data = [ticket(number) for number in range(count)] + list(more)
    return {"type": "tickets_update", "data": data, "timestamp": ago()}


def project(number: int, due_in: int | None, **fields: object) -> dict[str, Any]:
    due = None
    if due_in is not None:
        due = (datetime.now(UTC) - timedelta(hours=3) + timedelta(days=due_in)).date().isoformat()
    return {
        "id": f"proj-{number}",
        "name": ("Migração para a nuvem", "Inventário de equipamentos", "Rede sem fio")[number % 3],
        "responsible": PEOPLE[number % 5],
        "status": ("planning", "in_progress", "testing")[number % 3],
        "completed": 45 - number,
        "inProgress": 12,
        "pending": 8,
        "progress": 20 + number * 7,
        "dueDate": due,
        "updatedAt": ago(minutes=5),
    } | fields


def projects(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "projects_update", "data": list(items), "timestamp": ago()}


def dashboard(**fields: object) -> dict[str, Any]:
    people = [
        {
            "id": f"t{number}",
            "name": PEOPLE[number],
            "specialization": ("Hardware", "Redes", "Impressão", "Telefonia")[number],
            "available": number != 1,
            "assignedCount": number,
        }
        for number in range(4)
    ]
    activity = [
        {
            "id": f"a{number}",
            "timestamp": ago(minutes=3 + number * 50),
            "description": f"Chamado #{number} atribuído a Carlos Mendes",
            "type": ("assignment", "progress", "closed", "new", "escalation")[number % 5],
            "severity": ("critical", "high", "medium", "low")[number % 4],
        }
        for number in range(9)
    ]
    return {
        "type": "dashboard_update",
        "kpis": {
            "openTickets": 12,
            "avgResponseTime": "2h 30m",
            "resolutionRate": 92,
            "customerSatisfaction": 88.5,
            "surveyCount": 47,
        },
        "technicians": people,
        "analysts": people[:3],
        "recentActivity": activity,
        "timestamp": ago(),
    } | fields


def alert(kind: str, key: str, title: str, severity: str) -> dict[str, Any]:
    """``kind``: ``new_ticket``, ``project_update`` or ``critical``."""
    data = {"id": key, "title": title, "severity": severity}
    message = "critical_alert" if kind == "critical" else f"{kind}_alert"
    return {"type": message, "data": data, "timestamp": ago()}


def switch(target: str) -> dict[str, Any]:
    return {"type": "remote_switch", "target": target, "timestamp": ago()}
