"""What kioskd says of itself, as one tree of types: for panels, HTTP, metrics and the one line.

Field names on the wire are in camel case. The panel's types are generated from these
(``make types``).
"""

from typing import Literal

from msgspec import Struct

from kioskd.config import Language, View
from kioskd.core.actor import Actor
from kioskd.core.alert_status import AlertStatus
from kioskd.core.codes import DisplayCode, LineCode, SoundCode
from kioskd.core.faults import Code
from kioskd.core.links import LinkState


class PartFault(Struct, frozen=True):
    """One thing that is wrong; ``code`` and ``about`` let panels translate it."""

    part: str
    message: str
    code: str = ""
    about: str = ""


class FaultStatus(Struct, frozen=True):
    """A fault with its code, its parameters, and one line of English."""

    code: Code
    params: dict[str, str]
    message: str


class ViewStatus(Struct, frozen=True):
    """``age``: seconds since the source last confirmed the view; None when there is none."""

    age: float | None
    stale: bool
    restored: bool
    origin: str
    fault: FaultStatus | None
    remarks: list[FaultStatus] = []
    """What is odd about the view's rows, though the view is shown."""


class SourceStatus(Struct, frozen=True, rename="camel"):
    """``seconds``: in that state; ``about`` and ``params`` belong to ``reason``.

    ``definitions`` say what each figure of the dashboard means, where the source says it.
    """

    name: str
    kind: str
    state: LinkState
    since: str
    seconds: float
    error: str | None
    reason: Code | None
    about: str
    params: dict[str, str]
    secret_file: str | None
    views: dict[View, ViewStatus]
    definitions: dict[str, str]


class SoundPart(Struct, frozen=True):
    """The sound card's part of the status; ``detail`` is one line, ``card`` the one that plays."""

    state: Literal["off", "opening", "ok", "failed"]
    detail: str = ""
    code: SoundCode = ""
    card: str = ""
    chosen: str = ""


class SoundStatus(Struct, frozen=True):
    """``muted``: seconds that are left of a mute; ``quiet``: inside the quiet hours.

    ``unheard``: alerts that made no sound since then; ``broken``: a critical alert ended the mute.
    ``card``: the name of the card that plays; empty while none does.
    """

    state: Literal["off", "opening", "ok", "failed"]
    detail: str
    muted: float
    quiet: bool
    unheard: int
    broken: bool
    code: SoundCode = ""
    card: str = ""
    volume: int = 0
    """How loud everything is, in per cent."""
    chosen: str = ""
    """The card that somebody in the room chose; empty: nobody did."""


class CardStatus(Struct, frozen=True):
    """A sound card: ALSA's ``id`` of it, and what a person calls it."""

    id: str
    name: str
    chosen: bool
    trying: bool


class CardsStatus(Struct, frozen=True):
    """The sound cards that somebody in the room may choose from; none where the file chose.

    ``title``, ``note`` and ``hear`` (what to press when a card is heard) are for a person, in the
    kiosk's language.
    """

    cards: list[CardStatus]
    title: str
    note: str
    hear: str


class ButtonsStatus(Struct, frozen=True):
    """``count``: how many parts on GPIO lines work; ``detail`` names those that don't.

    ``code`` says why the first of them doesn't, ``about`` which parts that is.
    """

    state: Literal["off", "ok", "failed"]
    detail: str = ""
    count: int = 0
    code: LineCode = ""
    about: str = ""


class KeysStatus(Struct, frozen=True):
    """Keys of keypads, keyboards and remotes: ``detail`` says what can't be pressed, and why;
    ``devices`` are those that belong to kioskd. ``opening``: what is missing may still come.
    """

    state: Literal["off", "opening", "ok", "failed"]
    detail: str = ""
    devices: list[str] = []


class DisplayStatus(Struct, frozen=True):
    """``off`` means off on purpose. ``about``: the program, or the output, that ``code`` means."""

    state: Literal["on", "off", "failed"]
    detail: str = ""
    code: DisplayCode = ""
    about: str = ""


class RemoteStatus(Struct, frozen=True):
    """Where a phone reaches the remote page, and whether it needs the access token."""

    access: Literal["local", "token", "open"]
    urls: list[str]


class BoardStatus(Struct, frozen=True):
    """What the kernel tells of the board; None: it can't be known on this kernel.

    ``temperature`` of the processor in degrees Celsius; ``earlier``: it was throttled or short of
    voltage since it was switched on.
    """

    model: str = ""
    temperature: float | None = None
    undervoltage: bool | None = None
    throttled: bool | None = None
    earlier: bool | None = None


class ClockStatus(Struct, frozen=True):
    """``doubted``: seconds for which nobody vouches for the wall clock; None: somebody has.

    ``asked``: seconds since all who may were asked; None: they were not yet, or it is not set.
    """

    doubted: float | None = None
    asked: float | None = None


class RotationStatus(Struct, frozen=True):
    """``next`` follows in ``seconds``; while ``paused``, that is what is left of the pause."""

    screen: str | None
    next: str | None
    paused: bool
    seconds: float


class PanelStatus(Struct, frozen=True, rename="camel"):
    """``painted``: seconds since the panel last proved that it paints; None: never.

    ``screens``: the list of its own, empty without one; ``rotation``: how it turns through it.
    """

    panel: int
    client_id: str
    address: str
    screen: str | None
    painted: float | None
    screens: list[str]
    rotation: RotationStatus | None


class PanelDetail(PanelStatus, frozen=True, rename="camel"):
    """``waiting``: how many messages wait for a panel that lags."""

    build: str
    waiting: int


class HookStatus(Struct, frozen=True, rename="camel"):
    """``last`` and ``refused_ago`` in seconds; None: never."""

    name: str
    preset: str
    count: int
    last: float | None
    refused: int
    refusal: str
    refused_ago: float | None


Look = Literal["strip", "full"]
"""Whether a notice is a line above every screen, or fills them."""


class NoticeStatus(Struct, frozen=True, rename={"starts": "from"}):
    """``seconds``: for how long it still stands; None where only its date says."""

    number: int
    text: str
    look: Look
    by: Actor
    shown: bool
    starts: str | None
    until: str | None
    seconds: float | None


class CertificateStatus(Struct, frozen=True, rename="camel"):
    """What other machines are answered with by HTTPS; ``expires`` in seconds of Unix time.

    ``fingerprint``: SHA-256, in pairs of hexadecimal digits. ``own``: kioskd made it itself.
    """

    fingerprint: str
    expires: float
    own: bool


class BrokerStatus(Struct, frozen=True, rename="camel"):
    """The link to the MQTT broker; ``seconds``: in that state.

    ``protocol`` is the version of MQTT, empty until there was a link.
    """

    state: LinkState
    place: str
    user: str
    protocol: str
    seconds: float
    fault: FaultStatus | None = None
    shares: tuple[View, ...] = ()
    """The views that other kiosks may take from here."""


class FleetFileStatus(Struct, frozen=True):
    """The file that the fleet pushed over the kiosk's own; ``number`` 0: none is kept.

    ``fits`` false: it contradicts the kiosk's own, which is in force alone. ``mark`` tells its text
    from every other.
    """

    number: int
    by: str
    at: str
    trying: bool
    fits: bool
    mark: str


class KioskStatus(Struct, frozen=True, tag="kiosk_status"):
    """What the frame around every view and the remote page show."""

    screen: str | None
    rotation: RotationStatus | None
    sound: SoundStatus
    panels: list[PanelStatus]
    buttons: ButtonsStatus
    display: DisplayStatus
    remote: RemoteStatus
    card: bool
    faults: list[PartFault]
    notices: list[NoticeStatus]
    hooks: list[HookStatus]
    fleet: bool
    """The page ``/fleet`` shows the other kiosks here."""
    timestamp: str


class SourcesStatus(Struct, frozen=True, tag="source_status"):
    """Each source: its link, since when, what is wrong, and how old its views are."""

    sources: list[SourceStatus]
    timestamp: str


class FilterStatus(Struct, frozen=True):
    """Which tickets a screen shows, as the configuration has it."""

    groups: list[str] = []
    entities: list[str] = []
    priorities: list[str] = []
    statuses: list[str] = []
    assignees: list[str] = []


class ScreenStatus(Struct, frozen=True):
    """A screen that panels may show; ``filter`` None: everything."""

    name: str
    kind: str
    title: str = ""
    filter: FilterStatus | None = None
    columns: list[str] = []
    density: str = "auto"
    text: str = ""


class Appearance(Struct, frozen=True, rename="camel"):
    """How the room's pages look, for those that have no socket: the fields of ``Settings``."""

    theme: Literal["dark", "light", "auto"]
    light_from: str
    light_to: str
    time_zone: str
    accent: str
    logo: bool


class Settings(Struct, frozen=True, rename="camel", tag="settings"):
    """What a panel needs of the configuration."""

    kiosk_id: str
    name: str
    language: Language
    time_zone: str
    version: str
    build: str
    development: bool
    stale_after: dict[View, float]
    banner_seconds: float
    critical_seconds: float
    panels_play_sound: bool
    scale: float
    """How large everything is; 1 is as drawn."""
    margin: float
    """Per cent that is left free at each edge."""
    theme: Literal["dark", "light", "auto"]
    light_from: str
    """For theme auto: a time such as 07:00, in the kiosk's zone."""
    light_to: str
    accent: str
    """A colour such as #2f7d5b; empty: the panel's own."""
    logo: bool
    """Whether there is one, at /logo."""
    screens: list[ScreenStatus]
    own_screens: bool
    """Whether the panel shows these screens alone."""
    timestamp: str


class Status(Struct, frozen=True, rename="camel"):
    """The whole of it, for ``/api/status`` and the command line."""

    kiosk_id: str
    version: str
    build: str
    uptime: float
    sources: list[SourceStatus]
    tickets: dict[str, int]
    alerts: list[AlertStatus]
    active_alerts: int
    """More than there are in ``alerts`` after a flood."""
    dropped: int
    unknown: dict[str, int]
    screen: str | None
    rotation: RotationStatus | None
    sound: SoundStatus
    panels: list[PanelDetail]
    buttons: ButtonsStatus
    display: DisplayStatus
    remote: RemoteStatus
    card: bool
    faults: list[PartFault]
    board: BoardStatus = BoardStatus()
    clock: ClockStatus = ClockStatus()
    hooks: list[HookStatus] = []
    notices: list[NoticeStatus] = []
    certificate: CertificateStatus | None = None
    broker: BrokerStatus | None = None
    """None: no broker is configured."""
    fleet_file: FleetFileStatus | None = None
    """None: only the kiosk's own file is in force."""
    browser_restarts: int = 0
    """How often somebody asked for it since the start; the browser's own process looks here."""
    keys: KeysStatus = KeysStatus("off")
    scripts: dict[str, str] = {}
    """Scripts on the wall for which the panel brings no font, each with a letter of it."""
    panels_unseen: list[str] = []
    """The ids in ``panels`` by which no panel has called itself since the start."""
