"""The dashboard of GLPI: its figures, the two lists of people, and what lately happened."""

from collections.abc import Iterable

from kioskd.config import Glpi, GlpiPeople
from kioskd.core.messages import Json, encode, timestamp
from kioskd.sources.glpi import figures
from kioskd.sources.glpi.activity import Activity
from kioskd.sources.glpi.people import People, User, listed
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.tickets import Desk


class Dashboard:
    """Each part is read by itself, so that one that can't be had costs no other."""

    def __init__(
        self, settings: Glpi, session: Session, desk: Desk, people: People, activity: Activity
    ) -> None:
        self._settings = settings
        self._session = session
        self._desk = desk
        self._people = people
        self._activity = activity
        self._figures = figures.Figures()
        self._lists: dict[str, list[User]] = {}

    def _wanted(self) -> Iterable[tuple[str, GlpiPeople]]:
        for role, found in (
            ("technician", self._settings.technicians),
            ("analyst", self._settings.analysts),
        ):
            if found is not None:
                yield role, found

    async def read_people(self) -> None:
        """Who is in the two lists. Raises ``RightMissing`` where users may not be read."""
        missing = self._people.right_missing
        self._people.forget()
        for role, wanted in self._wanted():
            if wanted.group is None:
                self._lists[role] = await self._people.named(wanted.users)
                continue
            (groups,) = await self._people.find([wanted.group])
            self._lists[role] = await self._people.members(groups)
        if missing is not None:
            raise missing

    async def read_figures(self) -> None:
        self._figures = await figures.read(self._settings, self._session, self._desk.groups)

    async def read_activity(self) -> None:
        if self._activity.has_log:
            await self._activity.read()

    def frame(self) -> bytes:
        """The guide's ``dashboard_update``."""
        now = self._session.now()
        people: dict[str, list[Json]] = {"technician": [], "analyst": []}
        for role, wanted in self._wanted():
            users = self._lists.get(role, [])
            people[role] = listed(wanted, role, users, self._desk.held, now)
        kpis = figures.kpis(self._figures, len(self._desk.tickets))
        return encode(
            {
                "type": "dashboard_update",
                "kpis": kpis if self._desk.swept else kpis | {"openTickets": None},
                "technicians": people["technician"],
                "analysts": people["analyst"],
                "recentActivity": self._activity.lines(),
                "timestamp": timestamp(),
            }
        )
