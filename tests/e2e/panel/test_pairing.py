"""A phone is let in by what stands on the wall, seen in real browsers.

A proxy on the same machine is trusted, so that nobody is let in for being on it: the wall shows
the secret that its supervisor has, and the phone is a stranger.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kioskd.cli.client import Daemon as Client
from tests.support.panel_daemon import Daemon


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    run = tmp_path / "run"
    run.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(run))
    found = Daemon(
        tmp_path,
        "sources: [{kind: demo}]\n",
        server="trusted_proxies: [127.0.0.1], host: 0.0.0.0, open_without_token: false, "
        f"token_file: {tmp_path}/token",
    )
    (tmp_path / "token").write_text("Longa-palavra-de-acesso-1\n")
    found.start()
    yield found
    found.stop()


def test_a_phone_scans_the_wall_controls_it_and_is_put_out(
    daemon: Daemon, chromium: Browser, tmp_path: Path
) -> None:
    secret = (tmp_path / "run/browser/wall").read_text()
    wall = chromium.new_context(viewport={"width": 1920, "height": 1080})
    wall.add_cookies([{"name": "kioskd", "value": secret, "url": daemon.url}])
    screen = wall.new_page()
    frames: list[dict[str, Any]] = []
    screen.on(
        "websocket",
        lambda ws: ws.on("framereceived", lambda data: frames.append(json.loads(str(data)))),
    )
    screen.goto(f"{daemon.url}/remote?screen=remote")
    screen.goto(f"{daemon.url}/?screen=remote")
    expect(screen.locator(".wall")).to_be_visible()
    screen.get_by_role("button", name="Liberar um celular").click()
    card = screen.locator(".pairing")
    expect(card).to_be_visible()
    expect(card.locator("svg path")).to_have_count(1)
    screen.screenshot(path=str(tmp_path / "pairing.png"))
    digits = card.locator(".digits").inner_text().replace(" ", "")
    offer = next(f for f in frames if f["type"] == "pairing" and f["digits"] == digits)
    assert offer["urls"]

    stranger = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    phone = stranger.new_page()
    phone.goto(f"{daemon.url}/remote")
    assert phone.url.endswith("/pair")
    expect(phone.get_by_role("heading")).to_have_text("Let a phone in")
    phone.screenshot(path=str(tmp_path / "phone.png"))
    phone.get_by_label("Six digits").fill("000 000" if digits != "000000" else "000 001")
    phone.get_by_role("button", name="Enter").click()
    expect(phone.get_by_role("status")).to_contain_text("The code is wrong")
    phone.get_by_label("Six digits").fill(digits)
    phone.get_by_label("A name for this device").fill("Ana")
    phone.get_by_role("button", name="Enter").click()
    expect(phone.locator(".phone-page")).to_be_visible()
    assert phone.url.endswith("/remote")
    expect(card).not_to_be_visible()
    phone.get_by_role("button", name="Projetos").first.click()
    expect(screen.locator(".projects").first).to_be_visible()

    scanned = chromium.new_context(viewport={"width": 390, "height": 844}, locale="es-ES")
    second = scanned.new_page()
    second.goto(f"{daemon.url}/pair#{offer['urls'][0].split('#')[1]}")
    expect(second.get_by_role("status")).to_contain_text("El código es incorrecto")
    assert "#" not in second.url


def test_who_looks_after_the_kiosk_sees_the_devices_on_the_phone_and_removes_one(
    daemon: Daemon, chromium: Browser, tmp_path: Path
) -> None:
    local = Client(daemon.url, (tmp_path / "run/control.sock",))

    def paired(name: str, role: str) -> Page:
        digits: str = local.ask("/api/pair", {"role": role})["digits"]
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
        phone = context.new_page()
        phone.goto(f"{daemon.url}/remote")
        phone.get_by_label("Six digits").fill(digits)
        phone.get_by_label("A name for this device").fill(name)
        phone.get_by_role("button", name="Enter").click()
        expect(phone.locator(".phone-page")).to_be_visible()
        return phone

    other = paired("Rui <b>", "control")
    expect(other.locator(".devices")).to_have_count(0)
    phone = paired("Ana", "admin")
    devices = phone.locator(".devices")
    rows = devices.locator("li")
    expect(rows).to_have_count(2)
    mine, his = rows.filter(has_text="Ana"), rows.filter(has_text="Rui <b>")
    expect(mine).to_contain_text("este aparelho")
    expect(mine).to_contain_text("pode tudo")
    expect(mine.get_by_role("button")).to_have_count(0)
    expect(his).to_contain_text("pode controlar")
    devices.scroll_into_view_if_needed()
    phone.screenshot(path=str(tmp_path / "devices.png"))
    remove = his.get_by_role("button", name="Remover: Rui <b>")
    remove.click()
    expect(remove).to_have_text("Remover agora")
    remove.click()
    expect(rows).to_have_count(1)
    expect(other.get_by_text("Sem conexão com o quiosque").first).to_be_visible()
    other.goto(f"{daemon.url}/remote")
    assert other.url.endswith("/pair")
