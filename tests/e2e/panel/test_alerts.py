"""Alerts are seen, counted, and taken down everywhere at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.panel.measuring import settle
from tests.support import stories
from tests.support.house import House, PanelPage


def test_a_new_ticket_and_a_project_update_are_banners_that_cover_nothing(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    house.upstream.say(stories.alert("new_ticket", "10008", "Impressora parada", "high"))
    house.upstream.say(stories.alert("project_update", "proj-1", "Migração", "medium"))
    banners = wall.page.locator(".banner")
    expect(banners).to_have_count(2)
    expect(banners.nth(0)).to_contain_text("Novo chamado")
    expect(banners.nth(0)).to_contain_text("Alto")
    expect(banners.nth(0)).to_contain_text("Impressora parada")
    expect(banners.nth(0)).to_contain_text("Carlos Mendes")  # whose it is, from the ticket
    expect(banners.nth(1)).to_contain_text("Projeto atualizado")
    settle(wall.page)
    last = banners.nth(1).bounding_box()
    counters = wall.page.locator(".counters").bounding_box()
    assert last
    assert counters
    assert last["y"] + last["height"] <= counters["y"]


def test_the_alert_of_a_program_is_no_ticket_though_one_has_its_id(house: House) -> None:
    wall, phone = house.open(), house.open("/remote", 390, 844)
    expect(wall.page.locator(".body .row").first).to_be_visible()
    fields = {"id": "10008", "source": "backup", "link": "https://backup.example/8"}
    house.daemon.ask("/api/alerts", {"severity": "high", "title": "Backup falhou", **fields})
    banner = wall.page.locator(".banner")
    expect(banner).to_contain_text("Backup falhou")
    expect(banner.locator(".kind span")).to_have_text("backup")
    expect(banner).not_to_contain_text("Carlos Mendes")  # whose the ticket is
    house.daemon.ask("/api/alerts", {"severity": "critical", "title": "Backup falhou", **fields})
    expect(wall.page.locator(".takeover .whose dd")).to_have_text("backup")
    link = phone.page.get_by_role("link", name="Backup falhou")
    expect(link).to_have_attribute("href", "https://backup.example/8")


def test_a_critical_alert_takes_the_screen_and_keeps_the_counters(house: House) -> None:
    wall = house.open("/projects?id=Kiosk-TEST")
    expect(wall.page.locator(".project").first).to_be_visible()
    house.upstream.say(stories.alert("critical", "c-1", "Servidor Principal Offline", "critical"))
    expect(wall.page.locator(".takeover .title")).to_have_text("Servidor Principal Offline")
    expect(wall.page.locator(".takeover .counter.total")).to_be_visible()
    expect(wall.page.locator(".project")).to_have_count(0)


def test_what_pulses_is_drawn_once_and_only_shines_through(house: House) -> None:
    """A filter over the takeover took 17 ms of each frame where no graphics processor draws."""
    wall = house.open()
    house.upstream.say(stories.alert("critical", "c-1", "Servidor Principal Offline", "critical"))
    expect(wall.page.locator(".takeover .title")).to_be_visible()
    below = "getComputedStyle(document.querySelector('.alarm'), '::before').animationName"
    assert wall.page.evaluate(below).startswith("alarm")
    moved = """[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
      .filter((rule) => rule instanceof CSSKeyframesRule)
      .flatMap((rule) => [...rule.cssRules].flatMap((frame) => [...frame.style]))"""
    assert set(wall.page.evaluate(moved)) == {"opacity"}


def test_no_green_zero_stands_below_a_critical_alert_that_is_about_no_ticket(
    build_house: Callable[..., House],
) -> None:
    house = build_house(stories.tickets(0), stories.dashboard())
    wall, phone = house.open(), house.open("/remote", 390, 844)
    expect(wall.page.locator(".counter.critical.zero")).to_be_visible()
    expect(phone.page.locator(".fire.calm")).to_be_visible()
    house.upstream.say(stories.alert("critical", "c-9", "Link da filial caiu", "critical"))
    expect(wall.page.locator(".takeover .counter.critical.zero.unsure")).to_be_visible()
    expect(phone.page.locator(".fire.calm")).to_have_count(0)


@pytest.mark.parametrize("kinds", [("new_ticket",), ("critical", "new_ticket")])
def test_a_critical_alert_that_is_called_a_new_ticket_keeps_the_screen_until_it_is_seen_to(
    build_house: Callable[..., House], kinds: tuple[str, ...]
) -> None:
    house = build_house(stories.tickets(2), more="alerts: {banner: 1s}\n")
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(2)
    for kind in kinds:
        house.upstream.say(stories.alert(kind, "c-1", "Servidor fora", "critical"))
    expect(wall.page.locator(".takeover .title")).to_have_text("Servidor fora")
    since = wall.page.evaluate("performance.now()")  # a banner's whole time passes, and more
    wall.page.wait_for_function("since => performance.now() - since > 3000", arg=since)
    expect(wall.page.locator(".takeover .title")).to_have_text("Servidor fora")
    wall.page.locator(".takeover").get_by_role("button", name="Ciente", exact=True).click()
    expect(wall.page.locator(".takeover")).to_have_count(0)


def test_an_acknowledgement_on_one_panel_clears_the_other(house: House) -> None:
    one, other = house.open("/?id=Kiosk-1"), house.open("/?id=Kiosk-2")
    for wall in (one, other):
        expect(wall.page.locator(".body .row").first).to_be_visible()
    house.upstream.say(stories.alert("critical", "c-1", "Servidor fora", "critical"))
    for wall in (one, other):
        expect(wall.page.locator(".takeover")).to_be_visible()
    one.page.locator(".takeover").get_by_role("button", name="Ciente", exact=True).click()
    for wall in (one, other):
        expect(wall.page.locator(".takeover")).to_have_count(0)
        expect(wall.page.locator(".body .row").first).to_be_visible()


def test_enter_acknowledges_everything_and_a_tap_one(house: House) -> None:
    one, other = house.open("/?id=Kiosk-1"), house.open("/?id=Kiosk-2")
    for wall in (one, other):
        expect(wall.page.locator(".body .row").first).to_be_visible()
    for number in range(5):
        house.upstream.say(stories.alert("critical", f"c-{number}", f"Falha {number}", "critical"))
    for wall in (one, other):
        expect(wall.page.locator(".kind .count")).to_have_text("1 de 5")
        expect(wall.page.locator(".others")).to_contain_text("Falha 1")
    one.page.locator(".takeover .title").click()
    expect(other.page.locator(".takeover .title")).to_have_text("Falha 1")
    expect(other.page.locator(".kind .count")).to_have_text("1 de 4")
    house.upstream.say(stories.alert("new_ticket", "n-1", "Impressora parada", "high"))
    one.page.locator(".buttons .all", has_text="(5)").wait_for()
    one.page.keyboard.press("Enter")
    for wall in (one, other):
        expect(wall.page.locator(".takeover")).to_have_count(0)
        expect(wall.page.locator(".banner")).to_have_count(0)


def test_many_banners_are_stacked_and_counted_and_each_has_its_turn(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    for number in range(5):
        house.upstream.say(stories.alert("new_ticket", f"n-{number}", f"Novo {number}", "high"))
    expect(wall.page.locator(".banner")).to_have_count(3)
    expect(wall.page.locator(".waiting")).to_have_text("+2 alertas na fila")
    expect(wall.page.locator(".banner", has_text="Novo 4")).to_be_visible(timeout=15_000)


def seen(wall: PanelPage) -> str:
    """Everything that a wall shows about alerts."""
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    return wall.page.evaluate(  # type: ignore[no-any-return]
        "[...document.querySelectorAll('.takeover .title, .takeover .count, .others li, .banner"
        ", .waiting, .answers li')].map((part) => part.innerText.replace(/\\s+/g, ' ')).join('|')"
    )


def test_panels_that_reload_join_late_or_come_back_show_what_all_others_show(
    build_house: Callable[..., House],
) -> None:
    house = build_house(stories.tickets(2), more="alerts: {banner: 0s, critical_timeout: 0s}\n")
    first, second = house.open("/?id=Kiosk-1"), house.open("/?id=Kiosk-2")
    gone = house.open("/?id=Kiosk-3")
    for wall in (first, second, gone):
        expect(wall.page.locator(".body .row")).to_have_count(2)
    gone.page.goto("about:blank")
    for number in range(4):
        house.upstream.say(stories.alert("critical", f"c-{number}", f"Falha {number}", "critical"))
    for number in range(5):
        house.upstream.say(stories.alert("new_ticket", f"n-{number}", f"Novo {number}", "high"))
    expect(first.page.locator(".kind .count").first).to_have_text("1 de 4")
    first.page.locator(".takeover").get_by_role("button", name="Ciente", exact=True).click()
    late = house.open("/?id=Kiosk-4")
    second.page.reload()
    gone.page.goto(f"{house.daemon.url}/?id=Kiosk-3")
    walls = (first, second, gone, late)
    for wall in walls:
        expect(wall.page.locator(".takeover .title")).to_have_text("Falha 1")
        expect(wall.page.locator(".answers li").first).to_contain_text("painel Kiosk-1")
        expect(wall.page.locator(".answers li").first).to_contain_text("Falha 0")
    assert len({seen(wall) for wall in walls}) == 1, [seen(wall) for wall in walls]
    for _ in range(3):
        late.page.locator(".takeover").get_by_role("button", name="Ciente", exact=True).click()
    for wall in walls:
        expect(wall.page.locator(".takeover")).to_have_count(0)
        expect(wall.page.locator(".banner")).to_have_count(3)
        expect(wall.page.locator(".waiting")).to_have_text("+2 alertas na fila")
        expect(wall.page.locator(".answers .took").first).to_contain_text("painel Kiosk-4")
    first.page.reload()
    expect(first.page.locator(".banner")).to_have_count(3)
    assert len({seen(wall) for wall in walls}) == 1, [seen(wall) for wall in walls]


def test_a_daemon_that_is_killed_comes_back_with_its_alerts_and_every_panel_shows_them(
    house: House,
) -> None:
    one, other = house.open("/?id=Kiosk-1"), house.open("/?id=Kiosk-2")
    for wall in (one, other):
        expect(wall.page.locator(".body .row").first).to_be_visible()
    for number in range(2):
        house.daemon.ask("/api/alerts", {"severity": "critical", "title": f"Falha {number}"})
    expect(one.page.locator(".kind .count").first).to_have_text("1 de 2")
    house.daemon.kill()
    one.page.locator(".takeover").get_by_role("button", name="Ciente", exact=True).click()
    expect(one.page.locator(".takeover .title")).to_have_text("Falha 1")
    house.daemon.start()
    for wall in (one, other, house.open("/?id=Kiosk-3")):  # what was answered in the dark counts
        expect(wall.page.locator(".takeover .title")).to_have_text("Falha 1")
        expect(wall.page.locator(".answers .took")).to_contain_text("painel Kiosk-1")
        expect(wall.page.locator(".kind .count")).to_have_count(0)


def test_a_muted_room_shows_what_it_did_not_hear(build_house: Callable[..., House]) -> None:
    house = build_house(stories.tickets(2), sound="enabled: true, driver: dummy")
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(2)
    house.daemon.ask("/api/mute", {"seconds": 600})
    house.upstream.say(stories.alert("critical", "c-1", "Servidor fora", "critical"))
    expect(wall.page.locator(".takeover .facts")).to_have_text("Não soou: a sala está em silêncio")
    expect(wall.page.locator(".marks")).to_contain_text("1 alerta não soou")
    house.daemon.ask("/api/mute", {"seconds": 0})
    expect(wall.page.locator(".takeover .facts")).to_have_count(0)
    expect(wall.page.locator(".takeover .title")).to_be_visible()


def test_a_critical_alert_leaves_when_its_ticket_is_solved(
    build_house: Callable[..., House],
) -> None:
    house = build_house(stories.tickets(2))
    walls = [house.open(f"/?id=Kiosk-{number}") for number in range(2)]
    for wall in walls:
        expect(wall.page.locator(".body .row")).to_have_count(2)
    burning = stories.ticket(50, title="Sala de servidores a 41 °C", priority="critical")
    house.upstream.say(stories.tickets(2, burning))
    for wall in walls:
        expect(wall.page.locator(".takeover .title")).to_have_text("Sala de servidores a 41 °C")
        expect(wall.page.locator(".takeover .whose")).to_contain_text("Carlos Mendes")
    house.upstream.say(stories.tickets(2))
    for wall in walls:
        expect(wall.page.locator(".takeover")).to_have_count(0)
        expect(wall.page.locator(".body .row")).to_have_count(2)


def test_a_critical_alert_gives_the_screen_back_after_the_configured_time(
    build_house: Callable[..., House],
) -> None:
    house = build_house(stories.tickets(2), more="alerts: {critical_timeout: 3s}\n")
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(2)
    house.upstream.say(stories.alert("critical", "c-1", "Link da operadora caiu", "critical"))
    expect(wall.page.locator(".takeover")).to_be_visible()
    expect(wall.page.locator(".takeover")).to_have_count(0)
    expect(wall.page.locator(".body .row")).to_have_count(2)
