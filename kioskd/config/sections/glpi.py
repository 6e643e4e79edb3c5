"""``kind: glpi``, GLPI as a source."""

from typing import Annotated, Literal

from msgspec import Meta, field

from kioskd.config.scalars import ByteSize, Duration, TimeZone
from kioskd.config.sections.base import HttpUrl, Name, Section
from kioskd.config.sections.source_base import NetworkSource
from kioskd.config.sections.words import Meaning


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
