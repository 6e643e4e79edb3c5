"""A house's other web servers, as a wall's pages come from: on an address that is no loopback."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kioskd.host.network import addresses

CHART = "<!doctype html><title>chart</title><body style='background:#00ff00'><h1>Load</h1>"
LOGIN = "<!doctype html><form><input name=user><input type=password name=word></form>"


def own_address() -> str:
    """One of this machine's that a browser asks a proxy for; the loopback's none is."""
    found = addresses()
    if not found:
        pytest.skip("this machine has no network card with an address")
    return found[0]


class Site:
    """A web server that keeps what was asked of it; ``says`` is its answer, by path."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{own_address()}:{port}"
        self.asked: list[tuple[str, str]] = []
        """Each path with its Authorization."""
        self.status = 200
        self.body = CHART
        self.moved = ""
        """Where it redirects to; empty: nowhere."""
        self.mute = threading.Event()
        """It takes connections, and says nothing."""

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextlib.contextmanager
def site(port: int = 0) -> Iterator[Site]:
    """It listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/favicon.ico":
                self.send_error(404)
                return
            served.asked.append((self.path, self.headers.get("Authorization", "")))
            while served.mute.is_set():
                time.sleep(0.05)
            body = served.body.encode()
            self.send_response(302 if served.moved else served.status)
            if served.moved:
                self.send_header("Location", served.moved)
            if served.status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="house"')
            self.send_header("X-Frame-Options", "DENY")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked has gone
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("0.0.0.0", port), Handler) as server:
        server.daemon_threads = True
        served = Site(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        served.mute.clear()
        server.shutdown()
