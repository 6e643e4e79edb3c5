"""Talks to the running daemon for the command line: by its Unix socket, else over loopback TCP.

The socket's file says who may do everything; over TCP the daemon decides (``server.loopback``).
"""

import http.client
import json
import os
import socket
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import Any

import msgspec

from kioskd.config import Config, Server
from kioskd.core.status import Status
from kioskd.errors import ConfigError, ControlError, VersionError
from kioskd.host import address
from kioskd.words import later, tr

PATIENCE = 10.0  # seconds for an answer: a Pi may be busy
USE_SOCKET = later("; use sudo, or join the group: sudo usermod -aG kioskd $USER")


class _Local(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path, timeout: float | None) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


@dataclass(frozen=True)
class Daemon:
    """``address``: as ``host.address`` has it; ``sockets``: where its Unix socket may be."""

    address: str
    sockets: tuple[Path, ...] = ()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What it answers to GET, or to POST with a body; ``ControlError`` when it doesn't."""
        connection, answer = self._open(path, body)
        try:
            return json.load(answer)
        except (ValueError, HTTPException, OSError) as error:
            raise ControlError(self._stranger(type(error).__name__)) from None
        finally:
            connection.close()

    def fetch(self, path: str) -> tuple[bytes, HTTPMessage]:
        """What it answers to GET, as it is, with the headers; ``ControlError`` when it doesn't."""
        connection, answer = self._open(path, None)
        try:
            return answer.read(), answer.headers
        except (HTTPException, OSError) as error:
            raise ControlError(self._stranger(type(error).__name__)) from None
        finally:
            connection.close()

    def status(self) -> Status:
        """The whole status; ``VersionError`` when it is not of this version."""
        found = self.ask("/api/status")
        if not isinstance(found, dict) or "version" not in found:
            raise ControlError(self._stranger(tr("another answer")))
        try:
            return msgspec.convert(found, Status)
        except msgspec.ValidationError as error:
            raise VersionError(
                tr(
                    "the daemon on {address} is another version of kioskd ({error}); restart it: "
                    "sudo systemctl restart kioskd",
                    address=self.address,
                    error=error,
                )
            ) from None

    def follow(self, path: str) -> Iterator[Any]:
        """Each line of a stream from now on, until the daemon ends it or itself."""
        connection, answer = self._open(path, None, timeout=None)

        def lines() -> Iterator[Any]:
            try:
                for line in answer:
                    yield json.loads(line)
            except (ValueError, HTTPException, OSError):  # cut off in a line
                pass
            finally:
                connection.close()

        return lines()

    def _open(
        self, path: str, body: Any, timeout: float | None = PATIENCE
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = self._connect(timeout)
        try:
            method, data = ("GET", None) if body is None else ("POST", json.dumps(body).encode())
            connection.request(method, path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            if answer.status < 400:
                return connection, answer
            html = "html" in answer.headers.get("Content-Type", "")
            if html or answer.status in (404, 405, 501):
                raise ControlError(self._stranger(f"HTTP {answer.status}"))
            said = answer.read(2000).decode(errors="replace").strip() or answer.reason
            # Not Path.exists: it raises where this user may not look.
            refused = answer.status == 403 and any(map(os.path.exists, self.sockets))
            raise ControlError(
                tr(
                    "the daemon refused: {said}{advice}",
                    said=said,
                    advice=tr(USE_SOCKET) if refused else "",
                )
            )
        except HTTPException as error:
            connection.close()
            raise ControlError(self._stranger(type(error).__name__)) from None
        except ControlError:
            connection.close()
            raise
        except OSError as error:
            connection.close()
            raise ControlError(
                tr(
                    "no daemon answers on {address} ({error}); try: systemctl status kioskd",
                    address=self.address,
                    error=error,
                )
            ) from None

    def _stranger(self, what: str) -> str:
        port = urllib.parse.urlsplit(self.address).port
        return tr(
            "it is not kioskd that answers on {address} ({what}), or another version of it; "
            "find what is there: sudo ss -ltnp 'sport = :{port}'; kioskd: systemctl status "
            "kioskd",
            address=self.address,
            what=what,
            port=port,
        )

    def _connect(self, timeout: float | None) -> http.client.HTTPConnection:
        for path in self.sockets:
            local = _Local(path, timeout)
            try:
                local.connect()
            except OSError:  # none, of a daemon that is gone, or not for this user
                local.close()
                continue
            return local
        where = urllib.parse.urlsplit(self.address)
        return http.client.HTTPConnection(where.hostname or "", where.port, timeout=timeout)


def find(file: Path, port: int | None) -> Daemon:
    """The daemon that runs with ``file``; ``port`` when it isn't where its file says."""
    from kioskd.config.reading import load

    try:
        config = load(file)
    except ConfigError:
        config = Config(server=Server())
    if port is not None:
        return Daemon(address.local(port))
    sockets = tuple(address.control_sockets_for(file, config))
    return Daemon(address.told_for(file) or address.local(config.server.port), sockets)
