"""What the panel shows when the daemon is gone, frozen, back, or another build."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import kioskd
from tests.support import stories
from tests.support.house import House


def test_a_killed_daemon_leaves_the_last_data_dimmed_and_comes_back_by_itself(
    house: House,
) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(8)
    house.daemon.kill()
    expect(wall.page.locator(".head .fresh")).to_have_text(re.compile("^Sem conexão há"))
    expect(wall.page.locator("main")).to_have_class(re.compile("dimmed"))
    expect(wall.page.locator(".body .row")).to_have_count(8)
    house.daemon.start()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo", timeout=25_000)
    expect(wall.page.locator("main")).not_to_have_class(re.compile("dimmed"))


def test_a_frozen_daemon_is_noticed_though_its_socket_stays_open(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    house.daemon.freeze()
    expect(wall.page.locator(".head .fresh")).to_have_text(
        re.compile("^Sem conexão"), timeout=40_000
    )
    house.daemon.thaw()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo", timeout=40_000)


def test_a_lost_helpdesk_is_told_apart_from_a_lost_daemon(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    house.upstream.close()
    expect(wall.page.locator(".troubles")).to_contain_text("central", timeout=40_000)
    expect(wall.page.locator(".head .fresh")).not_to_have_text(re.compile("Sem conexão"))
    expect(wall.page.locator(".body .row").first).to_be_visible()
    assert wall.text(".counter.total") == "Total 12"


def test_data_older_than_expected_says_how_old_it_is(build_house: Callable[..., House]) -> None:
    house = build_house(stories.tickets(3), more="stale_after: {tickets: 3s}\n")
    wall = house.open()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    house.upstream.close()
    expect(wall.page.locator(".head .fresh")).to_have_text(
        re.compile(r"^Atualizado há \d+ segundos?$"), timeout=40_000
    )
    expect(wall.page.locator("main")).to_have_class(re.compile("dimmed"))
    expect(wall.page.locator(".body .row")).to_have_count(3)


def test_a_reload_without_a_daemon_redraws_the_last_state_at_once(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(8)
    # The page itself comes from the daemon, so only its socket is taken away.
    wall.page.route_web_socket(re.compile(".*"), lambda socket: socket.close())
    wall.page.reload()
    expect(wall.page.locator(".body .row")).to_have_count(8)
    expect(wall.page.locator(".head .fresh")).to_have_text(re.compile("^Sem conexão"))
    expect(wall.page.locator("main")).to_have_class(re.compile("dimmed"))


@pytest.mark.parametrize("storage", ["works", "throws"])
def test_the_id_of_a_panel_is_kept_over_reloads(
    house: House, browser: Browser, storage: str
) -> None:
    context = browser.new_context()
    if storage == "throws":
        context.add_init_script(
            "Object.defineProperty(window, 'localStorage', "
            "{get() { throw new DOMException('denied', 'SecurityError') }})"
        )
    wall = house.open("/", context=context)
    label = wall.page.locator(".place .label")
    expect(label).to_have_text(re.compile(r"^Panel-[2-9A-Z]{5}$"))
    before = label.inner_text()
    wall.page.reload()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    expect(label).to_have_text(before)
    context.close()


def test_a_page_reloads_itself_when_the_build_changed_and_only_then(
    build_house: Callable[..., House], tmp_path: Path
) -> None:
    package = tmp_path / "installed"
    shutil.copytree(Path(kioskd.__path__[0]), package / "kioskd")
    house = build_house(stories.tickets(3), package_folder=package)
    wall = house.open()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    loads: list[str] = []
    wall.page.on("load", lambda page: loads.append(page.url))
    house.daemon.stop()
    publish_another_build(package / "kioskd" / "web" / "panel")
    house.daemon.start()
    expect(wall.page.locator("script[src*=another]")).to_have_count(1, timeout=30_000)
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo", timeout=20_000)
    expect(wall.page.locator(".body .row")).to_have_count(3)
    assert "build=" not in wall.page.url
    assert len(loads) == 1
    house.daemon.stop()
    house.daemon.start()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo", timeout=30_000)
    assert len(loads) == 1


def test_a_server_that_keeps_serving_the_old_page_makes_no_reload_loop(
    build_house: Callable[..., House], tmp_path: Path
) -> None:
    package = tmp_path / "installed"
    shutil.copytree(Path(kioskd.__path__[0]), package / "kioskd")
    (package / "kioskd" / "web" / "panel" / "build.json").write_text('{"build": "promised"}')
    house = build_house(stories.tickets(3), package_folder=package)
    wall = house.open()
    expect(wall.page.locator(".troubles")).to_contain_text("promised")
    pages = [
        url
        for url in wall.requests
        if url.rstrip("/").endswith(str(house.daemon.port)) or "?" in url
    ]
    assert len(pages) == 2
    expect(wall.page.locator(".body .row")).to_have_count(3)


def publish_another_build(panel: Path) -> None:
    """The same panel under another build id and another file name, as an upgrade leaves it."""
    build = json.loads((panel / "build.json").read_text())["build"]
    script = next((panel / "assets").glob("index-*.js"))
    text = script.read_text(encoding="utf-8").replace(build, "another")
    (script.parent / "another.js").write_text(text, encoding="utf-8")
    page = (panel / "index.html").read_text().replace(script.name, "another.js")
    script.unlink()
    (panel / "index.html").write_text(page)
    (panel / "build.json").write_text('{"build": "another"}')
