"""Talks to the running daemon for the command line: over loopback, past any proxy."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kioskd.errors import ConfigError, ControlError

ANY_ADDRESS = ("0.0.0.0", "::", "")
PATIENCE = 10.0  # seconds for an answer: a Pi may be busy


@dataclass(frozen=True)
class Daemon:
    """Where the daemon listens; ``token`` is needed only where that is not the loopback."""

    address: str
    token: str | None = None

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What it answers to GET, or to POST with a body; ``ControlError`` when it doesn't."""
        with self._open(path, body) as answer:
            try:
                return json.load(answer)
            except ValueError as error:
                raise ControlError(f"{self.address} is not kioskd ({error})") from None

    def follow(self, path: str) -> Iterator[Any]:
        """Each line of a stream, until it ends."""
        with closing(self._open(path, None, timeout=None)) as answer:
            for line in answer:
                yield json.loads(line)

    def _open(self, path: str, body: Any, timeout: float | None = PATIENCE) -> Any:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.address}{path}", data, headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            return direct.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace").strip() or error.reason
            raise ControlError(f"the daemon refused: {said}") from None
        except OSError as error:
            why = getattr(error, "reason", error)
            raise ControlError(
                f"no daemon answers on {self.address} ({why}); try: systemctl status kioskd"
            ) from None


def find(file: Path, port: int | None) -> Daemon:
    """The daemon that runs with ``file``; a file that can't be read means the usual address."""
    from kioskd.load import load

    try:
        server = load(file).server
    except ConfigError:
        return Daemon(f"127.0.0.1:{port or 8080}")
    host = "127.0.0.1" if server.host in ANY_ADDRESS else server.host
    try:
        token = Path(server.token_file).read_text().strip() if server.token_file else None
    except OSError:
        token = None  # not ours to read; on the loopback none is needed
    return Daemon(
        f"[{host}]:{port or server.port}" if ":" in host else f"{host}:{port or server.port}", token
    )
