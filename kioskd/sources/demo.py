"""A made-up helpdesk that lives: tickets arrive, are assigned, escalate and close; projects move.

The story is wholly decided by the seed: only its timestamps come from the clock. Alerts for
tickets are left to kioskd, which derives them from what changed, as it does for a project's
progress; a project's task that was started changes no progress, so its alert is said here.
"""

import asyncio
import datetime
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from typing import Literal, NamedTuple

from kioskd.config import SEVERITIES, VIEWS, Demo, Language, Severity, View
from kioskd.core.messages import Json, Message, encode
from kioskd.core.parser import Parser
from kioskd.sources import Context
from kioskd.sources.demo_words import WORDS

STEP = 3.0  # seconds at tempo 1
ARRIVALS = 0.25  # a step: a new ticket about every 12 s
TECHNICIANS = ("Bruna Sales", "Caio Prado", "Davi Rocha", "Elisa Motta")
ANALYSTS = ("Fábio Nunes", "Gisele Pinto", "Hugo Leal")
NAMES = TECHNICIANS + ANALYSTS
PROJECTS = (  # who, days until due: one is late, one is due today
    ("Gisele Pinto", -3),
    ("Caio Prado", 0),
    ("Bruna Sales", 5),
    ("Hugo Leal", 21),
    ("Elisa Motta", 40),
)
Kind = Literal["new", "assignment", "escalation", "closed", "progress", "started", "shift"]
CHANGES: dict[Kind, set[View]] = {
    "new": {"tickets", "dashboard"},
    "assignment": {"tickets", "dashboard"},
    "escalation": {"tickets", "dashboard"},
    "closed": {"tickets", "dashboard"},
    "progress": {"projects", "dashboard"},
    "started": {"projects", "dashboard"},
    "shift": {"dashboard"},
}


class Happening(NamedTuple):
    """One thing that happened: to which ticket, project (their ids) or person (the name)."""

    kind: Kind
    subject: str
    title: str
    severity: Severity


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Helpdesk:
    """The story. With the same clock it is the same, to the byte, for the same seed.

    In another language the same things happen."""

    def __init__(
        self,
        settings: Demo,
        clock: Callable[[], datetime.datetime] = utc_now,
        language: Language = "pt-BR",
    ) -> None:
        self._random, self._clock = random.Random(settings.seed), clock
        self._words = WORDS[language]
        self._wanted = max(settings.tickets, 1)
        self._number, self._logged = 1000, 0
        self._absent = {"Davi Rocha"}
        self._response, self._in_time, self._satisfaction = 95.0, 92.0, 88.0  # minutes, %, %
        self._surveys = 47
        self._tickets: list[Json] = []
        self._activity: list[Json] = []
        self._projects = [self._project(i) for i in range(len(PROJECTS))]
        for age in range(settings.tickets, 0, -1):
            self._arrive(minutes=age * 17)
            if age > 3:  # the newest few still wait for someone
                who = self._random.choice(NAMES)
                self._tickets[-1] |= {"assignedTo": who, "status": "in_progress"}

    def step(self) -> list[Happening]:
        """Three seconds of the story: what happened in them, in order; often nothing."""
        draw = self._random.random
        waiting = [ticket for ticket in self._tickets if not ticket["assignedTo"]]
        # Closing quickens with the square of the queue, which holds it near the wanted length.
        closing = ARRIVALS * (len(self._tickets) / self._wanted) ** 2
        happened: list[Happening | None] = []
        if draw() < ARRIVALS:
            happened.append(self._arrive())
        if waiting and draw() < 0.1 + 0.1 * len(waiting):
            happened.append(self._assign(waiting[0]))
        if draw() < closing:
            happened.append(self._close())
        if draw() < 0.03:  # with the arrivals, a critical one every five to ten minutes
            happened.append(self._escalate())
        if draw() < 0.1:
            happened.append(self._advance())
        if draw() < 0.02:
            happened.append(self._shift())
        return [happening for happening in happened if happening]

    def updates(self) -> dict[View, Json]:
        """The guide's three messages, as things are now; encode them before the next step."""
        now, total = self._time(), len(self._tickets)
        skills = self._words.skills
        counted = Counter(ticket["priority"] for ticket in self._tickets)
        counters = {name: counted[name] for name in SEVERITIES} | {"total": total}
        kpis = {
            "openTickets": total,
            "avgResponseTime": "{}h {:02}m".format(*divmod(round(self._response), 60)),
            "resolutionRate": round(self._in_time),
            "customerSatisfaction": round(self._satisfaction),
            "surveyCount": self._surveys,
        }
        bodies: dict[View, Json] = {
            "tickets": {"data": self._tickets, "counters": counters},
            "projects": {"data": self._projects},
            "dashboard": {
                "kpis": kpis,
                "technicians": self._people("technician", TECHNICIANS, skills[: len(TECHNICIANS)]),
                "analysts": self._people("analyst", ANALYSTS, skills[len(TECHNICIANS) :]),
                "recentActivity": self._activity,
            },
        }
        return {
            view: {"type": f"{view}_update", **body, "timestamp": now}
            for view, body in bodies.items()
        }

    def alert(self, happening: Happening) -> Json:
        """The guide's ``project_update_alert`` for a started task."""
        data = {
            "id": happening.subject,
            "title": happening.title,
            "severity": happening.severity,
        }
        return {"type": "project_update_alert", "data": data, "timestamp": self._time()}

    def _arrive(self, minutes: int = 0) -> Happening:
        self._number += 1
        priority = self._random.choices(SEVERITIES, (2, 20, 50, 28))[0]
        problem, details = self._random.choice(self._words.problems)
        place = self._random.choice(self._words.places)
        ticket = {
            "id": str(self._number),
            "title": f"{problem} - {place}",
            "description": details,
            "assignedTo": "",
            "priority": priority,
            "status": "open",
            "createdAt": self._time(minutes),
            "updatedAt": self._time(minutes),
            "entity": place,
            "urgency": self._words.urgency[priority],
        }
        self._tickets.append(ticket)
        text = self._words.new.format(id=ticket["id"], title=problem)
        return self._log("new", ticket, text, minutes)

    def _assign(self, ticket: Json) -> Happening:
        load = Counter(ticket["assignedTo"] for ticket in self._tickets)
        there = [name for name in NAMES if name not in self._absent]
        least = min(load[name] for name in there)
        who = self._random.choice([name for name in there if load[name] == least])
        ticket |= {"assignedTo": who, "status": "in_progress", "updatedAt": self._time()}
        self._response += (self._random.uniform(20, 170) - self._response) * 0.05
        text = self._words.assigned.format(id=ticket["id"], who=who)
        return self._log("assignment", ticket, text)

    def _close(self) -> Happening | None:
        taken = [ticket for ticket in self._tickets if ticket["assignedTo"]]
        if not taken:
            return None
        weights = [{"critical": 8, "high": 3}.get(t["priority"], 1) for t in taken]
        ticket = self._random.choices(taken, weights)[0]
        self._tickets.remove(ticket)
        in_time = 100 if self._random.random() < 0.92 else 0
        self._in_time += (in_time - self._in_time) * 0.02
        if self._random.random() < 0.3:  # who answers the survey
            self._surveys += 1
            self._satisfaction += (self._random.uniform(76, 100) - self._satisfaction) * 0.1
        text = self._words.closed.format(id=ticket["id"], who=ticket["assignedTo"])
        return self._log("closed", ticket, text)

    def _escalate(self) -> Happening | None:
        below = [ticket for ticket in self._tickets if ticket["priority"] != "critical"]
        if not below:
            return None
        ticket = self._random.choice(below)
        raised = SEVERITIES[SEVERITIES.index(ticket["priority"]) - 1]
        ticket |= {
            "priority": raised,
            "urgency": self._words.urgency[raised],
            "updatedAt": self._time(),
        }
        urgency = self._words.urgency[raised].lower()
        text = self._words.escalated.format(id=ticket["id"], urgency=urgency)
        return self._log("escalation", ticket, text)

    def _project(self, index: int) -> Json:
        who, days = PROJECTS[index]
        done, doing, left = 6 + 3 * index, 3, 13 - 2 * index
        due = self._clock().astimezone().date() + datetime.timedelta(days=days)
        return {
            "id": f"proj-{index + 1:03}",
            "name": self._words.projects[index],
            "responsible": who,
            "status": "in_progress",
            "completed": done,
            "inProgress": doing,
            "pending": left,
            "progress": round(100 * done / (done + doing + left)),
            "dueDate": due.isoformat(),
            "updatedAt": self._time(minutes=45 * (index + 1)),
        }

    def _advance(self) -> Happening:
        index = self._random.randrange(len(self._projects))
        project = self._projects[index]
        if project["status"] == "completed":  # has been seen finished: its next phase begins
            project = self._projects[index] = self._project(index)
        elif project["pending"] and (not project["inProgress"] or self._random.random() < 0.4):
            doing, left = project["inProgress"] + 1, project["pending"] - 1
            project |= {"inProgress": doing, "pending": left, "updatedAt": self._time()}
            text = self._words.started.format(name=project["name"])
            return self._log("started", project, text)
        else:
            doing = project["inProgress"] - 1
            project |= {"completed": project["completed"] + 1, "inProgress": doing}
        total = project["completed"] + project["inProgress"] + project["pending"]
        progress = round(100 * project["completed"] / total)
        status = "completed" if project["completed"] == total else "in_progress"
        project |= {"progress": progress, "status": status, "updatedAt": self._time()}
        text = self._words.progress.format(name=project["name"], progress=progress)
        return self._log("progress", project, text)

    def _shift(self) -> Happening | None:
        name = self._random.choice(NAMES)
        if name not in self._absent and len(self._absent) >= len(NAMES) - 3:
            return None  # someone must be left to take the tickets
        self._absent ^= {name}
        return Happening("shift", name, name, "low")  # no activity: the guide knows no such type

    def _log(self, kind: Kind, item: Json, description: str, minutes: int = 0) -> Happening:
        quiet: Severity = "medium" if kind in ("assignment", "started") else "low"
        severity: Severity = item["priority"] if kind in ("new", "escalation") else quiet
        self._logged += 1
        entry = {
            "id": f"activity-{self._logged:03}",
            "timestamp": self._time(minutes),
            "description": description,
            "type": "progress" if kind == "started" else kind,
            "severity": severity,
        }
        self._activity = [entry, *self._activity[:11]]
        title: str = item["title"] if "title" in item else item["name"]
        return Happening(kind, item["id"], title, severity)

    def _people(self, role: str, people: tuple[str, ...], skills: tuple[str, ...]) -> list[Json]:
        load = Counter(ticket["assignedTo"] for ticket in self._tickets)
        return [
            {
                "id": f"{role}-{i:03}",
                "name": name,
                "role": role,
                "specialization": skill,
                "available": name not in self._absent,
                "assignedCount": load[name],
            }
            for i, (name, skill) in enumerate(zip(people, skills, strict=True), 1)
        ]

    def _time(self, minutes: int = 0) -> str:
        then = self._clock() - datetime.timedelta(minutes=minutes)
        return then.isoformat(timespec="seconds").replace("+00:00", "Z")


async def messages(settings: Demo, context: Context) -> AsyncGenerator[Message, None]:
    """The story as a source tells it: all views, then what changes and what is asked for."""
    desk, parser = Helpdesk(settings, language=context.language), Parser()
    clock = asyncio.get_running_loop().time
    changed: set[View] = set(VIEWS)
    happened: list[Happening] = []
    due = clock() + STEP / settings.tempo
    while True:
        updates = desk.updates()
        said = [updates[view] for view in VIEWS if view in changed and view in settings.views]
        if "projects" in settings.views:
            said += [desk.alert(thing) for thing in happened if thing.kind == "started"]
        for frame in map(encode, said):
            if message := parser.parse(frame):
                yield message
        # A step comes when it is due, however often panels ask in between.
        changed, happened = await context.asks.wait(max(0.0, due - clock())), []
        if clock() >= due:
            due = clock() + STEP / settings.tempo
            happened = desk.step()
            changed = changed.union(*(CHANGES[thing.kind] for thing in happened))
