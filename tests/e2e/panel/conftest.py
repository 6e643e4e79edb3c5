"""A helpdesk, a kioskd and a Chromium for the end-to-end tests of the panel."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    expect,
    sync_playwright,
)

from tests.support import stories
from tests.support.house import CHROMIUM, House
from tests.support.panel_daemon import COMMAND, Daemon
from tests.support.upstream import Upstream

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def chromium(browser: Browser) -> Iterator[Browser]:
    """The browser for a test that makes its own contexts: none is left."""
    yield browser
    for context in browser.contexts:
        context.close()


@pytest.fixture
def build_house(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes a house from what the helpdesk holds; every page must stay free of complaints."""
    houses: list[House] = []

    def build(
        *held: dict[str, object],
        kiosk: str = "development: true",
        more: str = "",
        sound: str = "enabled: false",
        package_folder: Path | None = None,
        source: str = "",
        command: Sequence[str] = COMMAND,
        prepare: Callable[[str], None] = lambda url: None,
    ) -> House:
        """``prepare`` gets the helpdesk's address before kioskd starts."""
        upstream = Upstream()
        upstream.hold(*held)
        keys = f"kind: channels, name: central, url: '{upstream.url}', {source}"
        sections = f"sources:\n  - {{{keys}}}\n{more}"
        daemon = Daemon(tmp_path, sections, kiosk, package_folder, sound, command)
        house = House(browser, tmp_path, upstream, daemon)
        houses.append(house)
        prepare(upstream.url)
        daemon.start()
        return house

    yield build
    for house in houses:
        house.close()
    assert [wall.complaints for house in houses for wall in house.walls if wall.complaints] == []


@pytest.fixture
def house(build_house: Callable[..., House]) -> House:
    """The ordinary one: a dozen tickets, three projects, a dashboard."""
    return build_house(
        stories.tickets(12),
        stories.projects(stories.project(0, -3), stories.project(1, 0), stories.project(2, 5)),
        stories.dashboard(),
    )
