"""``screens``: what the wall shows, in the room's own words."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, field

from kioskd.config.scalars import DateTime
from kioskd.config.sections.base import HttpUrl, Name, Section, UpToADay
from kioskd.config.sections.words import Severity, Status, View
from kioskd.words import later, tr

ScreenName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9_-]{1,32}$", description=later("a name of small letters, digits, - and _")
    ),
]
WholePath = Annotated[
    str, Meta(pattern=r"^/", description=later("a whole path such as /etc/kioskd/map.png"))
]
Column = Literal["priority", "id", "title", "entity", "assignee", "status", "sla", "elapsed"]
Density = Literal["auto", "normal", "dense"]
COLUMNS: tuple[Column, ...] = get_args(Column)
SHORTEST_RELOAD = 10.0  # seconds: a page may take as long to open


class Filter(Section, frozen=True, kw_only=True):
    """Which tickets are shown: those that fit every key that is given, and one word of each."""

    groups: tuple[Name, ...] = ()
    """Assigned to one of these groups, or to a group below it; the source must give groups."""
    entities: tuple[Name, ...] = ()
    """Of one of these entities, or of one below it, as the wall shows them."""
    priorities: tuple[Severity, ...] = ()
    """Of one of these priorities."""
    statuses: tuple[Status, ...] = ()
    """In one of these states."""
    assignees: tuple[Name, ...] = ()
    """Assigned to one of these people."""


class BaseScreen(Section, frozen=True, kw_only=True):
    """What every kind of screen has; ``View`` is what a source gives, a screen what is shown."""

    name: ScreenName
    """By this name it is switched to: by buttons, rotation, phone and command line."""
    title: str = ""
    """What the wall calls it; empty: its name."""

    @property
    def kind(self) -> str:
        return str(self.__struct_config__.tag)

    @property
    def view(self) -> View | None:
        """The view whose data it shows."""
        return None


class TicketsScreen(BaseScreen, tag_field="kind", tag="tickets", frozen=True, kw_only=True):
    filter: Filter = Filter()
    """Which tickets; left out: all of them."""
    columns: Annotated[tuple[Column, ...], Meta(min_length=1)] = COLUMNS
    """What of a ticket is shown. The order is the wall's."""
    density: Density = "auto"
    """How close the rows stand: auto (large while there are few), normal, or dense."""

    def __post_init__(self) -> None:
        if "title" not in self.columns:
            raise ValueError(tr("columns needs title: a ticket without one says nothing"))

    @property
    def view(self) -> View | None:
        return "tickets"


class ProjectsScreen(BaseScreen, tag_field="kind", tag="projects", frozen=True, kw_only=True):
    @property
    def view(self) -> View | None:
        return "projects"


class DashboardScreen(BaseScreen, tag_field="kind", tag="dashboard", frozen=True, kw_only=True):
    @property
    def view(self) -> View | None:
        return "dashboard"


class NoticeScreen(BaseScreen, tag_field="kind", tag="notice", frozen=True, kw_only=True):
    text: Annotated[str, Meta(min_length=1, max_length=300)]
    """What it says."""
    starts: DateTime | None = field(name="from", default=None)
    """From when on the rotation shows it, in the kiosk's zone; empty: at once."""
    until: DateTime | None = None
    """Until when; empty: always."""

    def __post_init__(self) -> None:
        if self.starts is not None and self.until is not None and self.until <= self.starts:
            raise ValueError(tr("until must be later than from"))


class ImageScreen(BaseScreen, tag_field="kind", tag="image", frozen=True, kw_only=True):
    file: WholePath
    """The picture: PNG, JPEG, WebP or GIF. A new one in its place is shown within a minute."""


class TrendsScreen(BaseScreen, tag_field="kind", tag="trends", frozen=True, kw_only=True):
    """What kioskd itself saw: opened and closed, the backlog, its age, who carries it, when."""


class PageHeader(Section, frozen=True, kw_only=True):
    """A secret in a header: it goes to the page's own host and port, and nowhere else."""

    name: Name
    """The header that carries it, such as Authorization."""
    file: Name
    """The file that holds the secret, in one line."""
    prefix: str = ""
    """Text in front of the secret, such as "Bearer "."""


class PageScreen(BaseScreen, tag_field="kind", tag="page", frozen=True, kw_only=True):
    """A web page on this machine's own screen, in a tab of its own before the panel."""

    url: HttpUrl
    """Its address. The browser may reach this host and port for it, and no other."""
    header: PageHeader | None = None
    """What the page's server wants to see; left out: nothing."""
    ca_file: str | None = None
    """The certificate of a private certificate authority, as a PEM file."""
    reload: UpToADay | None = None
    """How often it is loaded again; left out: never."""

    def __post_init__(self) -> None:
        if self.reload is not None and self.reload < SHORTEST_RELOAD:
            raise ValueError(
                tr(
                    "reload must be at least {least:.0f}s",
                    least=SHORTEST_RELOAD,
                )
            )


AnyScreen = (
    TicketsScreen
    | ProjectsScreen
    | DashboardScreen
    | NoticeScreen
    | ImageScreen
    | TrendsScreen
    | PageScreen
)
