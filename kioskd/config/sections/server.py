"""``server``: where panels and programs connect, and what they may do."""

from typing import Annotated, Literal

from msgspec import Meta

from kioskd.config.scalars import ByteSize, Duration
from kioskd.config.sections.base import Count, Name, Port, Section, UpToAnHour
from kioskd.config.sections.words import Role


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
    https: Literal["self-signed"] | None = None
    """Write self-signed for HTTPS with a certificate that kioskd itself makes and renews."""
    certificate: Name | None = None
    """The PEM file with the certificate for HTTPS, and those of its authority behind it."""
    key: Name | None = None
    """The PEM file with the certificate's key; both are read again when they change."""
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
    public_url: str | None = None
    """Where phones reach it when a proxy stands before it, such as https://painel.example.com."""
    limits: Limits = Limits()
    """What a panel may do at most; the defaults suit a wall."""

    @property
    def encrypted(self) -> bool:
        """Whether other machines are answered by HTTPS only."""
        return self.https is not None or self.certificate is not None
