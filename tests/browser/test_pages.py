"""Web pages before the panel: a daemon, its way to the pages, a real Chromium, and a web server."""

import json
import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.support.certificates import write
from tests.support.intranet import CHART, LIVE, LOGIN, Site, over_tls, own_address, site
from tests.support.process import Process
from tests.support.watching import HEADLESS, INSTALLED, Browser, each_browser, needs_chromium

pytestmark = [needs_chromium, pytest.mark.timeout(180)]
SECRET = "glsa_0123456789abcdef"
LARGE = 15_000  # bytes of a panel's picture; the page's, of one colour, has 5,000


WANTS_MUCH = (
    CHART
    + """<script>
addEventListener('beforeunload', event => event.preventDefault())
setTimeout(async () => {
  open('/popup')
  alert('look'); confirm('well?'); prompt('who?'); print()
  const link = document.createElement('a')
  link.href = '/file'; link.download = 'file'; link.click()
  window.Notification?.requestPermission()
  navigator.geolocation.getCurrentPosition(() => {}, () => {})
  navigator.mediaDevices?.getUserMedia({audio: true}).catch(() => {})
  document.documentElement.requestFullscreen().catch(() => {})
  navigator.serviceWorker?.register('/worker.js')
  fetch('/asked-for-all')
}, 1000)
</script>"""
)


in_each_browser = pytest.mark.parametrize("wall", INSTALLED, indirect=True)


class WallWithPage:
    """A kiosk with a page among its screens, and the browser on its own screen."""

    def __init__(
        self, folder: Path, kioskd: Process, page: Site, name: str, ca_file: Path | None = None
    ) -> None:
        self.page, self.kioskd, self.name, self.ca_file = page, kioskd, name, ca_file
        (folder / "secret").write_text(SECRET)
        self.configure()
        self.browser = Browser(folder / "browser", kioskd.config, HEADLESS)

    def configure(self, more: str = "", sections: str = "") -> None:
        more += f", ca_file: {self.ca_file}" if self.ca_file else ""
        header = f"{{name: Authorization, prefix: 'Bearer ', file: {self.kioskd.folder}/secret}}"
        self.kioskd.configure(
            "sources: [{kind: demo, tempo: 0.01}]\nscreens:\n- {name: tickets, kind: tickets}\n"
            f"- {{name: carga, kind: page, title: Carga, url: '{self.page.url}/d/load?kiosk',"
            f" header: {header}{more}}}\ndisplay: {{browser: {self.name}}}\n" + sections
        )

    def start(self) -> None:
        self.kioskd.stop()
        self.kioskd.start()
        self.browser.start()
        self.browser.notified.until("STATUS=picture confirmed")

    def ask(self, path: str, message: object = None) -> Any:
        request = urllib.request.Request(
            f"{self.kioskd.url}{path}",
            None if message is None else json.dumps(message).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def switch(self, screen: str) -> None:
        self.ask("/api/switch", {"target": screen})

    def faults(self) -> dict[str, str]:
        return {fault["part"]: fault["code"] for fault in self.ask("/api/status")["faults"]}

    def painted(self) -> list[float]:
        return [panel["painted"] for panel in self.ask("/api/status")["panels"]]

    def gate(self) -> int:
        """The port of the way to the pages."""
        return int(json.loads((self.kioskd.folder / "run/browser/pages").read_text())["port"])

    def shows_the_page(self) -> bool:
        return len(self.picture()) < LARGE

    def picture(self) -> bytes:
        """What is seen, as the browser's own process photographs it."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(10)
            asking.connect(str(self.browser.folder / "photographer"))
            found = b""
            while got := asking.recv(65536):
                found += got
        return found


@pytest.fixture
def wall(kioskd: Process, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[WallWithPage]:
    """With Chromium, where a test does not name another browser."""
    with site() as page:
        wall = WallWithPage(tmp_path, kioskd, page, getattr(request, "param", "chromium"))
        yield wall
        wall.browser.close()


@contextmanager
def secure_wall(
    kioskd: Process,
    folder: Path,
    name: str,
    known: bool = True,
    days: int = 90,
    browser: str = "chromium",
) -> Iterator[WallWithPage]:
    """The same with a page over HTTPS, whose certificate is for this name."""
    theirs = write(folder, name, days=days)
    (theirs if known else trustme.CA()).cert_pem.write_to_path(folder / "ca.pem")
    with site(tls=over_tls(str(folder))) as page:
        wall = WallWithPage(folder, kioskd, page, browser, folder / "ca.pem")
        try:
            yield wall
        finally:
            wall.browser.close()


def until(true: Callable[[], object], what: str, seconds: float = 60.0) -> float:
    """Wait until it is so; returns the seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, what
        time.sleep(0.02)
    return time.monotonic() - began


@in_each_browser
def test_a_page_is_before_the_panel_which_lives_on_and_an_alert_is_on_top_in_a_second(
    wall: WallWithPage,
) -> None:
    wall.start()
    until(lambda: wall.page.asked, "it is opened before its turn")
    panel = wall.picture()
    assert len(panel) > LARGE
    wall.switch("carga")
    until(wall.shows_the_page, "it is shown")
    began = time.monotonic()
    while time.monotonic() - began < 14:  # a panel that did not paint would be lost by then
        assert min(wall.painted()) < 8
        assert wall.shows_the_page()
        time.sleep(0.5)
    wall.browser.notified.until("WATCHDOG=1")
    wall.ask("/api/alerts", {"severity": "critical", "title": "Fogo"})
    took = until(lambda: not wall.shows_the_page(), "the alert is on top")
    print(f"on top after {took:.2f} s")
    assert took < max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    wall.ask("/api/acknowledge", {})
    until(wall.shows_the_page, "it is back when somebody saw to the alert")
    assert set(wall.page.asked) == {("/d/load?kiosk", f"Bearer {SECRET}")}
    assert wall.faults() == {}


@each_browser
def test_a_page_of_a_house_s_own_authority_has_all_that_dashboards_need(
    kioskd: Process, tmp_path: Path, browser_name: str
) -> None:
    """X-Frame-Options, HSTS, a login for who shows no token, figures, news over a WebSocket, an
    open stream, a worker."""
    with secure_wall(kioskd, tmp_path, own_address(), browser=browser_name) as wall:
        wall.page.login = f"Bearer {SECRET}"
        wall.page.body = LIVE
        wall.page.others["/api/stream"] = ("text/event-stream", "data: 1\n\n")
        wall.start()
        wall.switch("carga")
        until(wall.shows_the_page, "it is shown")
        asked = ("/d/load?kiosk", "/api/ds/query", "/api/live/ws", "/api/stream", "/of-worker")
        until(lambda: {*asked, "/heard/hello"} <= {*wall.page.paths()}, "all of it is loaded")
        assert [wall.page.shown(path) for path in asked] == [{f"Bearer {SECRET}"}] * len(asked)
        assert not any("kioskd" in agent for agent in wall.page.agents)
        assert wall.faults() == {}


@pytest.mark.parametrize(
    ("name", "known", "days", "code"),
    [
        ("", False, 90, "page_certificate"),
        ("grafana.example", True, 90, "page_certificate_name"),
        ("", True, -1, "page_certificate_expired"),
    ],
)
def test_a_server_that_is_not_who_it_should_be_is_passed_over_in_ten_seconds(
    kioskd: Process, tmp_path: Path, name: str, known: bool, days: int, code: str
) -> None:
    with secure_wall(kioskd, tmp_path, name or own_address(), known, days) as wall:
        wall.start()
        began = time.monotonic()
        wall.switch("carga")
        until(lambda: wall.faults() == {"page carga": code}, "it is told")
        print(f"{code} after {time.monotonic() - began:.1f} s")
        assert wall.page.asked == []
        assert not wall.shows_the_page()


@in_each_browser
def test_its_header_goes_nowhere_else(wall: WallWithPage) -> None:
    with site() as other:
        wall.page.body = f"<h1>Load</h1><img src='{other.url}/pixel'><img src='/own'>"
        wall.start()
        until(lambda: "/own" in wall.page.paths(), "what belongs to it is loaded")
        assert set(wall.page.asked) == {
            ("/d/load?kiosk", f"Bearer {SECRET}"),
            ("/own", f"Bearer {SECRET}"),
        }
        wall.page.moved = f"{other.url}/stolen"
        wall.configure(", reload: 10s")
        wall.kioskd.process.send_signal(signal.SIGHUP)
        until(lambda: wall.faults() == {"page carga": "page_elsewhere"}, "it is told")
        assert other.asked == []


@pytest.mark.parametrize(
    ("breaks", "code"),
    [
        (lambda page: setattr(page, "status", 502), "page_dead"),
        (lambda page: page.mute.set(), "page_dead"),
        (lambda page: setattr(page, "status", 401), "page_login"),
        (lambda page: setattr(page, "body", LOGIN), "page_login"),
        (lambda page: setattr(page, "body", "<body></body>"), "page_blank"),
        (lambda page: setattr(page, "body", "<script>for(;;);</script>"), "page_dead"),
    ],
    ids=["error", "mute", "refused", "login", "blank", "hangs"],
)
def test_one_that_can_not_be_shown_never_is_and_is_told_in_ten_seconds(
    wall: WallWithPage, breaks: Callable[[Site], None], code: str
) -> None:
    breaks(wall.page)
    wall.start()
    wall.switch("carga")
    until(lambda: wall.page.asked, "it is opened")
    took = until(lambda: wall.faults() == {"page carga": code} or wall.shows_the_page(), "told")
    assert wall.faults() == {"page carga": code}
    assert took < 10


@in_each_browser
def test_one_that_failed_is_tried_again_and_one_whose_server_fails_later_is_left(
    wall: WallWithPage,
) -> None:
    wall.page.status = 502
    wall.configure(", reload: 10s")
    wall.start()
    until(lambda: wall.faults() == {"page carga": "page_dead"}, "it is told")
    wall.switch("carga")
    wall.page.status = 200
    until(wall.shows_the_page, "it is tried again")
    until(lambda: wall.faults() == {}, "it is well again")
    wall.page.status = 502
    until(lambda: not wall.shows_the_page(), "it is loaded again, fails, and is left")
    until(lambda: wall.faults() == {"page carga": "page_dead"}, "it is told again")


def test_a_rotation_leaves_a_page_that_fails_and_passes_over_it(wall: WallWithPage) -> None:
    wall.configure(
        ", reload: 10s",
        "rotation: {screens: [{screen: tickets, for: 3s}, {screen: carga, for: 10m}]}\n",
    )
    wall.start()
    until(wall.shows_the_page, "its turn has come")
    wall.page.status = 502
    until(lambda: wall.faults() == {"page carga": "page_dead"}, "it is told")
    took = until(lambda: wall.ask("/api/status")["screen"] == "tickets", "the next has its turn")
    assert took < 3
    assert wall.ask("/api/status")["rotation"]["next"] == "tickets"


def test_no_page_covers_the_wall_with_another_window_or_ends_the_browser(
    wall: WallWithPage,
) -> None:
    wall.page.body = CHART + (
        "<script>setTimeout(() => {open('/other'); open('/third', '_blank', 'popup')}, 3000);"
        "setTimeout(() => alert('look at me'), 4000); setTimeout(close, 5000);"
        "setTimeout(() => fetch('/still-here'), 6000)</script>"
    )
    wall.start()
    wall.switch("carga")
    until(wall.shows_the_page, "it is shown")
    until(lambda: "/still-here" in wall.page.paths(), "it goes on")
    assert wall.shows_the_page()
    assert wall.faults() == {}
    assert "/other" not in wall.page.paths()
    assert wall.browser.process.poll() is None


@each_browser
def test_what_a_page_wants_of_a_person_is_refused_and_it_stays(
    kioskd: Process, tmp_path: Path, browser_name: str
) -> None:
    """Downloads, windows, dialogs, permissions, the whole screen, printing, and a service
    worker."""
    with secure_wall(kioskd, tmp_path, own_address(), browser=browser_name) as wall:
        wall.page.body = WANTS_MUCH
        wall.page.others |= {
            "/worker.js": ("text/javascript", ""),
            "/file": ("application/octet-stream", "x" * 1000),
        }
        wall.configure(", reload: 10s")
        wall.start()
        wall.switch("carga")
        until(wall.shows_the_page, "it is shown")
        until(lambda: "/asked-for-all" in wall.page.paths(), "it has asked for all of it")
        loads = wall.page.paths().count("/d/load?kiosk")
        until(lambda: wall.page.paths().count("/d/load?kiosk") >= loads + 2, "it is loaded again")
        until(wall.shows_the_page, "it is shown")
        assert wall.faults() == {}
        assert {*wall.page.paths()} - {"/file"} == {"/d/load?kiosk", "/asked-for-all"}
        assert [*wall.browser.folder.rglob("*download*"), *wall.browser.folder.rglob("file*")] == []
        assert wall.browser.process.poll() is None


@in_each_browser
def test_a_page_that_loads_itself_for_ever_is_no_picture_and_the_panel_lives(
    wall: WallWithPage,
) -> None:
    wall.page.body = CHART + "<script>location.reload()</script>"
    wall.start()
    wall.switch("carga")
    until(lambda: "page carga" in wall.faults(), "it is told")
    assert not wall.shows_the_page()
    wall.browser.notified.until("WATCHDOG=1")


@in_each_browser
def test_a_page_that_grows_ends_alone(wall: WallWithPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSKD_CHROMIUM_FLAGS", "--js-flags=--max-old-space-size=48")
    wall.page.body = CHART + (
        "<script>const all = []; setInterval(() => {"
        "for (let i = 0; i < 2e5; i++) all.push({i, text: 'x' + i})}, 100)</script>"
    )
    wall.start()
    wall.switch("carga")
    until(lambda: wall.faults().get("page carga") in ("page_frozen", "page_dead"), "it is told")
    until(lambda: not wall.shows_the_page(), "it is left")
    assert wall.browser.process.poll() is None
    wall.browser.notified.until("WATCHDOG=1")


@in_each_browser
def test_a_shown_page_that_dies_is_left(wall: WallWithPage) -> None:
    wall.page.body = CHART + "<script>setTimeout(() => {for(;;);}, 6000)</script>"
    wall.start()
    wall.switch("carga")
    until(wall.shows_the_page, "it is shown")
    until(lambda: not wall.shows_the_page(), "it hangs, and is left")
    until(lambda: wall.faults() == {"page carga": "page_frozen"}, "it is told")


def test_it_reaches_its_own_host_and_port_alone(wall: WallWithPage) -> None:
    """Past the browser's own refusal, too: the way there opens nothing else."""
    wall.start()
    with site() as other, socket.create_connection(("127.0.0.1", wall.gate()), 10) as way:
        way.sendall(bytes((5, 1, 0)))
        assert way.recv(2) == bytes((5, 0))
        host = own_address().encode()
        port = int(other.url.rpartition(":")[2]).to_bytes(2, "big")
        way.sendall(bytes((5, 1, 0, 3, len(host))) + host + port)
        assert way.recv(10)[:2] == bytes((5, 2))
        assert way.recv(1) == b""
    assert other.asked == []
