"""A house's other web servers, as a wall's pages come from: on an address that is no loopback."""

import base64
import contextlib
import hashlib
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kioskd.host.network import addresses

CHART = "<!doctype html><title>chart</title><body style='background:#00ff00'><h1>Load</h1>"
LOGIN = "<!doctype html><form><input name=user><input type=password name=word></form>"
# As Grafana's dashboards do: figures over its API and news over a WebSocket, all of its own host.
LIVE = (
    CHART
    + """<script>
fetch('/api/ds/query', {method: 'POST', body: '{"queries": []}'.repeat(9000)})
const live = new WebSocket(location.origin.replace('http', 'ws') + '/api/live/ws')
live.onmessage = news => fetch('/heard/' + news.data)
new EventSource('/api/stream')
const worker = `fetch('${location.origin}/of-worker')`
new Worker(URL.createObjectURL(new Blob([worker], {type: 'text/javascript'})))
</script>"""
)
ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


def own_address() -> str:
    """One of this machine's that is no loopback."""
    found = addresses()
    if not found:
        pytest.skip("this machine has no network card with an address")
    return found[0]


class Site:
    """A web server that keeps what was asked of it."""

    def __init__(self, scheme: str, port: int) -> None:
        self.url = f"{scheme}://{own_address()}:{port}"
        self.asked: list[tuple[str, str]] = []
        """Each path with its Authorization."""
        self.agents: set[str] = set()
        """What browsers said of themselves."""
        self.status = 200
        self.body = CHART
        self.others: dict[str, tuple[str, str]] = {}
        """Content type and body by path, where it is not ``body``."""
        self.extra: dict[str, str] = {}
        """More headers of each answer."""
        self.moved = ""
        """Where it redirects to; empty: nowhere."""
        self.login = ""
        """Whom it sends to /login: who does not show this; empty: nobody."""
        self.mute = threading.Event()
        """It takes connections, and says nothing."""

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def shown(self, path: str) -> set[str]:
        """What was shown to be let in there."""
        return {secret for asked, secret in self.asked if asked == path}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Site

    def do_GET(self) -> None:
        served, secret = self.served, self.headers.get("Authorization", "")
        if self.path == "/favicon.ico":
            self.send_error(404)
            return
        served.asked.append((self.path, secret))
        served.agents.add(self.headers.get("User-Agent", ""))
        if self.headers.get("Upgrade") == "websocket":
            self.say_hello()
            return
        while served.mute.is_set():
            time.sleep(0.05)
        moved = served.moved
        if served.login and secret != served.login and self.path != "/login":
            moved = "/login"
        kind, body = served.others.get(self.path, ("text/html", served.body))
        self.send_response(302 if moved else served.status)
        if moved:
            self.send_header("Location", moved)
        if served.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="house"')
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        for name, value in served.extra.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked has gone
            self.wfile.write(body.encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def say_hello(self) -> None:
        """One text over a WebSocket, which then stays open."""
        key = self.headers["Sec-WebSocket-Key"] + ACCEPT
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        accepted = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_header("Sec-WebSocket-Accept", accepted)
        self.end_headers()
        self.wfile.write(b"\x81\x05hello")
        self.wfile.flush()
        with contextlib.suppress(OSError):
            while self.rfile.read(1):
                pass
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def site(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """It listens; with ``tls`` over HTTPS."""

    class Own(Handler):
        pass

    with ThreadingHTTPServer(("0.0.0.0", port), Own) as server:
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        served = Site("http" if tls is None else "https", server.server_port)
        Own.served = served
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        served.mute.clear()
        server.shutdown()


def over_tls(folder: str) -> ssl.SSLContext:
    """With the pair that ``certificates.write`` has left there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
    return context
