"""The phone that controls, and the test panel: both through the daemon."""

import contextlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.support import stories
from tests.support.house import House


def test_the_phone_lists_panels_switches_them_and_stays_the_controller(house: House) -> None:
    wall = house.open("/?id=Kiosk-WALL")
    phone = house.open("/remote", 390, 844)
    panel = phone.page.locator(".panels li", has_text="Kiosk-WALL")
    expect(panel).to_contain_text("Chamados")
    phone.page.get_by_role("button", name="Projetos").click()
    expect(wall.page.locator(".projects")).to_be_visible()
    expect(panel).to_contain_text("Projetos")
    expect(phone.page.locator(".remote")).to_be_visible()
    expect(phone.page.locator(".choices [aria-pressed=true]")).to_have_text("Projetos")


def test_one_panel_can_be_switched_alone(house: House) -> None:
    one, other = house.open("/?id=Kiosk-1"), house.open("/?id=Kiosk-2")
    phone = house.open("/remote", 390, 844)
    phone.page.locator(".panels button", has_text="Kiosk-2").click()
    expect(phone.page.locator(".screens h2")).to_contain_text("Kiosk-2")
    phone.page.get_by_role("button", name="Indicadores").click()
    expect(other.page.locator(".kpis")).to_be_visible()
    expect(one.page.locator(".tickets")).to_be_visible()


def test_the_phone_sees_and_acknowledges_alerts(house: House) -> None:
    wall = house.open("/?id=Kiosk-WALL")
    phone = house.open("/remote", 390, 844)
    expect(phone.page.locator(".fresh")).to_have_text("Ao vivo")
    expect(wall.page.locator(".body .row").first).to_be_visible()
    wall.page.locator(".bug").click()
    wall.page.get_by_role("button", name="Enviar novo chamado").click()
    expect(wall.page.locator(".takeover .title")).to_have_text("Servidor de arquivos fora do ar")
    expect(phone.page.locator(".alerts li")).to_contain_text("Servidor de arquivos")
    phone.page.locator(".alerts li").get_by_role("button", name="Ciente").click()
    expect(wall.page.locator(".takeover")).to_have_count(0)
    expect(phone.page.locator(".alerts")).to_contain_text("Nenhum alerta ativo")


def test_a_mute_from_the_phone_counts_down_on_every_panel(house: House) -> None:
    walls = [house.open(f"/?id=Kiosk-{n}") for n in range(2)]
    phone = house.open("/remote", 390, 844)
    phone.page.get_by_role("button", name="Silenciar 15 min").click()
    for wall in walls:
        expect(wall.page.locator(".marks")).to_contain_text(re.compile(r"Mudo por 1[45]:\d\d"))
    before = seconds_left(walls[0].text(".marks"))
    walls[0].page.wait_for_function(
        "(before) => document.querySelector('.marks').textContent.match(/(\\d+):(\\d\\d)/)"
        ".slice(1).reduce((minutes, seconds) => minutes * 60 + Number(seconds)) <= before - 2",
        arg=before,
    )
    assert abs(seconds_left(walls[0].text(".marks")) - seconds_left(walls[1].text(".marks"))) <= 1
    phone.page.get_by_role("button", name="Voltar o som").click()
    for wall in walls:
        expect(wall.page.locator(".head")).not_to_contain_text("Mudo")


def seconds_left(words: str) -> int:
    minutes, seconds = re.findall(r"(\d+):(\d\d)", words)[0]
    return int(minutes) * 60 + int(seconds)


def test_the_phone_says_when_its_commands_do_not_arrive(house: House) -> None:
    phone = house.open("/remote", 390, 844)
    expect(phone.page.locator(".fresh")).to_have_text("Ao vivo")
    house.daemon.kill()
    expect(phone.page.locator(".remote .warn")).to_contain_text("os comandos não chegam agora")
    expect(phone.page.get_by_role("button", name="Projetos")).to_be_disabled()


def test_the_test_panel_drives_the_whole_chain(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    wall.page.locator(".bug").click()
    test = wall.page.locator(".test")
    test.get_by_role("button", name="Enviar atualização").click()
    expect(wall.page.locator(".banner")).to_contain_text("Migração para a nuvem")
    expect(test.locator(".said")).to_have_text("Enviado")
    test.get_by_role("button", name="Enviar comando").click()
    expect(wall.page.locator(".projects")).to_be_visible()
    wall.page.keyboard.press("Escape")
    expect(test).to_have_count(0)


def test_the_test_panel_hands_over_the_sound_it_was_given(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    wall.page.locator(".bug").click()
    test = wall.page.locator(".test")
    test.get_by_label("Endereço (URL)").fill(f"{house.daemon.url}/ding.wav")
    test.get_by_role("button", name="Tocar som").click()
    expect(test.locator(".said")).to_have_text("Enviado")
    test.get_by_label("Som (URL, opcional)").fill("/static/alarm.ogg")
    test.get_by_role("button", name="Enviar novo chamado").click()
    expect(wall.page.locator(".takeover")).to_be_visible()
    told = [json.loads(frame) for frame in wall.said]
    simulated = [message for message in told if message["type"] == "simulate"]
    assert simulated == [
        {"type": "simulate", "event": "sound", "soundUrl": f"{house.daemon.url}/ding.wav"},
        {
            "type": "simulate",
            "event": "new_ticket",
            "title": "Servidor de arquivos fora do ar",
            "priority": "critical",
            "soundUrl": "/static/alarm.ogg",
        },
    ]


def test_a_wall_told_to_show_the_remote_screen_shows_it_in_its_frame(house: House) -> None:
    wall = house.open("/?id=Kiosk-WALL")
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    wall.page.get_by_role("button", name="Controle").click()
    expect(wall.page.locator(".wall .remote")).to_be_visible()
    expect(wall.page.locator(".clock")).to_be_visible()
    wall.page.locator(".remote").get_by_role("button", name="Chamados").first.click()
    expect(wall.page.locator(".tickets")).to_be_visible()


def test_the_phone_says_what_came_to_each_webhook_and_why_the_last_was_refused(
    build_house: Callable[..., House], tmp_path: Path
) -> None:
    secret = "q7Zt0vH2mXw9LkP4sR1c"
    (tmp_path / "secret").write_text(secret)
    keys = f"kind: webhook, token_file: {tmp_path}/secret, title: title, id: id"
    house = build_house(
        stories.tickets(1),
        more=f"  - {{{keys}, name: backup}}\n  - {{{keys}, name: zabbix}}\n",
    )
    phone = house.open("/remote", 390, 844)
    hooks = phone.page.locator(".hooks li")
    expect(hooks).to_have_text(["backupNada chegou ainda", "zabbixNada chegou ainda"])

    def post(shown: str, body: bytes) -> None:
        headers = {"Authorization": f"Bearer {shown}"}
        request = urllib.request.Request(f"{house.daemon.url}/hooks/backup", body, headers)
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=10).close()

    post("wrong", b"{}")
    expect(hooks.first).to_contain_text(re.compile("Recusado .*: o segredo está errado"))
    post(secret, b'{"id": 7}')
    expect(hooks.first).to_contain_text("o conteúdo não foi entendido")
    expect(hooks.first).to_contain_text("(title (title) do alerta 0 está vazio)")
    post(secret, b'{"id": 7, "title": "Queda"}')
    expect(hooks.first).to_contain_text("1 envio, o último há")
    expect(hooks.last).to_have_text("zabbixNada chegou ainda")
    post(secret, b'{"id": 8, "title": "Queda"}')
    expect(hooks.first).to_contain_text("2 envios, o último há")
    expect(hooks.first.locator(".note.bad")).to_have_count(0)  # what came since was taken


def test_the_phone_shows_what_the_screen_shows_or_why_not(house: House) -> None:
    phone = house.open("/remote", 390, 844)
    card = phone.page.locator(".picture")
    with phone.page.expect_console_message(lambda message: "503" in message.text):
        card.get_by_role("button").click()
    expect(card).to_contain_text("Nenhuma tela desta máquina mostra o painel")
    headers = {"X-Taken": "2026-11-27T13:42:03.250Z", "X-Picture-Of": "screen"}
    image = phone.page.screenshot()  # any PNG
    phone.page.route(
        "**/api/screenshot",
        lambda route: route.fulfill(body=image, content_type="image/png", headers=headers),
    )
    card.get_by_role("button").click()
    expect(card.locator("img")).to_be_visible()
    expect(card).to_contain_text("A tela às 10:42:03")
    assert card.locator("img").evaluate("image => image.naturalWidth") == 390
    phone.page.unroute("**/api/screenshot")
    with phone.page.expect_console_message(lambda message: "503" in message.text):
        card.get_by_role("button").click()
    expect(card.locator("img")).to_have_count(0)  # an old picture under new words would lie
    phone.complaints.clear()
