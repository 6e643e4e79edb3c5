"""A phone is let in by HTTPS with the kiosk's own certificate, seen in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kioskd.config.certificate import read_pair
from kioskd.host import network
from tests.support.panel_daemon import Daemon

ADDRESSES = network.addresses()
pytestmark = pytest.mark.skipif(not ADDRESSES, reason="needs an address that is not the loopback's")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    (tmp_path / "token").write_text("Longa-palavra-de-acesso-1\n")
    found = Daemon(
        tmp_path,
        "sources: [{kind: demo}]\n",
        server=f"host: 0.0.0.0, https: self-signed, token_file: {tmp_path}/token",
    )
    found.start()
    yield found
    found.stop()


def test_a_phone_that_is_paired_by_https_controls_the_wall_and_keeps_a_secure_cookie(
    daemon: Daemon, chromium: Browser, tmp_path: Path
) -> None:
    wall = chromium.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    wall.goto(f"{daemon.url}/?screen=remote")
    wall.get_by_role("button", name="Liberar um celular").click()
    card = wall.locator(".pairing")
    expect(card).to_be_visible()
    shown = "".join(card.locator(".fingerprint span").all_inner_texts()).replace(" ", "")
    found = read_pair(tmp_path / "state/https.pem", tmp_path / "state/https.pem")
    assert shown == found.fingerprint.replace(":", "")
    wall.screenshot(path=str(tmp_path / "pairing.png"))
    digits = card.locator(".digits").inner_text().replace(" ", "")

    host = f"[{ADDRESSES[0]}]" if ":" in ADDRESSES[0] else ADDRESSES[0]
    secure = f"https://{host}:{daemon.port}"
    phones = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="en-US", ignore_https_errors=True
    )
    phone = phones.new_page()
    sockets: list[str] = []
    phone.on("websocket", lambda ws: sockets.append(ws.url))
    phone.goto(f"http://{host}:{daemon.port}/remote")
    assert phone.url == f"{secure}/pair"
    phone.get_by_label("Six digits").fill(digits)
    phone.get_by_role("button", name="Enter").click()
    expect(phone.locator(".phone-page")).to_be_visible()
    (cookie,) = phones.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("kioskd", True, True)
    assert cookie["sameSite"] == "Strict"
    phone.get_by_role("button", name="Projetos").first.click()
    expect(wall.locator(".projects").first).to_be_visible()
    assert sockets == [f"wss://{host}:{daemon.port}/ws/dashboard_control/"]
