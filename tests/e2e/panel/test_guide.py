"""The guide's own server on real Django Channels, seen in Chromium."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.django_server import Daphne
from tests.support.panel_daemon import Daemon

Start = Callable[..., tuple[Daphne, Page]]


@pytest.fixture
def start(browser: Browser, tmp_path: Path) -> Iterator[Start]:
    """Starts the guide's server, whose tickets and environment are given, a kioskd and a page."""
    closing: list[Callable[[], object]] = []

    def begin(
        more: str = "", tickets: tuple[dict[str, str], ...] = (), **environment: str
    ) -> tuple[Daphne, Page]:
        daphne = Daphne(tmp_path, "guide_server", **environment)
        closing.append(daphne.kill)
        closing.append(lambda: daphne.process.send_signal(signal.SIGCONT))
        for ticket in tickets:
            daphne.save_now(**ticket)
        sources = f"sources:\n  - {{kind: channels, name: central, url: '{daphne.url}'}}\n"
        daemon = Daemon(tmp_path, sources + more)
        daemon.start()
        closing.append(daemon.stop)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        closing.append(page.close)
        page.goto(daemon.url)
        return daphne, page

    yield begin
    for close in reversed(closing):
        close()


def test_the_only_critical_ticket_in_progress_is_red_below_and_above(start: Start) -> None:
    # What was there at the start takes no screen over: the list is in sight.
    burning = {"title": "Backup", "priority": "critical", "status": "in_progress"}
    daphne, page = start(tickets=(burning,), GUIDE_PUSHES="polling", GUIDE_EVERY="0.5")
    expect(page.locator(".body .row.critical .title")).to_have_text("Backup")
    expect(page.locator(".counter.critical .count")).to_have_text("1")
    daphne.save_now(id=1, status="closed")
    expect(page.locator(".counter.critical.zero .count")).to_have_text("0")
    expect(page.locator(".tickets .nothing")).to_contain_text("Nenhum chamado aberto")


def test_a_critical_ticket_that_is_told_by_signal_takes_the_screen_until_it_is_seen_to(
    start: Start,
) -> None:
    # A banner would be gone after a second; a takeover stands.
    daphne, page = start("alerts: {banner: 1s}\n", GUIDE_PUSHES="signals")
    expect(page.locator(".tickets .nothing")).to_contain_text("Nenhum chamado aberto")
    daphne.save_now(title="Servidor fora", priority="Muito Alta")
    expect(page.locator(".takeover .title")).to_have_text("Servidor fora")
    daphne.save_now(title="Rede lenta", priority="low")
    expect(page.locator(".takeover .total .count")).to_have_text("2")
    page.evaluate("() => new Promise(done => setTimeout(done, 2000))")  # twice a banner's time
    expect(page.locator(".takeover .title")).to_have_text("Servidor fora")
    page.locator(".takeover .buttons button").first.click()
    expect(page.locator(".takeover")).to_have_count(0)
    expect(page.locator(".body .row.critical")).to_have_count(1)
