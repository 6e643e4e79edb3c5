"""What people tell the room: on the wall, and from a phone."""

from playwright.sync_api import expect

from tests.support import stories
from tests.support.house import House


def test_a_phone_tells_the_room_something_and_takes_it_back(house: House) -> None:
    wall, phone = house.open(), house.open("/remote", 390, 844)
    card = phone.page.locator(".tell")
    card.get_by_label("Texto").fill("Manutenção do ERP às 18:00")
    card.get_by_role("button", name="Mostrar").click()
    expect(wall.page.locator(".strip")).to_contain_text("Manutenção do ERP às 18:00")
    expect(card.get_by_label("Texto")).to_have_value("")
    expect(card.locator("li")).to_contain_text("por mais 29:")
    expect(wall.page.locator(".tickets")).to_be_visible()
    card.get_by_role("button", name="Encerrar").click()
    expect(wall.page.locator(".strip")).to_have_count(0)


def test_a_full_notice_fills_the_screen_until_something_critical_comes(house: House) -> None:
    wall = house.open()
    house.daemon.ask("/api/notice", {"text": "Reunião às 10:30", "look": "full"})
    expect(wall.page.locator(".told")).to_have_text("Reunião às 10:30")
    expect(wall.page.locator("main .tickets")).to_have_count(0)
    expect(wall.page.locator(".head .burns")).to_contain_text("1 crítico")
    house.upstream.say(stories.alert("critical", "c", "Servidor fora do ar", "critical"))
    expect(wall.page.locator(".takeover")).to_be_visible()
    expect(wall.page.locator(".told")).to_have_count(0)
    wall.page.keyboard.press("Enter")
    expect(wall.page.locator(".told")).to_be_visible()
    house.daemon.ask("/api/notice/end", {})
    expect(wall.page.locator(".tickets")).to_be_visible()


def test_several_notices_take_turns_and_say_how_many_there_are(house: House) -> None:
    wall = house.open()
    for text in ("Um", "Dois"):
        house.daemon.ask("/api/notice", {"text": text})
    strip = wall.page.locator(".strip")
    expect(strip.locator(".now")).to_have_count(1)
    expect(strip.locator(".count")).to_contain_text("de 2")
    first = strip.locator(".now").inner_text()
    expect(strip.locator(".now")).not_to_have_text(first)
