"""``kind: glpi``, GLPI as a source."""

from typing import Annotated, Literal

from msgspec import Meta, field

from kioskd.config.scalars import ByteSize, Duration, TimeZone
from kioskd.config.sections.base import HttpUrl, Name, Section
from kioskd.config.sections.source_base import NetworkSource
from kioskd.config.sections.wall import StaleAfter
from kioskd.config.sections.words import Meaning, View
from kioskd.words import tr


class GlpiPeople(Section, frozen=True, kw_only=True):
    group: Name | None = None
    """The group whose members it lists, by name or number; groups below it count too."""
    users: tuple[Name, ...] = ()
    """The logins of those it lists, in place of a group."""
    available_below: Annotated[int, Meta(ge=1)] | None = None
    """Who holds fewer open tickets than this is available; empty: everybody who may log in."""

    def __post_init__(self) -> None:
        if (self.group is None) == (not self.users):
            raise ValueError(tr("needs either group or users"))


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
    acknowledge_oauth: GlpiOauth | None = None
    """With api: v2, client and account that may write, in place of acknowledge_token_file."""
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
        for key in ("oauth", "acknowledge_oauth"):
            if (oauth := getattr(self, key)) is not None:
                files = ("client_id_file", "client_secret_file", "user_file", "password_file")
                found += [((key, name), getattr(oauth, name)) for name in files]
        return super().secret_files() + [(place, file) for place, file in found if file]

    def selection(self) -> tuple[object, ...]:
        windows = (self.window, self.survey_window, self.response)
        return self.entity, self.groups, self.words, *windows

    def asked_every(self, view: View, stale_after: StaleAfter) -> float:
        return float(self.check if view == "tickets" else self.interval)

    def __post_init__(self) -> None:
        if self.api == "legacy" and self.user_token_file is None:
            raise ValueError(tr("needs user_token_file, the file with the account's API token"))
        if self.api == "v2" and self.oauth is None:
            raise ValueError(tr("api: v2 needs oauth, with the files of client and account"))
        for key in ("technicians", "analysts"):
            people = getattr(self, key)
            if self.api == "v2" and people is not None and people.group is not None:
                raise ValueError(
                    tr(
                        "{key}: api: v2 doesn't tell who is in a group; name users, or write "
                        "api: legacy",
                        key=key,
                    )
                )
        need = "acknowledge_oauth" if self.api == "v2" else "acknowledge_token_file"
        if self.acknowledge != "off" and getattr(self, need) is None:
            raise ValueError(
                tr(
                    "acknowledge: {acknowledge} needs {need}",
                    acknowledge=self.acknowledge,
                    need=need,
                )
            )
