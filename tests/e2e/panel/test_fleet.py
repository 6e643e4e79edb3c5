"""The page of all kiosks, in a real browser, over a real broker: seen, commanded, read aloud."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kioskd.config.fleet_file import Held, keep, mark_of
from tests.e2e.panel.measuring import check, check_accessibility, settle
from tests.support.broker import Broker
from tests.support.panel_daemon import Daemon


class Fleet:
    """Two kiosks; ``here`` has the page, and ``more`` in its file."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.broker = Broker(folder).start()
        password = folder / "fleet"
        self.here = self._kiosk(
            folder / "a",
            "Kiosk-A",
            f"  groups: [terreo]\n  fleet: {{password_file: {password}}}\n",
            "loopback: admin",
            more,
        )
        self.there = self._kiosk(folder / "b", "Kiosk-B", "  groups: [alto]\n")

    def _kiosk(
        self, folder: Path, name: str, mqtt: str, server: str = "", more: str = ""
    ) -> Daemon:
        folder.mkdir()
        sections = "sources: [{kind: demo}]\n" + self.broker.section(name, mqtt) + more
        return Daemon(folder, sections, f"id: {name}, name: Sala {name[-1]}", server=server)

    def close(self) -> None:
        for daemon in (self.here, self.there):
            daemon.stop()
        self.broker.kill()


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path)
    made.here.start()
    made.there.start()
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def test_who_looks_after_the_kiosk_gets_there_from_the_remote_control(
    fleet: Fleet, page: Page
) -> None:
    page.goto(f"{fleet.there.url}/remote")
    expect(page.locator(".remote .screens")).to_be_visible()
    expect(page.locator("a.fleet")).to_have_count(0)  # neither an admin nor a page with others
    page.goto(f"{fleet.here.url}/remote")
    link = page.get_by_role("link", name="Todos os quiosques")
    expect(link).to_be_visible()
    check_accessibility(page)
    link.click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_the_page_shows_every_kiosk_and_commands_a_group(
    fleet: Fleet, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{fleet.here.url}/fleet")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    there = rows.filter(has_text="Kiosk-B")
    expect(there).to_contain_text("Sala B")
    expect(there).to_contain_text("no ar")
    expect(there).to_contain_text("não aparece")  # no browser shows its panel
    page.screenshot(path=str(tmp_path / "fleet.png"))
    check_accessibility(page)

    page.locator(".orders > label select").select_option("group alto")
    page.get_by_label("Tela").select_option("projects")
    page.get_by_role("button", name="Trocar a tela").click()
    expect(page.locator(".outcome")).to_contain_text("1 de 1 obedeceram")
    expect(there).to_contain_text("Projetos")
    expect(rows.filter(has_text="Kiosk-A")).not_to_contain_text("Projetos")
    assert fleet.there.ask("/api/status")["screen"] == "projects"

    page.locator(".orders > label select").select_option("all")
    page.get_by_label("Aviso").fill("Rede fora às 18h")
    page.get_by_role("button", name="Avisar por 30 min").click()
    expect(page.locator(".outcome")).to_contain_text("2 de 2 obedeceram")
    assert [n["text"] for n in fleet.there.ask("/api/notices")["notices"]] == ["Rede fora às 18h"]

    fleet.there.kill()  # the broker says that it is away, by its last will
    expect(there).to_contain_text("fora")
    page.get_by_role("button", name="Silenciar 30 min").click()
    expect(page.locator(".outcome")).to_contain_text("Kiosk-B: não respondeu")
    page.locator(".filter select").select_option("terreo")
    expect(rows).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=str(tmp_path / "phone.png"))
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    check_accessibility(page)

    fleet.broker.kill()
    expect(page.get_by_role("alert")).to_contain_text("broker MQTT")
    expect(page.get_by_role("button", name="Trocar a tela")).to_be_disabled()


def test_the_page_shows_which_file_of_the_fleet_each_kiosk_has(page: Page, tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    fitting, unfit = "alerts: {banner: 30s}\n", "alerts: {baner: 30s}\n"
    for folder, text in (("a", fitting), ("b", unfit)):
        kept = tmp_path / folder / ".local/state/kioskd/fleet.json"
        kept.parent.mkdir(parents=True)
        keep(kept, Held(1, 1, text, "Ana", "2026-11-27T10:00:00Z"))
    fleet.here.start()
    fleet.there.start()
    page.goto(f"{fleet.here.url}/fleet")
    rows = page.locator("tbody tr")
    expect(rows.filter(has_text="Kiosk-A")).to_contain_text(mark_of(fitting))
    there = rows.filter(has_text="Kiosk-B")
    expect(there).to_contain_text(f"{mark_of(unfit)}, não serve")
    fleet.there.stop()
    (tmp_path / "b/.local/state/kioskd/fleet.json").unlink()
    fleet.there.start()
    expect(there).to_contain_text("só o próprio")
    check_accessibility(page)
    fleet.close()


def test_in_a_bright_room_all_of_it_can_be_read(page: Page, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><path d="M0 0h9v9z"/></svg>'
    )
    look = f"display: {{theme: light, accent: '#ffe98a', logo: {tmp_path}/logo.svg}}\n"
    fleet = Fleet(tmp_path, look)
    fleet.here.start()
    fleet.there.start()
    page.set_viewport_size({"width": 1600, "height": 1000})
    page.goto(f"{fleet.here.url}/fleet")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("body")).to_have_css("background-color", "rgb(233, 237, 242)")
    page.wait_for_function("() => document.querySelector('header img')?.naturalWidth > 0")
    check(page, smallest_row=14, smallest=14)
    check_accessibility(page)
    there = page.locator("tbody tr").filter(has_text="Kiosk-B")
    fleet.there.kill()
    expect(there).to_contain_text("fora")
    page.get_by_role("button", name="Encerrar os alertas").click()
    check(page, smallest_row=14, smallest=14)
    page.get_by_role("button", name="Encerrar os alertas agora").click()
    expect(page.locator(".outcome")).to_contain_text("Kiosk-B: não respondeu")
    check(page, smallest_row=14, smallest=14)
    fleet.broker.kill()
    expect(page.get_by_role("alert")).to_contain_text("broker MQTT")
    check(page, smallest_row=14, smallest=14)
    check_accessibility(page)
    fleet.close()


def test_who_may_not_is_told_so_and_sees_nothing(fleet: Fleet, page: Page) -> None:
    page.goto(f"{fleet.there.url}/fleet")  # its loopback has the role control
    expect(page.get_by_role("alert")).to_contain_text("kioskd pair --role admin")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_without_a_broker_or_a_right_the_page_says_what_to_write(
    page: Page, tmp_path: Path
) -> None:
    alone = Daemon(tmp_path, "sources: [{kind: demo}]\n", server="loopback: admin")
    alone.start()
    page.goto(f"{alone.url}/fleet")
    expect(page.get_by_role("alert")).to_contain_text("mqtt")
    alone.stop()
