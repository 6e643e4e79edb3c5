"""Talks to the running daemon for the command line: over loopback, past any proxy."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import msgspec

from kioskd.config import Server
from kioskd.core.status import Status
from kioskd.errors import ConfigError, ControlError
from kioskd.host import address

PATIENCE = 10.0  # seconds for an answer: a Pi may be busy


@dataclass(frozen=True)
class Daemon:
    """``address``: as ``kioskd.address`` has it; on the loopback no token is needed."""

    address: str

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What it answers to GET, or to POST with a body; ``ControlError`` when it doesn't."""
        with self._open(path, body) as answer:
            try:
                return json.load(answer)
            except (ValueError, HTTPException) as error:
                raise ControlError(f"{self.address} is not kioskd ({error})") from None

    def status(self) -> Status:
        """The whole status; ``ControlError`` when it is not of this version."""
        try:
            return msgspec.convert(self.ask("/api/status"), Status)
        except msgspec.ValidationError as error:
            raise ControlError(
                f"the daemon on {self.address} is another version of kioskd ({error}); "
                "restart it: sudo systemctl restart kioskd"
            ) from None

    def follow(self, path: str) -> Iterator[Any]:
        """Each line of a stream, until it ends."""
        with closing(self._open(path, None, timeout=None)) as answer:
            for line in answer:
                yield json.loads(line)

    def _open(self, path: str, body: Any, timeout: float | None = PATIENCE) -> Any:
        headers = {"Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}{path}", data, headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            return direct.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace").strip() or error.reason
            raise ControlError(f"the daemon refused: {said}") from None
        except HTTPException as error:
            raise ControlError(f"{self.address} is not kioskd ({error!r})") from None
        except OSError as error:
            why = getattr(error, "reason", error)
            raise ControlError(
                f"no daemon answers on {self.address} ({why}); try: systemctl status kioskd"
            ) from None


def find(file: Path, port: int | None) -> Daemon:
    """The daemon that runs with ``file``; ``port`` when it isn't where its file says."""
    from kioskd.config.reading import load

    if port is None and (where := address.told_for(file)):
        return Daemon(where)
    try:
        return Daemon(address.local(port or load(file).server.port))
    except ConfigError:
        return Daemon(address.local(port or Server().port))
