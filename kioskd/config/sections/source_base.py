"""What every kind of source has; the kinds are in the files beside this one."""

from msgspec import field

from kioskd.config.scalars import Duration
from kioskd.config.sections.base import Name, Proxy, Section, UpToAnHour
from kioskd.config.sections.wall import StaleAfter
from kioskd.config.sections.words import VIEWS, GuideField, Meaning, View
from kioskd.words import tr


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
            raise ValueError(tr("needs exactly one of header, query, cookie"))


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

    def selection(self) -> tuple[object, ...]:
        """What decides which rows come and how its figures are reckoned, besides the address."""
        return ()

    def asked_every(self, view: View, stale_after: StaleAfter) -> float:
        """Seconds between two questions for a view; 0 for a source that confirms by itself."""
        return 0.0

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

    def selection(self) -> tuple[object, ...]:
        return self.fields, self.words
