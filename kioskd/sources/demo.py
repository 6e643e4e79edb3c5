"""A made-up helpdesk that lives: tickets arrive, are assigned, escalate and close; projects move.

The story is wholly decided by the seed: only its timestamps come from the clock.
"""

import datetime
import random
from collections.abc import AsyncIterator
from typing import Any

from kioskd.config import SEVERITIES, VIEWS, Demo, View
from kioskd.protocol import Json, Message, encode, parse_upstream
from kioskd.sources import Context

STEP = 3.0  # seconds between two things that happen, at tempo 1
PROBLEMS = (
    "Impressora não imprime",
    "Sem acesso ao e-mail",
    "Servidor de arquivos lento",
    "VPN não conecta",
    "Computador não liga",
    "Senha expirada",
    "Sistema fiscal fora do ar",
    "Ramal mudo",
    "Tela azul ao iniciar",
    "Wi-Fi instável",
    "Backup noturno falhou",
    "Leitor de código de barras parado",
    "Disco quase cheio",
    "Projetor sem imagem",
)
PLACES = (
    "Recepção",
    "Financeiro",
    "RH",
    "Almoxarifado",
    "Diretoria",
    "Sala de reuniões 2",
    "Laboratório",
    "Filial Norte",
    "Portaria",
    "Biblioteca",
)
TECHNICIANS = (
    ("Bruna Sales", "Hardware"),
    ("Caio Prado", "Redes"),
    ("Davi Rocha", "Impressão"),
    ("Elisa Motta", "Telefonia"),
)
ANALYSTS = (
    ("Fábio Nunes", "Infraestrutura"),
    ("Gisele Pinto", "Sistemas"),
    ("Hugo Leal", "Segurança"),
)
PROJECTS = (
    ("Migração para a nuvem", "Gisele Pinto", -3),
    ("Troca dos switches", "Caio Prado", 0),
    ("Inventário de equipamentos", "Bruna Sales", 5),
    ("Novo portal do aluno", "Hugo Leal", 21),
    ("Telefonia IP na filial", "Elisa Motta", 40),
)
URGENCY = {"critical": "Muito Alta", "high": "Alta", "medium": "Média", "low": "Baixa"}


class Helpdesk:
    """The story. Without the clock it is the same for the same ``seed``."""

    def __init__(self, settings: Demo) -> None:
        self._random = random.Random(settings.seed)
        self._wanted = settings.tickets
        self._number = 1000
        self.tickets: list[Json] = []
        self.activity: list[Json] = []
        self.projects: list[Json] = [
            {
                "id": f"proj-{i:03}",
                "name": name,
                "responsible": who,
                "status": "in_progress",
                "completed": 6 + 3 * i,
                "inProgress": 3,
                "pending": 11 - 2 * i,
                "progress": round(100 * (6 + 3 * i) / (20 + i)),
                "dueDate": _day(days),
                "updatedAt": _now(),
            }
            for i, (name, who, days) in enumerate(PROJECTS, 1)
        ]
        for age in range(settings.tickets, 0, -1):
            self._arrive(minutes=age * 17)
            if age > 3:  # the newest few still wait for someone
                self._assign()
        self.activity.clear()

    def step(self) -> set[View]:
        """One thing happens; the views that it changed."""
        chance = self._random.random()
        pressure = (self._wanted - len(self.tickets)) * 0.04
        if chance < 0.25 + pressure:
            self._arrive()
        elif chance < 0.5:
            self._assign()
        elif chance < 0.75 and self.tickets:
            self._close()
        elif chance < 0.83 and self.tickets:
            self._escalate()
        elif chance < 0.95:
            self._advance()
            return {"projects", "dashboard"}
        else:
            return set()
        return {"tickets", "dashboard"}

    def update(self, view: View) -> Json:
        """The guide's message for a view, as it is now."""
        if view == "tickets":
            counters = {
                name: sum(t["priority"] == name for t in self.tickets) for name in SEVERITIES
            }
            body: Json = {"data": self.tickets, "counters": counters | {"total": len(self.tickets)}}
        elif view == "projects":
            body = {"data": self.projects}
        else:
            body = {
                "kpis": self._kpis(),
                "technicians": self._people("technician", TECHNICIANS),
                "analysts": self._people("analyst", ANALYSTS),
                "recentActivity": self.activity,
            }
        return {"type": f"{view}_update"} | body | {"timestamp": _now()}

    def _arrive(self, minutes: int = 0) -> None:
        self._number += 1
        priority = self._random.choices(SEVERITIES, (4, 20, 50, 26))[0]
        problem, place = self._random.choice(PROBLEMS), self._random.choice(PLACES)
        self.tickets.append(
            {
                "id": str(self._number),
                "title": f"{problem} - {place}",
                "description": f"Chamado aberto por {place}.",
                "assignedTo": "",
                "priority": priority,
                "status": "open",
                "createdAt": _now(minutes),
                "updatedAt": _now(minutes),
                "entity": place,
                "urgency": URGENCY[priority],
            }
        )
        self._log("new", f"Chamado #{self._number} aberto: {problem}", priority)

    def _assign(self) -> None:
        waiting = [ticket for ticket in self.tickets if not ticket["assignedTo"]]
        if waiting:
            ticket, (who, _) = waiting[0], self._random.choice(TECHNICIANS + ANALYSTS)
            ticket |= {"assignedTo": who, "status": "in_progress", "updatedAt": _now()}
            self._log("assignment", f"Chamado #{ticket['id']} atribuído a {who}", "medium")

    def _close(self) -> None:
        ticket = self.tickets.pop(self._random.randrange(len(self.tickets)))
        self._log("closed", f"Chamado #{ticket['id']} resolvido", "low")

    def _escalate(self) -> None:
        ticket = self._random.choice(self.tickets)
        raised = SEVERITIES[max(0, SEVERITIES.index(ticket["priority"]) - 1)]
        ticket |= {"priority": raised, "urgency": URGENCY[raised], "updatedAt": _now()}
        self._log("escalation", f"Chamado #{ticket['id']} escalado", raised)

    def _advance(self) -> None:
        project = self._random.choice(self.projects)
        if project["pending"] > 0:
            done, left = project["completed"] + 1, project["pending"] - 1
            total = done + left + project["inProgress"]
            project |= {
                "completed": done,
                "pending": left,
                "updatedAt": _now(),
                "progress": round(100 * done / total),
            }
            self._log("progress", f"{project['name']}: {project['progress']} %", "low")

    def _log(self, kind: str, description: str, severity: str) -> None:
        self.activity.insert(
            0,
            {
                "id": f"activity-{self._random.randrange(10**6):06}",
                "timestamp": _now(),
                "description": description,
                "type": kind,
                "severity": severity,
            },
        )
        del self.activity[12:]

    def _kpis(self) -> Json:
        waiting = len([ticket for ticket in self.tickets if not ticket["assignedTo"]])
        return {
            "openTickets": len(self.tickets),
            "avgResponseTime": f"{1 + waiting // 4}h 30m",
            "resolutionRate": 92 - waiting,
            "customerSatisfaction": 88,
            "surveyCount": 47,
        }

    def _people(self, role: str, people: tuple[tuple[str, str], ...]) -> list[Json]:
        return [
            {
                "id": f"{role}-{i:03}",
                "name": name,
                "role": role,
                "specialization": skill,
                "available": i != 2,
                "assignedCount": sum(t["assignedTo"] == name for t in self.tickets),
            }
            for i, (name, skill) in enumerate(people, 1)
        ]


async def messages(settings: Demo, context: Context) -> AsyncIterator[Message]:
    desk = Helpdesk(settings)
    changed: set[View] = set(VIEWS)
    while True:
        for view in VIEWS:
            if view in changed and view in settings.views:
                message: Any = parse_upstream(encode(desk.update(view)))
                yield message
        changed = await context.asks.wait(STEP / settings.tempo)
        if not changed:
            changed = desk.step()


def _now(minutes_ago: int = 0) -> str:
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes_ago)
    return then.isoformat(timespec="seconds").replace("+00:00", "Z")


def _day(days: int) -> str:
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()
