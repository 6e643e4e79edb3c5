"""A web page before the panel, in a real compositor: from an address that the unit forbids."""

import json
import subprocess
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.picture import (
    BROWSER,
    confirmed,
    picture,
    show_in_memory,
    shows_the_panel,
)
from tests.support.certificates import write

pytestmark = pytest.mark.timeout(400)
ADDRESS, SECRET = "10.9.9.9", "glsa_0123456789abcdef"
SITE = """
import http.server, os, ssl

SHOWN = b'''<!doctype html><body style=background:#00ff00><h1>Load</h1><script>
setInterval(async () => {
  if (await (await fetch('/hang')).text() === 'yes') for (;;);
}, 200)
setTimeout(() => { open('/popup'); alert('look'); print() }, 2000)
</script>'''

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.headers.get("Authorization") == "Bearer %s"
        hang = b"yes" if os.path.exists("/var/tmp/hang") else b"no"
        body = hang if self.path == "/hang" else SHOWN
        self.send_response(200 if known else 401)
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

server = http.server.ThreadingHTTPServer(("%s", 8099), Page)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/var/tmp/certificate.pem", "/var/tmp/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
"""


in_each_browser = pytest.mark.parametrize("wall", ["chromium", "chromium-shell"], indirect=True)


@pytest.fixture
def wall(machine: Machine, request: pytest.FixtureRequest) -> Iterator[Machine]:
    """With Chromium, where a test does not name another browser."""
    inside = ("nsenter", f"--target={machine._leader()}", "--net", "--")
    subprocess.run([*inside, "ip", "addr", "replace", f"{ADDRESS}/32", "dev", "lo"], check=True)
    authority = write(machine.top / "var/tmp", ADDRESS)
    machine.write("/etc/kioskd/ca.pem", authority.cert_pem.bytes().decode())
    machine.write("/var/tmp/site.py", SITE % (SECRET, ADDRESS))
    machine.run("systemd-run", "--unit=site", "--collect", "python3", "/var/tmp/site.py")
    show_in_memory(machine)
    machine.write("/etc/kioskd/grafana", SECRET)
    machine.run("chown", "root:kioskd", "/etc/kioskd/grafana")
    machine.run("chmod", "640", "/etc/kioskd/grafana")
    header = {"name": "Authorization", "prefix": "Bearer ", "file": "/etc/kioskd/grafana"}
    page = {"name": "carga", "kind": "page", "url": f"https://{ADDRESS}:8099/d/load?kiosk"}
    more = {"header": header, "reload": "10s", "ca_file": "/etc/kioskd/ca.pem"}
    screens = [{"name": "tickets", "kind": "tickets"}, page | more]
    demo = {"kind": "demo", "tempo": 0.01}
    display = {"browser": getattr(request, "param", "chromium")}
    whole = {"sources": [demo], "screens": screens, "display": display}
    machine.write(CONFIG, json.dumps(whole))
    machine.run("systemctl", "restart", "kioskd", BROWSER)
    until(lambda: confirmed(machine), 90, "the picture is confirmed")
    yield machine
    machine.run("systemctl", "stop", "site", check=False)


def shows_the_page(wall: Machine) -> bool:
    shot = picture(wall).astype(int)
    return float((np.abs(shot - (0, 255, 0)) <= 2).all(axis=2).mean()) > 0.9


def faults(wall: Machine) -> dict[str, str]:
    status = wall.status()
    return {} if status is None else {each["part"]: each["code"] for each in status["faults"]}


def used(wall: Machine) -> int:
    """MB of memory that the browser's processes have, what several share counted once."""
    group = wall.property("ControlGroup", BROWSER)
    sums = f"cd /proc; cat $(sed 's|$|/smaps_rollup|' /sys/fs/cgroup{group}/cgroup.procs)"
    lines = wall.run("sh", "-c", f"{sums} 2>/dev/null", check=False).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1000


@in_each_browser
def test_a_page_that_allows_no_frame_is_shown_and_an_alert_is_on_top_in_a_second(
    wall: Machine,
) -> None:
    before = used(wall)
    wall.run("kioskd", "switch", "carga")
    until(lambda: shows_the_page(wall), 30, "the page is on the screen")
    print(f"{before} MB with the panel, {used(wall)} MB with the page before it")
    assert wall.run("stat", "-c", "%G %a", "/run/kioskd/browser/pages") == "kioskd-browser 640\n"
    assert ADDRESS not in wall.property("IPAddressAllow", BROWSER)
    assert SECRET not in wall.run("cat", "/run/kioskd/browser/pages")
    assert "alsa" not in wall.property("DeviceAllow", BROWSER)  # it can't be heard
    began = time.monotonic()
    while time.monotonic() - began < 15:  # a lost picture would be noticed by then
        assert confirmed(wall)
        assert shows_the_page(wall)
    wall.run("kioskd", "alert", "--severity", "critical", "Fogo")
    took = until(lambda: not shows_the_page(wall), 1, "the alert is on top")
    print(f"the alert was on top after {took:.2f} s, with looking")
    wall.run("kioskd", "acknowledge")
    until(lambda: shows_the_page(wall), 10, "the page is back")


@in_each_browser
def test_a_page_whose_server_goes_is_left_with_a_word_and_comes_back(wall: Machine) -> None:
    wall.run("kioskd", "switch", "carga")
    until(lambda: shows_the_page(wall), 30, "the page is on the screen")
    wall.run("systemctl", "stop", "site")
    until(lambda: faults(wall) == {"page carga": "page_dead"}, 25, "it is told")
    until(lambda: not shows_the_page(wall), 5, "the panel is on the screen")
    assert "carga" in wall.run("kioskd", "status")
    wall.run("systemd-run", "--unit=site", "python3", "/var/tmp/site.py")
    until(lambda: shows_the_page(wall), 60, "it is tried again")
    until(lambda: faults(wall) == {}, 10, "it is well")
    wall.run("kioskd", "switch", "tickets")
    until(lambda: shows_the_panel(picture(wall)), 10, "the panel is on the screen")


@in_each_browser
def test_an_alert_waits_for_no_page_that_hangs(wall: Machine) -> None:
    wall.run("kioskd", "switch", "carga")
    until(lambda: shows_the_page(wall), 30, "the page is on the screen")
    wall.run("touch", "/var/tmp/hang")
    wall.run("sleep", "0.3")
    wall.run("kioskd", "alert", "--severity", "critical", "Fogo")
    took = until(lambda: not shows_the_page(wall), 1, "the alert is on top")
    print(f"the alert was on top after {took:.2f} s, with looking")
    wall.run("rm", "/var/tmp/hang")
    wall.run("kioskd", "acknowledge")


def test_the_browser_is_let_in_by_its_secret_where_the_loopback_may_do_nothing(
    wall: Machine,
) -> None:
    wall.write(CONFIG, json.dumps({"sources": [{"kind": "demo"}], "server": {"loopback": "none"}}))
    wall.run("systemctl", "restart", "kioskd", BROWSER)
    until(lambda: confirmed(wall), 90, "the picture is confirmed")
    until(lambda: shows_the_panel(picture(wall)), 20, "the panel is on the screen")
