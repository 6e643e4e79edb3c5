"""kioskd behind HAProxy, nginx and Caddy on its own machine, asked from another one."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import certificates, lan
from tests.support.besieged import TOKEN
from tests.support.lan import Lan
from tests.support.process import Process, free_port

pytestmark = pytest.mark.skipif(
    not lan.possible() or not shutil.which("curl"),
    reason="needs root, for a network namespace, and curl",
)


def haproxy(folder: Path, at: str, behind: int, tls: bool) -> list[str]:
    file = folder / "haproxy.cfg"
    both = folder / "both.pem"
    crypt = ""
    if tls:
        both.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
        crypt = f" ssl crt {both}\n  http-request set-header X-Forwarded-Proto https"
    file.write_text(
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n"
        f"  option forwardfor\nfrontend in\n  bind {at}{crypt}\n"
        "  default_backend kioskd\n"
        f"backend kioskd\n  server a 127.0.0.1:{behind}\n"
    )
    return ["haproxy", "-db", "-f", str(file)]


def nginx(folder: Path, at: str, behind: int, tls: bool) -> list[str]:
    file = folder / "nginx.conf"
    files = f"ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;"
    file.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"server {{ listen {at}{f' ssl; {files}' if tls else ';'}\n"
        f"location / {{ proxy_pass http://127.0.0.1:{behind};\n"
        "proxy_http_version 1.1; proxy_set_header Host $http_host;\n"
        "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;\n"
        "proxy_set_header X-Forwarded-Proto $scheme;\n"
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } } }\n"
    )
    return ["nginx", "-c", str(file), "-p", str(folder)]


def caddy(folder: Path, at: str, behind: int, tls: bool) -> list[str]:
    file = folder / "Caddyfile"
    files = f"  tls {folder}/certificate.pem {folder}/key.pem\n" if tls else ""
    file.write_text(
        "{\n  admin off\n  auto_https off\n}\n"
        f"{'https' if tls else 'http'}://{at} {{\n{files}"
        f"  reverse_proxy 127.0.0.1:{behind}\n}}\n"
    )
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]


PROXIES: dict[str, Callable[[Path, str, int, bool], list[str]]] = {
    "haproxy": haproxy,
    "nginx": nginx,
    "caddy": caddy,
}


@pytest.fixture(scope="module")
def network() -> Iterator[Lan]:
    with Lan() as found:
        yield found


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Process]:
    (tmp_path / "token").write_text(TOKEN)
    process = Process(tmp_path)
    yield process
    if hasattr(process, "process"):
        process.close()


def begin(kioskd: Process, server: str) -> None:
    text = kioskd.config.read_text()
    kioskd.config.write_text(
        text.replace("server: {", f"server: {{{server}, token_file: {kioskd.folder}/token, ")
    )
    kioskd.start().notified.close()


class Through:
    """Asks kioskd from the other machine, through a proxy."""

    def __init__(self, network: Lan, name: str, kioskd: Process, tls: bool) -> None:
        self._network = network
        at = f"{network.here}:{free_port()}"
        self.url = f"{'https' if tls else 'http'}://{at}"
        command = PROXIES[name](kioskd.folder, at, kioskd.port, tls)
        self._log = (kioskd.folder / "proxy.log").open("wb")
        self.process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + 20
        while self.ask("/healthz") != "200":
            assert time.monotonic() < deadline, (kioskd.folder / "proxy.log").read_text()
            time.sleep(0.1)

    def ask(self, path: str, *headers: str) -> str:
        """The status of the answer."""
        return self.answer(path, *headers).splitlines()[0].split()[1]

    def answer(self, path: str, *headers: str) -> str:
        """The answer's head."""
        options = [word for header in headers for word in ("-H", header)]
        asking = self._network.run(
            *("curl", "-sk", "--http1.1", "-m", "10", "-o", "/dev/null", "-D", "-", *options),
            f"{self.url}{path}",
        )
        return asking.communicate(timeout=20)[0].decode() or "- 000"

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self._log.close()


@pytest.fixture
def through(network: Lan) -> Iterator[Callable[..., Through]]:
    begun: list[Through] = []

    def start(name: str, kioskd: Process, tls: bool = False) -> Through:
        if not shutil.which(name):
            pytest.skip(f"{name} is not installed")
        begun.append(Through(network, name, kioskd, tls))
        return begun[-1]

    yield start
    for each in begun:
        each.close()


SPOOFS = (
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-For: 127.0.0.1, 127.0.0.1",
    "Forwarded: for=127.0.0.1",
    "X-Real-IP: 127.0.0.1",
    "X-Forwarded-Host: localhost",
)


@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_that_is_not_trusted_gives_nobody_this_machines_rights(
    kioskd: Process, through: Callable[..., Through], name: str
) -> None:
    begin(kioskd, "loopback: control")
    proxy = through(name, kioskd)
    assert proxy.ask("/api/status") == "403"
    assert [proxy.ask("/api/status", spoof) for spoof in SPOOFS] == ["403"] * len(SPOOFS)
    assert proxy.ask("/api/status", f"Authorization: Bearer {TOKEN}") == "403"


@pytest.mark.parametrize("name", PROXIES)
def test_behind_a_trusted_proxy_only_a_token_lets_in_whatever_is_claimed(
    kioskd: Process, through: Callable[..., Through], name: str
) -> None:
    begin(kioskd, "trusted_proxies: [127.0.0.1]")
    proxy = through(name, kioskd)
    assert proxy.ask("/api/status") == "401"
    assert [proxy.ask("/api/status", spoof) for spoof in SPOOFS] == ["401"] * len(SPOOFS)
    assert proxy.ask("/api/status", f"Authorization: Bearer {TOKEN}") == "200"
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    panel = "/ws/dashboard_control/"
    assert proxy.ask(panel, *upgrade, key) == "401"
    assert proxy.ask(panel, *upgrade, key, f"Authorization: Bearer {TOKEN}") == "101"


@pytest.mark.parametrize("name", PROXIES)
def test_behind_a_proxy_with_tls_cookies_are_secure_and_kioskd_itself_may_be_plain(
    kioskd: Process, network: Lan, through: Callable[..., Through], name: str
) -> None:
    certificates.write(kioskd.folder, network.here)
    begin(kioskd, "trusted_proxies: [127.0.0.1], https: self-signed")
    proxy = through(name, kioskd, tls=True)
    head = proxy.answer(f"/remote?token={TOKEN}", "X-Forwarded-Proto: http")
    assert head.split()[1] == "303"
    (cookie,) = (line for line in head.splitlines() if line.lower().startswith("set-cookie"))
    assert "secure" in cookie.lower()
    assert TOKEN not in head
    bearer = f"Authorization: Bearer {TOKEN}"
    assert proxy.ask("/api/status", bearer, "Origin: http://evil.example") == "403"
    assert proxy.ask("/api/status", bearer, f"Origin: {proxy.url}") == "200"
    assert proxy.ask("/api/status", bearer, f"Origin: {proxy.url.replace('s://', '://')}") == "403"
