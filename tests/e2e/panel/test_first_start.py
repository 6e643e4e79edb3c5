"""The first start of a kiosk that gets no data: the wall says why, and what to do about it."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.panel.measuring import SIZES, check, check_accessibility
from tests.support.django_server import Daphne
from tests.support.house import CHROMIUM, House
from tests.support.panel_daemon import COMMAND, Daemon
from tests.support.process import free_port

LANGUAGES = ("pt-BR", "en", "es")
# kioskd with another folder in place of the image's own below /run, and a network that knows it.
ON_A_CARD = """
import pathlib, sys
from kioskd.cli.main import main
from kioskd.config import paths
from kioskd.host import mdns
async def own_name(addresses):
    return "kiosk-da-recepcao-2.local"
mdns.own_name = own_name
paths.IMAGE = pathlib.Path(sys.argv.pop(1))
sys.exit(main())
"""
Start = Callable[..., Page]


def channels(url: str, more: str = "") -> str:
    return f"sources:\n  - {{kind: channels, name: central, url: '{url}'{more}}}\n"


@pytest.fixture
def start(browser: Browser, tmp_path: Path) -> Iterator[Start]:
    """Starts a kioskd with these sources; returns a page on its panel."""
    with contextlib.ExitStack() as stack:

        def begin(
            sources: str,
            language: str = "pt-BR",
            size: tuple[int, int] = SIZES[0],
            command: tuple[str, ...] = COMMAND,
            server: str = "",
        ) -> Page:
            kiosk = f"language: {language}"
            daemon = Daemon(tmp_path, sources, kiosk, command=command, server=server)
            daemon.start()
            stack.callback(daemon.stop)
            page = browser.new_page(viewport={"width": size[0], "height": size[1]})
            stack.callback(page.close)
            page.goto(daemon.url)
            return page

        yield begin


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daphne]:
    upstream = Daphne(tmp_path_factory.mktemp("django"))
    yield upstream
    upstream.kill()


def says(page: Page, title: str | re.Pattern[str], todo: str) -> None:
    expect(page.locator(".setup h2")).to_have_text(title, timeout=30_000)
    expect(page.locator(".setup .todo")).to_contain_text(todo)


@pytest.mark.parametrize(
    ("language", "title", "todo"),
    [
        ("pt-BR", "recusa o token", "Grave o token certo no arquivo"),
        ("en", "refuses the token", "Write the right token into the file"),
        ("es", "rechaza el token", "Escriba el token correcto en el archivo"),
    ],
)
def test_a_token_that_django_refuses_is_named_with_its_file(
    start: Start, django: Daphne, tmp_path: Path, language: str, title: str, todo: str
) -> None:
    secret = tmp_path / "token.txt"
    secret.write_text("wr0ng")
    url = f"ws://127.0.0.1:{django.port}/ws/locked/"
    more = f", auth: [{{file: {secret}, header: Authorization}}]"
    page = start(channels(url, more), language)
    says(page, f"127.0.0.1:{django.port} {title}", f"{todo} {secret}")
    expect(page.locator(".setup .detail")).to_contain_text("HTTP 403")
    expect(page.locator(".setup")).not_to_contain_text("wr0ng")


@pytest.mark.parametrize(
    ("path", "origin", "title", "todo"),
    [
        ("dashboard_control", "", "Falta uma barra no fim do endereço", "acrescente / no fim"),
        (
            "dashboard_control/",
            "http://intranet.example",
            "{place} não aceita a origem http://intranet.example",
            "ALLOWED_HOSTS",
        ),
        ("without_database/", "", "Erro no servidor do helpdesk (1011)", "banco de dados"),
    ],
)
def test_what_django_does_not_like_is_told_with_its_remedy(
    start: Start, django: Daphne, path: str, origin: str, title: str, todo: str
) -> None:
    place = f"127.0.0.1:{django.port}"
    more = f", origin: '{origin}'" if origin else ""
    page = start(channels(f"ws://{place}/ws/{path}", more))
    says(page, title.format(place=place), todo)


def test_a_wrong_path_a_wrong_port_and_a_wrong_name_are_three_things(
    start: Start, django: Daphne
) -> None:
    nobody = free_port()
    urls = {
        "tickets": f"http://127.0.0.1:{django.port}/tikets",
        "projects": f"http://127.0.0.1:{nobody}/projects",
        "dashboard": "http://no-such-host.invalid/",
    }
    sources = "".join(
        f"  - {{kind: rest, name: {view}, views: [{view}], url: '{url}'}}\n"
        for view, url in urls.items()
    )
    page = start(f"sources:\n{sources}")
    says(page, f"Endereço errado em 127.0.0.1:{django.port}", "corrija o caminho em url")
    page.goto(page.url + "projects")
    says(page, f"Nada atende em 127.0.0.1:{nobody}", "Confira o servidor e a porta em url")
    page.goto(page.url.replace("projects", "dashboard"))
    # Whether a name is unknown, or nobody can be asked, is not the same everywhere.
    says(page, re.compile("no-such-host.invalid"), "")


def test_a_page_for_people_is_no_helpdesk(start: Start, django: Daphne, tmp_path: Path) -> None:
    kiosk = Daemon(
        tmp_path, "sources: [{kind: demo}]\n", "name: Another"
    )  # a server of web pages, as good as any
    kiosk.start()
    try:
        page = start(
            f"sources:\n  - {{kind: rest, name: central, url: '{kiosk.url}/tickets'}}\n", "en"
        )
        says(page, f"127.0.0.1:{kiosk.port} does not answer as a helpdesk", "another page")
    finally:
        kiosk.stop()


@pytest.fixture(scope="module")
def apart() -> Iterator[tuple[str, ...]]:
    """The command that starts a program in a network that has nothing but its loopback."""
    own = ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat"]
    with subprocess.Popen(own, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        if not holder.stdout.readline():
            pytest.skip("no network namespace can be made here")
        yield ("nsenter", f"--net=/proc/{holder.pid}/ns/net")
        holder.terminate()


class Unplugged(Daemon):
    """Not to be asked from the network of the tests: that it answers stands in its log."""

    def _answers(self) -> bool:
        return self.url in self.log.read_text()


@pytest.mark.parametrize(
    ("language", "title", "todo"),
    [
        ("pt-BR", "Sem rede", "Ligue o cabo de rede"),
        ("en", "No network", "Plug in the network cable"),
        ("es", "Sin red", "Conecte el cable de red"),
    ],
)
def test_without_any_network_that_is_said_and_not_the_helpdesk_s_name_blamed(
    apart: tuple[str, ...], browser: Browser, tmp_path: Path, language: str, title: str, todo: str
) -> None:
    # The browser must be in the network of the kiosk, as on a Pi.
    chromium = tmp_path / "chromium"
    chromium.write_text(f'#!/bin/sh\nexec {" ".join(apart)} {CHROMIUM} "$@"\n')
    chromium.chmod(0o755)
    sources = channels("wss://central.example/ws/dashboard_control/")
    daemon = Unplugged(tmp_path, sources, f"language: {language}", command=(*apart, *COMMAND))
    daemon.start()
    inside = browser.browser_type.launch(executable_path=chromium, args=["--no-sandbox"])
    try:
        page = inside.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(daemon.url)
        says(page, title, todo)
        expect(page.locator(".setup .detail")).to_contain_text("central.example:443")
    finally:
        inside.close()
        daemon.stop()


@pytest.mark.parametrize(
    ("language", "title", "todo"),
    [
        ("pt-BR", "O Wi-Fi Térreo 1 recusa a senha", "Corrija wifi_password"),
        ("en", "The Wi-Fi Térreo 1 refuses the password", "Correct wifi_password"),
        ("es", "El Wi-Fi Térreo 1 rechaza la clave", "Corrija wifi_password"),
    ],
)
def test_what_the_card_s_wifi_says_is_the_cause_and_goes_when_it_is_over(
    start: Start, tmp_path: Path, language: str, title: str, todo: str
) -> None:
    card = tmp_path / "card"
    fault = card / "faults.d" / "wifi"
    fault.parent.mkdir(parents=True)
    fault.write_text("wifi_password\tTérreo 1\tthe Wi-Fi refuses the password\n", "utf-8")
    (card / "faults").write_text("system_value\t4 hostname\tsystem.txt line 4: hostname\n")
    command = (sys.executable, "-c", ON_A_CARD, str(card))
    page = start(channels("ws://127.0.0.1:9/"), language, command=command)
    says(page, title, todo)
    expect(page.locator(".others")).to_contain_text("system.txt")
    expect(page.locator(".others")).to_contain_text("4 hostname")
    expect(page.locator(".others")).to_contain_text("127.0.0.1:9")
    fault.write_text("wifi_not_found\tTérreo 1\tno such Wi-Fi\n", "utf-8")
    expect(page.locator(".setup .todo")).to_contain_text("wifi_name")
    fault.unlink()
    expect(page.locator(".setup h2")).to_contain_text("127.0.0.1:9")
    expect(page.locator(".others")).to_contain_text("system.txt")


def test_with_data_on_the_wall_one_line_says_it(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    port = house.upstream.port
    house.upstream.close()
    expect(wall.page.locator(".troubles")).to_contain_text(
        f"Nada atende em 127.0.0.1:{port}", timeout=40_000
    )
    expect(wall.page.locator(".setup")).to_have_count(0)
    expect(wall.page.locator(".body .row").first).to_be_visible()


def test_as_soon_as_data_comes_the_screen_is_the_ordinary_one(start: Start, django: Daphne) -> None:
    django.kill()
    page = start(channels(f"ws://127.0.0.1:{django.port}/ws/dashboard_control/"))
    says(page, f"Nada atende em 127.0.0.1:{django.port}", "url")
    django.start()
    expect(page.locator(".counter").first).to_be_visible(timeout=40_000)
    expect(page.locator(".setup")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_words_fit_on_every_wall(
    start: Start, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    card = tmp_path / "card"
    (card / "faults.d").mkdir(parents=True)
    name = "Rede sem fio do térreo, sala 12b"
    (card / "faults.d" / "wifi").write_text(f"wifi_unsuitable\t{name}\t{'detail ' * 20}\n", "utf-8")
    (card / "faults").write_text("system_value\t14 wifi_country\tsystem.txt line 14\n")
    command = (sys.executable, "-c", ON_A_CARD, str(card))
    host = "helpdesk-da-matriz.informatica.empresa.example"
    sources = channels(f"wss://{host}/ws/dashboard_control/")
    page = start(sources, language, size, command, for_phones(tmp_path))
    says(page, re.compile(name), "wifi_password")
    expect(page.locator(".others li")).to_have_count(2, timeout=30_000)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9)
    check(page, smallest_row=1.25 * unit, smallest=unit)
    if size == SIZES[0]:
        check_accessibility(page)


def for_phones(folder: Path) -> str:
    """What lets phones in, who must show a word."""
    (folder / "access.txt").write_text("s3same-Q7vT2mX9kLpR4w", "utf-8")
    return f"host: 0.0.0.0, token_file: {folder}/access.txt"


def test_how_a_phone_gets_in_is_said_and_its_word_is_not(start: Start, tmp_path: Path) -> None:
    sources = channels("ws://127.0.0.1:9/")
    page = start(sources, "en", server=for_phones(tmp_path))
    phone = page.locator(".setup .phone-help")
    port = page.url.split(":")[2].strip("/")
    expect(phone).to_contain_text(re.compile(rf"http://[^ ]+:{port}/remote .*token_file"))
    expect(page.locator("body")).not_to_contain_text("s3same")


def test_a_wall_that_phones_do_not_reach_says_how_to_let_them_in(start: Start) -> None:
    page = start(channels("ws://127.0.0.1:9/"), "en")
    expect(page.locator(".setup .phone-help")).to_contain_text("off; to allow it: server")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_way_of_a_phone_fits_on_the_remote_screen_of_every_wall(
    start: Start, tmp_path: Path, size: tuple[int, int]
) -> None:
    card = tmp_path / "card"
    card.mkdir()
    rotation = "rotation: {screens: [{screen: tickets, for: 1h}, {screen: projects, for: 1h}]}\n"
    page = start(
        channels("ws://127.0.0.1:9/") + rotation,
        size=size,
        command=(sys.executable, "-c", ON_A_CARD, str(card)),
        server=for_phones(tmp_path),
    )
    page.goto(f"{page.url}?screen=remote&id=Kiosk-RECEPCAO")
    expect(page.locator(".parts")).to_contain_text(".local:")
    expect(page.locator(".sources")).to_contain_text("Nada atende em 127.0.0.1:9", timeout=30_000)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9)
    check(page, smallest_row=1.25 * unit, smallest=unit)
