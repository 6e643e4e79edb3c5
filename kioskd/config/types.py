"""Every key of the configuration file, typed, with its default. Reading it is ``load``'s work.

Each class below is one section; a field is a key; the docstring under a field is its line in the
reference. Defaults suit a wall display that listens to itself only.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, field

from kioskd.config.scalars import ByteSize, Duration, TimeOfDay, TimeZone, at_most

View = Literal["tickets", "projects", "dashboard"]
Screen = Literal["tickets", "projects", "dashboard", "remote"]
Severity = Literal["critical", "high", "medium", "low"]
Status = Literal[
    "open",
    "new",
    "assigned",
    "planned",
    "in_progress",
    "pending",
    "solved",
    "closed",
    "planning",
    "testing",
    "on_hold",
    "done",
    "cancelled",
]
Meaning = Literal[Severity, Status]
GuideField = Literal[
    "id",
    "title",
    "description",
    "assignedTo",
    "priority",
    "status",
    "createdAt",
    "updatedAt",
    "entity",
    "urgency",
    "dueAt",
    "late",
    "name",
    "responsible",
    "completed",
    "inProgress",
    "pending",
    "progress",
    "dueDate",
    "openTickets",
    "avgResponseTime",
    "resolutionRate",
    "customerSatisfaction",
    "surveyCount",
    "specialization",
    "available",
    "assignedCount",
    "role",
    "timestamp",
    "type",
    "severity",
    "data",
    "counters",
    "kpis",
    "technicians",
    "analysts",
    "recentActivity",
]
"""The names of the guide's messages that a source may have by other names."""
Language = Literal["pt-BR", "en", "es"]
Role = Literal["view", "control", "admin"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SoundName = Literal["notification", "project", "high", "critical", "resolved", "self-test"]
VIEWS: tuple[View, ...] = ("tickets", "projects", "dashboard")
SCREENS: tuple[Screen, ...] = (*VIEWS, "remote")
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
STATUSES: tuple[Status, ...] = get_args(Status)
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

HookPreset = Literal["alertmanager", "grafana", "zabbix", "uptime-kuma", "glpi"]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Volume = Annotated[int, Meta(ge=0, le=100, description="a whole number from 0 to 100")]
Port = Annotated[int, Meta(ge=1, le=65535, description="a whole number from 1 to 65535")]
Pin = Annotated[
    int, Meta(ge=0, le=27, description="a GPIO number from 0 to 27 (not the pin's place)")
]
UpToASecond = Annotated[Duration, at_most("1s")]
UpToTenSeconds = Annotated[Duration, at_most("10s")]
UpToAMinute = Annotated[Duration, at_most("1m")]
UpToAnHour = Annotated[Duration, at_most("1h")]
UpToADay = Annotated[Duration, at_most("1d")]
UpToAWeek = Annotated[Duration, at_most("7d")]
Count = Annotated[int, Meta(ge=1, description="a whole number from 1")]
WsUrl = Annotated[str, Meta(pattern=r"^wss?://[^\s@]+$", description="a ws:// or wss:// address")]
HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^\s@]+$", description="an http(s):// address")]

Proxy = Annotated[
    str,
    Meta(pattern=r"^(direct|https?://[^\s@]+)$", description="an http:// address, or direct"),
]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of the file. ``__post_init__`` raises ``ValueError`` where keys contradict."""


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


class Limits(Section, frozen=True, kw_only=True):
    message_size: ByteSize = ByteSize(64_000)
    """The largest message a panel may send."""
    messages_per_second: Count = 20
    """How many messages a panel may send in a second, after a burst of ten times as many."""
    depth: Annotated[int, Meta(ge=2, le=100)] = 20
    """How deep a panel's message may be nested."""
    panels: Count = 1000
    """How many panels may be connected at once."""
    connections: Count = 1000
    """How many connections other machines may have open together."""
    connections_per_address: Count = 100
    """How many of them one address may have; an IPv6 network of 64 bits counts as one."""
    waiting_events: Count = 200
    """How many alerts may wait for a slow panel before it is dropped."""
    stall: UpToAnHour = Duration(15)
    """How long a panel may take nothing before it is dropped."""


class Token(Section, frozen=True, kw_only=True):
    """An access token of a program on another machine."""

    name: Name
    """What the log and `kioskd devices` call it."""
    file: Name
    """The file that holds it, in one line; `kioskd token` makes one."""
    role: Role = "view"
    """What it may do: view (read), control (switch, acknowledge, mute, alert) or admin."""


class Server(Section, frozen=True, kw_only=True):
    host: Name = "127.0.0.1"
    """The address to listen on; 0.0.0.0 is every one, IPv4 and IPv6, and then a token is needed."""
    port: Port = 8080
    """The port to listen on."""
    token_file: str | None = None
    """The file with the access token that programs on other machines show; it may control."""
    tokens: tuple[Token, ...] = ()
    """More access tokens, each with its own name and role."""
    loopback: Role | Literal["none"] = "control"
    """What programs of this machine may do over TCP; the command line has a socket of its own."""
    open_without_token: bool = False
    """Let anyone on the network in without a token. Write true only when that is meant."""
    allowed_origins: tuple[str, ...] = ()
    """Other web origins whose pages may connect, such as http://intranet.example."""
    allowed_hosts: tuple[str, ...] = ()
    """Other names of this kiosk; its addresses, its own name, and that name in local, lan,
    fritz.box, home.arpa and internal need no mention."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of proxies whose word is believed on whom they speak for."""
    limits: Limits = Limits()
    """What a panel may do at most; the defaults suit a wall."""


class Auth(Section, frozen=True, kw_only=True):
    """One secret, read from ``file``, and where it goes: exactly one of header, query, cookie."""

    file: Name
    """The file that holds the secret, in one line."""
    header: Name | None = None
    """The header that carries it, such as Authorization."""
    query: Name | None = None
    """The name in the url's query that carries it."""
    cookie: Name | None = None
    """The cookie that carries it, such as sessionid."""
    prefix: str = ""
    """Text in front of the secret, such as "Bearer "."""

    def __post_init__(self) -> None:
        if sum(x is not None for x in (self.header, self.query, self.cookie)) != 1:
            raise ValueError("needs exactly one of header, query, cookie")


class Source(Section, frozen=True, kw_only=True):
    """What every kind of source has; each kind adds its own keys and its ``tag``, the kind."""

    name: str = ""
    """How status and the panel call it; empty: its kind."""
    views: tuple[View, ...] = VIEWS
    """The views it owns; each view has at most one source."""

    @property
    def kind(self) -> str:
        return str(self.__struct_config__.tag)

    @property
    def title(self) -> str:
        return self.name or self.kind

    def addresses(self) -> dict[View, str]:
        """The address of each view; empty for a source that has none."""
        return {}

    def secret_files(self) -> list[tuple[tuple[str | int, ...], str]]:
        """The files with its secrets, each with the place of its key below the source."""
        return []


class NetworkSource(Source, frozen=True, kw_only=True):
    """A source with an address."""

    url: str | None = None
    """Its address."""
    auth: tuple[Auth, ...] = ()
    """The secrets that the server wants; empty: none."""
    ca_file: str | None = None
    """The certificate of a private certificate authority, as a PEM file."""
    timeout: UpToAnHour = Duration(10)
    """How long connecting or one answer may take."""
    proxy: Proxy | None = None
    """The HTTP proxy on the way, or direct for none; empty: the one of the key proxy below."""

    def addresses(self) -> dict[View, str]:
        return {} if self.url is None else dict.fromkeys(self.views, self.url)

    def secret_files(self) -> list[tuple[tuple[str | int, ...], str]]:
        return [(("auth", at, "file"), auth.file) for at, auth in enumerate(self.auth)]


class TranslatedSource(NetworkSource, frozen=True, kw_only=True):
    """A source whose fields and words may be others than the guide's."""

    fields: dict[GuideField, Name | None] = field(default_factory=dict)
    """Other names of the guide's fields, such as assignedTo: assigned_to; empty: it has none."""
    words: dict[Name, Meaning] = field(default_factory=dict)
    """More words for a priority or a status, such as Bloqueador: critical."""


class Channels(TranslatedSource, tag_field="kind", tag="channels", frozen=True, kw_only=True):
    url: WsUrl
    """The address of the server's WebSocket, such as wss://host/ws/dashboard_control/."""
    origin: str | None = None
    """The Origin header; empty: the url's own scheme and host."""
    heartbeat: UpToAnHour = Duration(20)
    """How often the link is tried when it is quiet."""
    refresh: UpToADay | None = None
    """How often all views are asked for again, since a channel layer may lose messages; empty: once
    a minute, or twice in the shortest time of stale_after that is given."""
    max_message: ByteSize = ByteSize(8_000_000)
    """The largest message that is taken."""


class RestUrls(Section, frozen=True, kw_only=True):
    tickets: HttpUrl | None = None
    """The address that answers a tickets_update."""
    projects: HttpUrl | None = None
    """The address that answers a projects_update."""
    dashboard: HttpUrl | None = None
    """The address that answers a dashboard_update."""


class Rest(TranslatedSource, tag_field="kind", tag="rest", frozen=True, kw_only=True):
    url: HttpUrl | None = None
    """One address that answers every view."""
    urls: RestUrls | None = None
    """Or one address a view."""
    interval: UpToADay = Duration(30)
    """How often it is asked."""
    max_message: ByteSize = ByteSize(8_000_000)
    """The largest answer that is taken."""

    def __post_init__(self) -> None:
        if (self.url is None) == (self.urls is None):
            raise ValueError("needs either url (one for all views) or urls (one a view)")
        if self.urls is not None:
            missing = [view for view in self.views if getattr(self.urls, view) is None]
            if missing:
                raise ValueError(f"urls lacks {', '.join(missing)}; add it or shorten views")

    def addresses(self) -> dict[View, str]:
        if self.urls is None:
            return super().addresses()
        return {view: getattr(self.urls, view) for view in self.views}


class Demo(Source, tag_field="kind", tag="demo", frozen=True, kw_only=True):
    seed: int = 1
    """The same seed tells the same story."""
    tempo: Annotated[float, Meta(gt=0, le=100)] = 1.0
    """How fast the story runs: 2 is twice as fast."""
    tickets: Annotated[int, Meta(ge=0, le=5000)] = 14
    """How many tickets are open at the start."""


class GlpiPeople(Section, frozen=True, kw_only=True):
    group: Name
    """The group whose members it lists, by name or number; groups below it count too."""
    available_below: Annotated[int, Meta(ge=1)] | None = None
    """Who holds fewer open tickets than this is available; empty: everybody who may log in."""


class GlpiOauth(Section, frozen=True, kw_only=True):
    client_id_file: Name
    """The file with the OAuth client's id."""
    client_secret_file: Name
    """The file with the OAuth client's secret."""
    user_file: Name
    """The file with the account's login."""
    password_file: Name
    """The file with the account's password."""


class Glpi(NetworkSource, tag_field="kind", tag="glpi", frozen=True, kw_only=True):
    """GLPI 10, 11 or 12 itself; docs/glpi.md says how to make the account."""

    url: HttpUrl
    """The address of its API, such as https://glpi.example/apirest.php."""
    api: Literal["legacy", "v2"] = "legacy"
    """The API: legacy (apirest.php, GLPI 9.5 to 12) has all; v2 (api.php, GLPI 11 and 12)."""
    user_token_file: Name | None = None
    """The file with the API token of the account that reads; the legacy API needs it."""
    app_token_file: str | None = None
    """The file with the App-Token, if the API client in GLPI has one."""
    oauth: GlpiOauth | None = None
    """What the v2 API needs in place of tokens."""
    timeout: Duration = Duration(20)
    """How long one answer may take."""
    entity: Annotated[int, Meta(ge=0)] | None = None
    """Only this entity's tickets and projects, and those of the entities below it."""
    groups: tuple[Name, ...] = ()
    """Only tickets that are assigned to these groups, by name or number, or to groups below."""
    technicians: GlpiPeople | None = None
    """Who stands in the dashboard's list of technicians."""
    analysts: GlpiPeople | None = None
    """Who stands in the dashboard's list of analysts."""
    check: Duration = Duration(5)
    """How often it is asked what changed: two small requests."""
    interval: Duration = Duration(300)
    """How often projects, people and figures are read again."""
    window: Annotated[int, Meta(ge=1, le=366)] = 30
    """Over how many days response time and resolution rate are reckoned."""
    survey_window: Annotated[int, Meta(ge=1, le=3660)] = 90
    """Over how many days satisfaction and surveys are reckoned."""
    response: Literal["taken", "solved"] = "taken"
    """What the response time is the mean of: time to take into account, or time to solve."""
    due_soon: Duration = Duration(1800)
    """How long before its time to resolve a ticket raises an alert; 0: never."""
    acknowledge: Literal["off", "followup", "assign"] = "off"
    """Write what the room acknowledged into GLPI: a private follow-up, or the token's user."""
    acknowledge_token_file: Name | None = None
    """The file with the API token of an account that may write; needed for acknowledge."""
    words: dict[Name, Meaning] = field(default_factory=dict)
    """What a priority's number or a project state's name means, such as "5": high."""
    time_zone: TimeZone | None = None
    """The zone of GLPI's times; empty: as its clock says."""
    max_message: ByteSize = ByteSize(32_000_000)
    """The largest answer that is taken."""

    def secret_files(self) -> list[tuple[tuple[str | int, ...], str]]:
        own = ("user_token_file", "app_token_file", "acknowledge_token_file")
        found: list[tuple[tuple[str | int, ...], str | None]]
        found = [((name,), getattr(self, name)) for name in own]
        if self.oauth is not None:
            files = ("client_id_file", "client_secret_file", "user_file", "password_file")
            found += [(("oauth", name), getattr(self.oauth, name)) for name in files]
        return super().secret_files() + [(place, file) for place, file in found if file]

    def __post_init__(self) -> None:
        if self.api == "legacy" and self.user_token_file is None:
            raise ValueError("needs user_token_file, the file with the account's API token")
        if self.api == "v2":
            if self.oauth is None:
                raise ValueError("api: v2 needs oauth, with the files of client and account")
            wanted = ("groups", "technicians", "analysts")
            lacks = [name for name in wanted if getattr(self, name)]
            lacks += ["acknowledge"] if self.acknowledge != "off" else []
            if lacks:
                raise ValueError(f"{', '.join(lacks)}: api: v2 can't do it; write api: legacy")
        if self.acknowledge != "off" and self.acknowledge_token_file is None:
            raise ValueError(f"acknowledge: {self.acknowledge} needs acknowledge_token_file")


class AcknowledgeCall(Section, frozen=True, kw_only=True):
    """Where the sender is told what the room acknowledged."""

    url: HttpUrl
    """Alertmanager's address, Zabbix' api_jsonrpc.php, or where a program takes a POST."""
    token_file: str | None = None
    """The file with a token, sent as Authorization: Bearer."""
    ca_file: str | None = None
    """The certificate of a private certificate authority, as a PEM file."""
    silence_for: UpToAWeek = Duration(14400)
    """How long a silence in Alertmanager or Grafana lasts."""


class Webhook(Source, tag_field="kind", tag="webhook", frozen=True, kw_only=True):
    """Alerts that another program posts to /hooks/NAME; docs/webhooks.md has the senders."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="a-z, 0-9 and -")]
    """Its name, which is the end of its address."""
    token_file: Name
    """The file with the secret that the sender shows, or signs with."""
    views: Annotated[tuple[View, ...], Meta(max_length=0)] = ()
    """A webhook brings alerts only."""
    preset: HookPreset | None = None
    """The sender; empty: the expressions below say where its fields are."""
    each: Name | None = None
    """JMESPath to the list of alerts; empty: the payload is one alert."""
    id: Name | None = None
    """JMESPath to what is the same for an alert and its end."""
    headline: Name | None = field(name="title", default=None)
    """JMESPath to the line that the wall shows."""
    severity: Name | None = None
    """JMESPath to the word that severities knows."""
    severities: dict[Name, Severity] = field(default_factory=dict)
    """What a word of the sender means, such as DISASTER: critical."""
    otherwise: Severity = "high"
    """How severe an alert is whose word nobody knows."""
    open: Name | None = None
    """JMESPath that is true while the alert lasts, and false when it is over."""
    entity: Name | None = None
    """JMESPath to the machine or place that it is about."""
    description: Name | None = None
    """JMESPath to what else is to be said."""
    link: Name | None = None
    """JMESPath to a page about it."""
    acknowledge: AcknowledgeCall | None = None
    """Tell the sender what the room acknowledged; empty: don't."""

    def secret_files(self) -> list[tuple[tuple[str | int, ...], str]]:
        found: list[tuple[tuple[str | int, ...], str]] = [(("token_file",), self.token_file)]
        if self.acknowledge is not None and self.acknowledge.token_file is not None:
            found.append((("acknowledge", "token_file"), self.acknowledge.token_file))
        return found

    def __post_init__(self) -> None:
        if self.preset is None and self.headline is None:
            raise ValueError("needs a preset, or title at least")


AnySource = Channels | Rest | Glpi | Webhook | Demo


class StaleAfter(Section, frozen=True, kw_only=True):
    """How long after its last confirmation a view counts as old."""

    tickets: Duration | None = None
    """For the tickets; empty: 2m, or twice as long as their source takes to ask again."""
    projects: Duration | None = None
    """For the projects; empty: 10m, or twice as long as their source takes to ask again."""
    dashboard: Duration | None = None
    """For the dashboard; empty: 10m, or twice as long as its source takes to ask again."""


class Command(Section, frozen=True, kw_only=True):
    argv: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The program and its arguments; no shell."""
    time_limit: UpToADay = Duration(30)
    """How long it may run before it is ended."""


class Call(Section, frozen=True, kw_only=True):
    """A POST to another program, with the alert as JSON."""

    url: HttpUrl
    """Where it goes."""
    token_file: str | None = None
    """The file with a token, sent as Authorization: Bearer."""
    ca_file: str | None = None
    """The certificate of a private certificate authority, as a PEM file."""


class Escalate(Section, frozen=True, kw_only=True):
    """What happens when nobody answers a critical alert."""

    after: UpToADay
    """How long it must have called for that."""
    volume: Volume = 100
    """How loud it sounds from then on."""
    break_mute: bool = True
    """Whether it is heard through a mute."""
    break_quiet_hours: bool = False
    """Whether it is heard in quiet hours that silence critical alerts."""
    run: Command | None = None
    """A program that is started; the alert is in its environment as KIOSKD_ALERT_*."""
    webhook: Call | None = None
    """A call that goes out, tried again until it is taken."""


class Alerts(Section, frozen=True, kw_only=True):
    derive: bool = True
    """Make alerts from changes in the views when the source sent none for them."""
    banner: UpToAnHour = Duration(20)
    """How long a banner stays on the panels."""
    critical_timeout: UpToAWeek = Duration(300)
    """How long a critical alert keeps the screen and sounds, unless seen to; 0: for ever."""
    repeat: UpToADay = Duration(30)
    """How often a critical alert sounds again until it is acknowledged or resolved; 0: never."""
    max_repeats: Annotated[int, Meta(ge=0)] = 10
    """How many times a critical alert sounds again at most."""
    again_after: UpToADay = Duration(30)
    """An alert that ended and comes again within this time is the same one, which flaps."""
    break_mute: UpToAWeek = Duration(600)
    """How long a critical alert may call in vain before it ends a mute; 0: never."""
    escalate: Escalate | None = None
    """What happens when nobody answers a critical alert for long; empty: nothing."""


class Turn(Section, frozen=True, kw_only=True):
    screen: View
    """The screen that is shown."""
    seconds: UpToADay = field(name="for", default=Duration(30))
    """How long it stays."""


class Rotation(Section, frozen=True, kw_only=True):
    screens: Annotated[tuple[Turn, ...], Meta(min_length=2)]
    """The screens in their order."""
    pause: UpToADay = Duration(120)
    """How long the screens stand still after a button, a phone or an alert."""


class QuietHours(Section, frozen=True, kw_only=True):
    """From ``start`` on each of ``days`` until ``end``, over midnight where ``end`` is earlier."""

    days: Annotated[tuple[Day, ...], Meta(min_length=1)] = DAYS
    """The days on which they begin."""
    start: TimeOfDay = field(name="from")
    """When they begin."""
    end: TimeOfDay = field(name="to")
    """When they end; earlier than the beginning means on the next day."""


class Volumes(Section, frozen=True, kw_only=True):
    """A volume of its own for a severity; empty: ``volume`` of the section."""

    critical: Volume | None = None
    """For critical alerts."""
    high: Volume | None = None
    """For alerts of high severity."""
    medium: Volume | None = None
    """For alerts of medium severity."""
    low: Volume | None = None
    """For alerts of low severity."""


class Sounds(Section, frozen=True, kw_only=True):
    """A sound file for a kind of alert; empty: the upstream's, else the built-in one."""

    notification: str | None = None
    """For a new ticket."""
    project: str | None = None
    """For a project that moved."""
    high: str | None = None
    """For a ticket of high priority."""
    critical: str | None = None
    """For a critical alert."""
    resolved: str | None = None
    """For a critical alert that is over."""


class Sound(Section, frozen=True, kw_only=True):
    enabled: bool = True
    """Whether anything sounds at all."""
    volume: Volume = 80
    """How loud, in per cent."""
    volumes: Volumes = Volumes()
    """Other volumes for single severities."""
    sounds: Sounds = Sounds()
    """Sound files of your own."""
    device: str | None = None
    """The card by SDL's or ALSA's name, as `kioskd sound list` prints it; empty: the default."""
    driver: str | None = None
    """SDL's audio driver, such as alsa or pulseaudio; empty: the first that works."""
    buffer: Annotated[int, Meta(ge=128, le=8192)] = 512
    """The mixer's buffer in samples: smaller is quicker, larger survives a busy Pi."""
    lead_in: UpToTenSeconds = Duration(0)
    """Silence before each sound, for HDMI screens that swallow the beginning."""
    allowed_origins: tuple[HttpUrl, ...] = ()
    """Where an upstream's soundUrl may point besides the source's own address."""
    panels_play: bool = False
    """Leave the soundUrl in alerts, so that panels play it too."""
    resolved: bool = False
    """Play a sound when what raised a critical alert is gone."""
    speak: bool = False
    """Speak the title after the sound, when espeak-ng is installed."""
    quiet_hours: tuple[QuietHours, ...] = ()
    """When alerts are silent."""
    critical_in_quiet_hours: bool = True
    """Critical alerts sound in quiet hours too."""


class ActionKeys(Section, frozen=True, kw_only=True):
    """An action with a value: exactly one of these keys."""

    switch: Screen | None = None
    """Shows this screen on every panel."""
    mute: UpToAWeek | None = None
    """Silences alerts for so long."""
    snooze: UpToAWeek | None = None
    """Puts the alert on the screen off for so long."""
    snooze_until: TimeOfDay | None = None
    """Puts the alert on the screen off until this time of tomorrow."""
    run: Command | None = None
    """Starts a program."""

    def __post_init__(self) -> None:
        keys = (self.switch, self.mute, self.snooze, self.snooze_until, self.run)
        if sum(x is not None for x in keys) != 1:
            raise ValueError("needs exactly one of switch, mute, snooze, snooze_until, run")


PlainAction = Literal[
    "next", "previous", "acknowledge", "snooze", "mute", "refresh", "test_sound", "pair"
]
Action = PlainAction | ActionKeys
Pull = Literal["up", "down", "none"]


class Button(Section, frozen=True, kw_only=True):
    pin: Pin
    """The GPIO line of the button; it connects to ground."""
    name: str = ""
    """What status calls it."""
    press: Action | None = None
    """What a short press does."""
    hold: Action | None = None
    """What holding it down does."""
    hold_time: UpToAMinute = Duration(1)
    """How long it must be held for that."""
    double: Action | None = None
    """What two presses in a row do."""
    double_time: UpToTenSeconds = Duration(0.4)
    """How soon the second must follow."""
    pull: Pull = "up"
    """The resistor inside the Pi; none where the circuit has its own."""
    active: Literal["low", "high"] = "low"
    """The level of the line while the button is down; a plain button to ground is low."""
    bounce: UpToASecond = Duration(0.02)
    """Edges closer together than this are one."""
    least_press: UpToASecond = Duration(0.01)
    """A press shorter than this is a spike, not a finger."""

    def __post_init__(self) -> None:
        if self.press is None and self.hold is None and self.double is None:
            raise ValueError("does nothing; give it press, hold or double")
        if self.pin in (2, 3) and self.pull == "down":
            raise ValueError("GPIO2 and GPIO3 have a fixed pull-up; use pull: up or another pin")


class Led(Section, frozen=True, kw_only=True):
    pin: Pin
    """The GPIO line of the LED."""
    shows: Literal["connected", "alert", "mute", "press"]
    """What it shines for."""


class Rotary(Section, frozen=True, kw_only=True):
    """A rotary encoder that turns to the next and the previous screen."""

    pins: tuple[Pin, Pin]
    """The two GPIO lines of the encoder."""


class Motion(Section, frozen=True, kw_only=True):
    pin: Pin
    """The GPIO line of the sensor."""
    action: Action | None = None
    """What a movement does, besides waking the display."""


class Gpio(Section, frozen=True, kw_only=True):
    factory: Literal["lgpio", "rpigpio", "pigpio", "native", "mock"] = "lgpio"
    """gpiozero's way to the pins."""


class DisplayHours(Section, frozen=True, kw_only=True):
    """The display is on from ``start`` to ``end`` on each of ``days``, and off outside."""

    days: Annotated[tuple[Day, ...], Meta(min_length=1)] = DAYS
    """The days on which it is switched on."""
    start: TimeOfDay = field(name="from")
    """When it is switched on."""
    end: TimeOfDay = field(name="to")
    """When it is switched off."""


class Display(Section, frozen=True, kw_only=True):
    backend: Literal["none", "wlopm", "wlr-randr", "cec", "command"] = "none"
    """How the display is switched."""
    output: str = "*"
    """Which output, by the name that the backend gives it; * is every one."""
    on: tuple[DisplayHours, ...] = ()
    """When the display is on; empty: always."""
    off_without_motion: UpToAWeek = Duration(0)
    """Darkens after so long without movement; 0: never. Needs ``motion``."""
    commands: dict[Literal["on", "off", "query"], tuple[str, ...]] = field(default_factory=dict)
    """For backend command: argv to switch on, off, and to ask (prints on or off)."""


class Config(Section, frozen=True, kw_only=True):
    """The whole file."""

    kiosk: Kiosk = Kiosk()
    """What this kiosk is called and where it keeps things."""
    server: Server = Server()
    """Where panels connect, and who may."""
    sources: Annotated[tuple[AnySource, ...], Meta(min_length=1)] = ()
    """Where the tickets come from: at least one. ``kind: demo`` is a made-up helpdesk, and is left
    out where another source has one of its views."""
    proxy: Proxy | None = None
    """The HTTP proxy for every source that names none, such as http://proxy.example:3128."""
    stale_after: StaleAfter = StaleAfter()
    """When a view counts as old."""
    alerts: Alerts = Alerts()
    """How alerts come to be and how long they stay."""
    rotation: Rotation | None = None
    """Screens that change by themselves; left out: they stand still."""
    sound: Sound = Sound()
    """What is heard."""
    buttons: tuple[Button, ...] = ()
    """Buttons on GPIO lines."""
    leds: tuple[Led, ...] = ()
    """LEDs on GPIO lines."""
    rotary: Rotary | None = None
    """A rotary encoder."""
    motion: Motion | None = None
    """A motion sensor."""
    gpio: Gpio = Gpio()
    """How the GPIO lines are reached."""
    display: Display = Display()
    """When the display is on."""
