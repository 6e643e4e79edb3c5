"""``kiosk``, ``stale_after``, ``rotation`` and ``display``: the wall itself."""

from typing import Annotated, Literal

from msgspec import Meta, field

from kioskd.config.scalars import Duration, TimeOfDay, TimeZone
from kioskd.config.sections.base import Name, Section, UpToADay, UpToAWeek
from kioskd.config.sections.panels import Quarters, Scale
from kioskd.config.sections.screens import ScreenName, WholePath
from kioskd.config.sections.words import DAYS, Day, Language
from kioskd.words import later


class Kiosk(Section, frozen=True, kw_only=True):
    id: str = ""
    """The name by which the upstream knows this kiosk; empty: Kiosk- and the host's name."""
    name: Name = "Suporte de TI"
    """The title in the panel's header."""
    language: Language = "pt-BR"
    """The language of the panel."""
    time_zone: TimeZone = TimeZone("America/Sao_Paulo")
    """The time zone of the panel's clock, of quiet hours and of the display's hours."""
    development: bool = False
    """Shows the test panel and takes its made-up events."""
    state_directory: str = ""
    """Where the last state is kept; empty: what systemd gives, else a folder of the user's own."""
    cache_directory: str = ""
    """Where fetched sounds are kept; empty: as above."""


class StaleAfter(Section, frozen=True, kw_only=True):
    """How long after its last confirmation a view counts as old."""

    tickets: Duration | None = None
    """For the tickets; empty: 2m, or twice as long as their source takes to ask again."""
    projects: Duration | None = None
    """For the projects; empty: 10m, or twice as long as their source takes to ask again."""
    dashboard: Duration | None = None
    """For the dashboard; empty: 10m, or twice as long as its source takes to ask again."""


class Turn(Section, frozen=True, kw_only=True):
    screen: ScreenName
    """The screen that is shown."""
    seconds: UpToADay = field(name="for", default=Duration(30))
    """How long it stays."""


class Rotation(Section, frozen=True, kw_only=True):
    screens: Annotated[tuple[Turn, ...], Meta(min_length=2)]
    """The screens in their order."""
    pause: UpToADay = Duration(120)
    """How long the screens stand still after a button, a phone or an alert."""


class DisplayHours(Section, frozen=True, kw_only=True):
    """The display is on from ``start`` to ``end`` on each of ``days``, and off outside."""

    days: Annotated[tuple[Day, ...], Meta(min_length=1)] = DAYS
    """The days on which it is switched on."""
    start: TimeOfDay = field(name="from")
    """When it is switched on."""
    end: TimeOfDay = field(name="to")
    """When it is switched off."""


class Daytime(Section, frozen=True, kw_only=True):
    """When it is light in the room."""

    start: TimeOfDay = field(name="from", default=TimeOfDay(7, 0))
    """From when on the panels are light."""
    end: TimeOfDay = field(name="to", default=TimeOfDay(18, 0))
    """Until when; then they are dark."""


Colour = Annotated[
    str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", description=later("a colour such as #2f7d5b"))
]


class Display(Section, frozen=True, kw_only=True):
    scale: Scale = 1.0
    """How large everything is on the panels: 1.25 is a quarter larger, with fewer rows a page."""
    theme: Literal["dark", "light", "auto"] = "dark"
    """How the panels look; auto is light during ``day`` and dark outside of it."""
    day: Daytime = Daytime()
    """For theme auto, in the kiosk's time zone."""
    accent: Colour | None = None
    """The colour of what is chosen and of progress; lightened or darkened until it can be read."""
    logo: WholePath | None = None
    """A picture for the panels' header: SVG, PNG, JPEG, WebP or GIF, up to 500 kB."""
    rotate: Quarters = 0
    """By how many degrees the picture is turned clockwise, for a screen that hangs on its side.
    From the next start of kioskd-browser on."""
    margin: Annotated[float, Meta(ge=0, le=10)] = 0.0
    """Per cent that panels leave free at each edge, for a television that cuts the edges off."""
    backend: Literal["none", "wlopm", "wlr-randr", "cec", "command"] = "none"
    """How the display is switched."""
    output: str = "*"
    """Which output, by the name that the backend gives it; * is every one."""
    take_input: bool = True
    """With cec: a television that is switched on shows this machine's input, and is switched off
    only while it shows that."""
    on: tuple[DisplayHours, ...] = ()
    """When the display is on; empty: always."""
    off_without_motion: UpToAWeek = Duration(0)
    """Darkens after so long without movement; 0: never. Needs ``motion``."""
    commands: dict[Literal["on", "off", "query"], tuple[str, ...]] = field(default_factory=dict)
    """For backend command: argv to switch on, off, and to ask (prints on or off)."""
    browser: Literal["auto", "chromium-shell", "chromium"] = "auto"
    """Which browser shows the panel; auto is chromium-shell where it is installed, which needs the
    least memory. From the next start of kioskd-browser on."""
    gpu: bool = False
    """Whether the browser draws with the graphics processor, and takes more memory for it. After
    three failures in a row it draws without. From the next start of kioskd-browser on."""
