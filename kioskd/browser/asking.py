"""Asks the daemon on the loopback how it is, once a second for years: a socket, and no more.

`urllib.request` would read every certificate of the system each time (75 MB on Python 3.13), for
an address that never speaks TLS.
"""

import json
import socket
import time
from typing import Any

LIMIT = 3.0  # seconds for the whole answer
LARGEST = 4_000_000  # bytes


def status(at: str, secret: str) -> Any:
    """What ``/api/status`` of the daemon ``at`` (``http://ADDRESS:PORT``) says.

    Raises ``OSError`` or ``ValueError`` when there is no such answer.
    """
    return _answer(at, secret, "GET /api/status")


def tell(at: str, secret: str, path: str, message: dict[str, str]) -> None:
    """Tell the daemon something. Raises ``OSError`` or ``ValueError`` when it does not take it."""
    _answer(at, secret, f"POST {path}", json.dumps(message))


def _answer(at: str, secret: str, what: str, body: str = "") -> Any:
    host, _, port = at.removeprefix("http://").partition(":")
    shows = f"Authorization: Bearer {secret}\r\n" if secret else ""
    if body:
        shows += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    request = f"{what} HTTP/1.0\r\nHost: {host}:{port}\r\n{shows}\r\n{body}"
    ends = time.monotonic() + LIMIT
    answer = bytearray()
    with socket.create_connection((host, int(port)), LIMIT) as link:
        link.sendall(request.encode())
        while got := link.recv(65536):
            answer += got
            left = ends - time.monotonic()
            if left <= 0 or len(answer) > LARGEST:
                raise TimeoutError("it doesn't come to an end")
            link.settimeout(left)
    head, _, content = bytes(answer).partition(b"\r\n\r\n")
    words = head.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or words[1] != b"200":
        raise ValueError("another answer than was asked for")
    return json.loads(content)
