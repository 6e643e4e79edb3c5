"""GLPI itself as a source: its tickets, projects, people, figures and history.

    session   one login, kept; requests        search    queries and pages
    answers   what an answer that fails means  text      encoding and time zones
    tickets   the open tickets                 calls     what calls the room beside new tickets
    projects, people, figures, activity        the other two views
    words     kioskd's own lines about tickets writeback what the room acknowledged
    assignments who holds them                 highlevel the API of GLPI 11 and 12 (api: v2)

Each look costs GLPI two small requests; the rest is read when something changed, or when it is old.
"""

import asyncio
import datetime
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from msgspec.structs import replace

from kioskd.config import Glpi, View
from kioskd.core.faults import Fault
from kioskd.core.messages import Confirmed, Failed, Message, Update, encode
from kioskd.core.parser import Parser
from kioskd.errors import RefusedError, SourceError
from kioskd.sources import Context, parsed
from kioskd.sources.glpi.activity import Activity
from kioskd.sources.glpi.answers import Busy, RightMissing
from kioskd.sources.glpi.calls import Calls
from kioskd.sources.glpi.dashboard import Dashboard
from kioskd.sources.glpi.highlevel import HighLevel
from kioskd.sources.glpi.people import People
from kioskd.sources.glpi.projects import Projects
from kioskd.sources.glpi.session import Session, client
from kioskd.sources.glpi.tickets import Desk
from kioskd.sources.outage import Outage, Refusal

MOST_TICKETS = 25_000  # that a wall is shown; the largest desks have some 20,000 open
LONGEST_REST = 60.0  # seconds between two looks at the slowest GLPI: tickets are not to grow old
ZONE_AGAIN = 3600.0  # seconds between two looks at GLPI's zone, for summer time
GENTLE = 10  # GLPI works for us at most one part in so many of the time


async def messages(settings: Glpi, context: Context) -> AsyncGenerator[Message, None]:
    async with client(settings) as http:
        kind = HighLevel if settings.api == "v2" else Session
        session = kind(settings, context, http)
        try:
            async with aclosing(_Poll(settings, context, session).run()) as found:
                async for message in found:
                    yield message
        except (SourceError, RefusedError):
            raise  # the login stands, and is used again by the next try
        except BaseException:
            await session.close()
            raise


@dataclass
class _Part:
    """Something that is read now and then: ``due`` on the loop's clock."""

    view: View
    read: Callable[[], Awaitable[None]]
    due: float = 0.0
    fault: Fault | None = None


# What may be wrong with one part of GLPI while the others are well.
_OF_TICKETS = ("glpi_right", "glpi_group")
_OF_A_PART = (
    "glpi_right",
    "glpi_empty",
    "glpi_error",
    "glpi_group",
    "glpi_user",
    "glpi_moving",
    "too_large",
)


class _Poll:
    """Looks at the tickets all the time, and at each other part when it is due."""

    def __init__(self, settings: Glpi, context: Context, session: Session) -> None:
        self._settings = settings
        self._context = context
        language = context.language
        self._people = People(session, language)
        self._session = session
        self._parser = Parser(words=settings.words, most_rows=MOST_TICKETS)
        self._desk = Desk(settings, session, self._people, language)
        narrowed = settings.entity is not None or bool(settings.groups)
        self._activity = Activity(session, self._desk, self._people, language, narrowed)
        self._projects = Projects(session, self._people, settings.words)
        self._projects_frame = b""
        self._dashboard = Dashboard(settings, session, self._desk, self._people, self._activity)
        self._calls = Calls(datetime.timedelta(seconds=settings.due_soon), language)
        self._tickets = _Part("tickets", self._look)
        self._news: list[Message] = []
        self._changed = False
        self._zone_seen = asyncio.get_running_loop().time()  # the login sees it
        board = self._dashboard
        self._parts = [
            part
            for part in (
                _Part("dashboard", board.read_people),
                _Part("dashboard", self._read_activity),
                _Part("dashboard", board.read_figures),
                _Part("projects", self._read_projects),
            )
            if part.view in settings.views
        ]

    async def run(self) -> AsyncGenerator[Message, None]:
        clock = asyncio.get_running_loop().time
        first = True
        while True:
            try:
                async with aclosing(self._round(first)) as found:
                    async for message in found:
                        yield message
                first = False
            except Busy as busy:
                for view in self._settings.views:
                    yield Failed(view, busy.fault)
                await asyncio.sleep(busy.seconds)
                continue
            wait = max(float(self._settings.check), self._desk.took * GENTLE)
            for view in await self._context.asks.wait(min(wait, LONGEST_REST)):
                self._hurry(view, clock())

    def _hurry(self, view: View, now: float) -> None:
        """A panel asks for a view; what was read a moment ago is not read again."""
        for part in self._parts:
            if part.view == view:
                part.due = min(part.due, now if part.fault else max(now, part.due - 240))

    async def _round(self, first: bool) -> AsyncGenerator[Message, None]:
        clock = asyncio.get_running_loop().time
        self._news = []
        if clock() - self._zone_seen >= ZONE_AGAIN:
            self._zone_seen = clock()
            if await self._session.see_zone():
                self._desk.forget()
        if clock() >= self._tickets.due:
            await self._try(self._tickets, again=0.0)
        for message in self._news:
            yield message
        if self._tickets.fault is not None and "tickets" in self._settings.views:
            yield Failed("tickets", self._tickets.fault)
        told: set[View] = {"dashboard"} if self._changed else set()
        self._changed = False
        for part in self._parts:
            if clock() < part.due:
                continue
            await self._try(part, again=float(self._settings.interval))
            told.add(part.view)
            if not first:
                break  # the others in the next rounds: no burst of requests
            for message in await self._told(part.view):
                yield message
        for view in sorted(told & set(self._settings.views)):
            for message in await self._told(view):
                yield message

    async def _try(self, part: _Part, again: float) -> None:
        """Read a part; what is wrong with it alone costs only it."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            await part.read()
            part.fault = None
        except Busy:
            raise
        except (Outage, Refusal) as error:
            of_it = _OF_TICKETS if part is self._tickets else _OF_A_PART
            if self._session.login is None or error.fault.code not in of_it:
                raise
            part.fault = error.fault
            again = float(self._settings.interval)
        spent = clock() - began
        part.due = clock() + max(again, spent * GENTLE) if again else 0.0

    async def _told(self, view: View) -> list[Message]:
        """A view as it now is, and what is wrong with a part of it."""
        frame = self._projects_frame if view == "projects" else self._dashboard.frame()
        found = [await parsed(self._parser, frame)] if frame else []
        if view == "projects":
            found = [self._remarked(each, "Project") for each in found]
        faults = [part.fault for part in self._parts if part.view == view and part.fault]
        return [each for each in found if each] + [Failed(view, fault) for fault in faults[:1]]

    def _remarked(self, update: Message | None, what: str) -> Message | None:
        """``update``, and that these are not all, where the account sees some only."""
        login = self._session.login
        if not isinstance(update, Update) or login is None or what not in login.partial:
            return update
        partly = Fault("glpi_partial", {"profile": login.profile, "what": what})
        return replace(update, remarks=(*update.remarks, partly))

    # The parts

    async def _look(self) -> None:
        changes = await self._desk.look()
        self._changed = changes is None or bool(changes)
        late = self._desk.grow_late()
        if "tickets" in self._settings.views:
            fresh = self._changed or late
            update: Message | None = Confirmed("tickets")
            if fresh:
                update = self._remarked(await parsed(self._parser, self._desk.frame()), "Ticket")
            assert update is not None
            self._news.append(update)
        if changes:
            self._activity.see(changes)
            self._hurry_activity()
        called = self._calls.of(changes or [])
        called += self._calls.due(self._desk.due, self._session.now())
        for alert in called:
            if (message := self._parser.parse(encode(alert))) is not None:
                self._news.append(message)

    def _hurry_activity(self) -> None:
        for part in self._parts:
            if part.read == self._read_activity and self._activity.has_log:
                part.due = 0.0

    async def _read_activity(self) -> None:
        try:
            await self._dashboard.read_activity()
        except RightMissing:
            self._activity.has_log = False  # from here on what changes is told instead

    async def _read_projects(self) -> None:
        self._projects_frame = await self._projects.read()
        if self._projects.right_missing is not None:
            raise self._projects.right_missing
