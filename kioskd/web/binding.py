"""Where the daemon listens: on the loopback first and always, then on the address of the file.

The wall itself needs only the loopback. An address that can't be had, since the router gave this
machine another one or since another program has the port, is a fault that is shown, and is tried
again until it can be had.
"""

import asyncio
import errno
import ipaddress
import logging
import socket
from collections.abc import Callable

from kioskd.config import Server
from kioskd.config.files import reason
from kioskd.config.hosts import is_loopback
from kioskd.errors import PortError
from kioskd.web.listener import Listener
from kioskd.web.serving import LOOPBACK, Serving
from kioskd.words import tr

log = logging.getLogger(__name__)
EVERY, EVERY_IPV6 = "0.0.0.0", "::"
RETRY = 10.0  # seconds between two attempts, and between two looks at what was had
NAME_LIMIT = 5.0  # seconds for the name server to know a host's name
FORBIDDEN = (errno.EACCES, errno.EPERM)
NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EINVAL)
Say = Callable[[str | None, str, str], None]


class Binding:
    """``say`` shows a fault with its code and what it is about; None: there is none.

    ``addresses`` gives those of this machine, ``moved`` is told the loopback's port.
    """

    def __init__(
        self,
        settings: Server,
        say: Say,
        addresses: Callable[[], list[str]],
        moved: Callable[[int], None],
        retry: float = RETRY,
    ) -> None:
        self.port = settings.port
        """On the loopback; another than the file's while that is forbidden."""
        self.hosts: tuple[str, ...] = ()
        """Where other machines reach it, as the file writes it; empty: nowhere."""
        self._host, self._wanted_port = settings.host, settings.port
        self._say, self._addresses, self._moved = say, addresses, moved
        self._retry = retry
        self._loopback: Listener | None = None
        self._had = False  # the file's address
        self._tried = asyncio.Event()

    def open(self, serving: Serving) -> None:
        """Listen on the loopback; raises ``PortError`` when that can't be had."""
        try:
            self._loopback = serving.listen(LOOPBACK, self.port)
        except OSError as error:
            if error.errno not in FORBIDDEN:
                raise PortError(_taken_or(error, LOOPBACK, self.port)) from None
            self.port = Server().port  # the wall goes on, and says why it is not where it should be
            try:
                self._loopback = serving.listen(LOOPBACK, self.port)
            except OSError as again:
                said = _taken_or(again, LOOPBACK, self.port)
                raise PortError(
                    tr("{first}; and {said}", first=_forbidden(self._wanted_port), said=said)
                ) from None
        self._moved(self.port)

    async def first_attempt(self, patience: float) -> None:
        """Wait until the file's address was tried once, or for ``patience`` seconds."""
        try:
            async with asyncio.timeout(patience):
                await self._tried.wait()
        except TimeoutError:
            log.info("server.host %s is still looked for", self._host)

    async def follow(self, serving: Serving) -> None:
        """Listen where the file says, as soon as it can be had; until cancelled."""
        while True:
            try:
                await self._attempt(serving)
            except OSError as error:
                self._say(*self._explain(error))
            else:
                self._say(None, "", "")
            self._tried.set()
            await asyncio.sleep(self._retry)

    async def _attempt(self, serving: Serving) -> None:
        """Do what is still to be done; raises ``OSError`` when it can't be."""
        if self.port != self._wanted_port:
            self._to_the_wanted_port(serving)
        if not self._had:
            found = self._every(serving) if self._host == EVERY else await self._one(serving)
            self._had, self.hosts = True, () if is_loopback(self._host) else found
        elif self._host not in (EVERY, EVERY_IPV6):
            _bindable(self._host)

    def _to_the_wanted_port(self, serving: Serving) -> None:
        self._loopback = serving.listen(LOOPBACK, self._wanted_port)
        self.port = self._wanted_port
        self._moved(self.port)

    def _every(self, serving: Serving) -> tuple[str, ...]:
        """All addresses; the loopback's own socket goes once another hears for it."""
        serving.listen(EVERY, self.port, instead_of=self._loopback)
        self._loopback = None
        try:
            serving.listen(EVERY_IPV6, self.port)
        except OSError as error:
            why = tr("this machine has no IPv6")
            if error.errno not in NO_IPV6:
                why = _taken_or(error, f"[{EVERY_IPV6}]", self.port)
            log.warning(tr("server.host 0.0.0.0 hears IPv4 only: {why}", why=why))
            return (EVERY,)
        return EVERY, EVERY_IPV6

    async def _one(self, serving: Serving) -> tuple[str, ...]:
        """One address, or those of a name of which at least one must be this machine's."""
        failed: OSError | None = None
        had = False
        for host in await self._resolved():
            try:
                if host != LOOPBACK:  # which is had already
                    serving.listen(host, self.port)
                had = True
            except OSError as error:
                failed = error
        if not had and failed is not None:
            raise failed
        return (self._host,)

    async def _resolved(self) -> list[str]:
        resolve = asyncio.get_running_loop().getaddrinfo
        try:
            async with asyncio.timeout(NAME_LIMIT):
                found = await resolve(self._host, self.port, type=socket.SOCK_STREAM)
        except UnicodeError:  # no name that could be asked for
            raise socket.gaierror(socket.EAI_NONAME, "not a name") from None
        return [*dict.fromkeys(str(address[0]) for *_, address in found)]

    def _explain(self, error: OSError) -> tuple[str, str, str]:
        """The fault in a line with its remedy, its code, and what it is about."""
        wall = tr("the wall is at {url} on this machine", url=f"http://{LOOPBACK}:{self.port}/")
        if error.errno in FORBIDDEN:
            port = self._wanted_port
            return f"{_forbidden(port)}; {wall}", "port_forbidden", str(port)
        place = f"{self._host}:{self.port}"
        if isinstance(error, socket.gaierror | TimeoutError):
            said = tr(
                "no name server knows server.host {host}: write an address instead", host=self._host
            )
            return f"{said}; {wall}", "host_unknown", self._host
        if error.errno == errno.EADDRNOTAVAIL:
            has = ", ".join(self._addresses()) or tr("none now: is the network there?")
            said = tr(
                "this machine has no address {host} (server.host); it has {has}. 0.0.0.0 is "
                "every address, whatever the router gives",
                host=self._host,
                has=has,
            )
            return f"{said}; {wall}", "host_missing", self._host
        return f"{_taken_or(error, self._host, self.port)}; {wall}", "port_taken", place


def _bindable(host: str) -> None:
    """Raises ``OSError`` when this machine no longer has the address, as after a new lease."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    family, _, _, _, address = socket.getaddrinfo(
        host, 0, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST
    )[0]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind(address)


def _forbidden(port: int) -> str:
    return tr(
        "port {port} (server.port) is forbidden to kioskd, as all below 1024: write 8080", port=port
    )


def _taken_or(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        find = f"sudo ss -ltnp 'sport = :{port}'"
        return tr(
            "can't listen on {host}:{port}: another program listens there (find it: {find}); "
            "stop it, or change server.port",
            host=host,
            port=port,
            find=find,
        )
    return tr("can't listen on {host}:{port}: {why}", host=host, port=port, why=reason(error))
