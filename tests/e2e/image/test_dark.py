"""A first start that gets no data: no network, wrong Wi-Fi, wrong address, wrong token.

The Wi-Fi is the kernel's simulated one: both ends are wpa_supplicant, with real frames between
them. What the wall says is read off the emulated screen; without a network, also from the serial
console.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiohttp import web

from tests.e2e.image.desk import HOST_FOR_A_GUEST, Desk
from tests.e2e.image.pi import Pi, until
from tests.e2e.image.screen import wait_for_the_panel, wait_for_words

pytestmark = pytest.mark.timeout(3000)
NAME, PASSWORD = "Térreo 1", "correta cavalo 9"
SYSTEM = f"""\
hostname = sala 3\r
wifi_name = {NAME}\r
wifi_password = {PASSWORD}\r
updates = on\r
"""
CONFIG = """\
server: {{host: 0.0.0.0, open_without_token: true}}
sources:
  - {{kind: channels, name: token, views: [tickets], url: "{refusing}",
      auth: [{{file: /boot/firmware/token.txt, header: Authorization}}]}}
  - {{kind: channels, name: name, views: [projects], url: "wss://no-such-host.invalid/ws/"}}
  - {{kind: rest, name: port, views: [dashboard], url: "http://{host}:9/"}}
"""
WIRED = "ls /sys/class/net | grep '^e' | head -1"
AIR = """
network={{
  ssid="{name}"
  mode=2
  frequency=2412
  {access}
}}
"""
WPA2 = 'key_mgmt=WPA-PSK\n proto=RSN\n pairwise=CCMP\n psk="{password}"'
WPA3 = 'key_mgmt=SAE\n ieee80211w=2\n proto=RSN\n pairwise=CCMP\n psk="{password}"'


class Refusing(Desk):
    async def _serve(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=401)


@pytest.fixture(scope="module")
def dark(make_pi: Callable[[], Pi]) -> Iterator[Pi]:
    """One Pi on which everything is wrong that can be."""
    refusing = Refusing()
    pi = make_pi()
    pi.card.configure(CONFIG.format(refusing=refusing.url_for_a_guest, host=HOST_FOR_A_GUEST))
    pi.card.put("token.txt", b"wr0ng\r\n")
    pi.card.put("system.txt", b"\xef\xbb\xbf" + SYSTEM.encode())
    words = f"{pi.card.command_line()} modules-load=mac80211_hwsim"  # two simulated radios
    pi.card.put("cmdline.txt", words.encode())
    pi.power_on(screen=True).wait_until_ready()
    pi.wait_for_ssh(400)
    wait_for_the_panel(pi)
    yield pi
    pi.cut_power()
    refusing.close()


def faults(pi: Pi) -> dict[str, str]:
    """The codes of what is wrong, and what each is about."""
    found = (pi.status() or {"faults": []})["faults"]
    return {fault["code"]: fault["about"] for fault in found}


def reasons(status: Any) -> dict[str, str]:
    return {source["name"]: source["reason"] for source in status["sources"]}


def test_a_wrong_token_a_wrong_name_and_a_wrong_port_are_told_apart(dark: Pi) -> None:
    wanted = {"token": "refused_token", "name": "unknown_host", "port": "connection_refused"}
    until(
        lambda: reasons(dark.status()) in (wanted, wanted | {"name": "no_dns"}),
        120,
        str(wanted),
        dark,
    )
    assert dark.status()["sources"][0]["secretFile"] == "/boot/firmware/token.txt"
    assert "wr0ng" not in json.dumps(dark.status())


@pytest.mark.parametrize(
    ("screen", "cause", "remedy"),
    [
        ("tickets", "recusa o token", "Grave o token certo no arquivo token.txt"),
        ("projects", "não existe", "Corrija o nome do servidor em url"),
        ("dashboard", "Nada atende em 10.0.2.2:9", "Confira o servidor e a porta em url"),
    ],
)
def test_the_screen_says_what_is_wrong_what_to_do_and_where_a_phone_helps(
    dark: Pi, screen: str, cause: str, remedy: str
) -> None:
    dark.post("/api/switch", target=screen)
    phone = "Celular: http://kiosk.local:8080/remote"
    wait_for_words(dark, f"dark-{screen}", "Wi-Fi Térreo 1", cause, remedy, phone)


def test_a_wrong_line_of_system_txt_comes_onto_the_wall_and_the_rest_holds(dark: Pi) -> None:
    until(lambda: faults(dark).get("system_value") == "1, hostname", 60, "the line is named", dark)
    assert dark.status()["card"] is True
    assert dark.run("cat /run/kioskd-image/updates").strip() == "on"
    assert "system.txt line 1" in dark.run("systemctl status kioskd --no-pager | cat")


def test_the_remote_page_is_told_by_name_and_by_address(dark: Pi) -> None:
    remote = dark.status()["remote"]
    assert remote["access"] == "open"
    both = ["http://kiosk.local:8080/remote", "http://10.0.2.15:8080/remote"]
    until(lambda: dark.status()["remote"]["urls"] == both, 60, "the name is answered", dark)


@pytest.fixture(scope="module")
def air(dark: Pi) -> Callable[[str], None]:
    """Puts another access point on the air, or none."""

    def put(access: str) -> None:
        dark.run("systemctl stop access-point 2>/dev/null; ip link set wlan1 down; true")
        if access:
            content = AIR.format(name=NAME, access=access)
            dark.run(f"printf '%s' '{content}' >/run/access-point.conf")
            dark.run(
                "systemd-run --quiet --unit=access-point wpa_supplicant -i wlan1 "
                "-c /run/access-point.conf"
            )

    return put


def joined(pi: Pi) -> str:
    """How the Wi-Fi is joined; empty while it is not."""
    said = dict(
        line.split("=", 1)
        for line in pi.run("wpa_cli -i wlan0 status || true").splitlines()
        if "=" in line
    )
    return said.get("key_mgmt", "") if said.get("wpa_state") == "COMPLETED" else ""


def wifi(pi: Pi) -> dict[str, str]:
    return {code: about for code, about in faults(pi).items() if "wifi" in code}


def test_a_wifi_that_is_not_there_is_named(dark: Pi, air: Callable[[str], None]) -> None:
    air("")
    until(lambda: wifi(dark) == {"wifi_not_found": NAME}, 180, "not in reach", dark)
    wait_for_words(dark, "dark-no-wifi", f"O Wi-Fi {NAME} não foi encontrado", "wifi_name")


@pytest.mark.parametrize(("access", "how"), [(WPA2, "WPA2-PSK"), (WPA3, "SAE")])
def test_a_wifi_refuses_a_wrong_password_and_takes_the_right_one(
    dark: Pi, air: Callable[[str], None], access: str, how: str
) -> None:
    air(access.format(password="another one"))
    until(lambda: wifi(dark) == {"wifi_password": NAME}, 240, "the password is refused", dark)
    assert joined(dark) == ""
    wait_for_words(dark, "dark-password", f"O Wi-Fi {NAME} recusa a senha", "wifi_password")
    air(access.format(password=PASSWORD))
    until(lambda: joined(dark) == how, 300, f"it is joined by {how}", dark)
    until(lambda: wifi(dark) == {}, 60, "nothing is wrong with the Wi-Fi", dark)


def test_without_a_network_that_is_said_and_it_comes_back_by_itself(
    dark: Pi, air: Callable[[str], None]
) -> None:
    air("")
    dark.run(
        "systemd-run --quiet sh -c "
        "'while sleep 2; do kioskd status --json | tr -d \"\\n\" >/dev/ttyAMA0; done'"
    )
    began = dark.console.stat().st_size

    def said() -> str:
        return dark.console.read_bytes()[began:].decode(errors="replace")

    dark.qmp.ask("set_link", name="net", up=False)
    until(lambda: '"reason": "no_network"' in said(), 300, "no network", dark)
    dark.qmp.ask("set_link", name="net", up=True)
    until(lambda: dark.status() is not None, 120, "the network is back", dark)
    until(lambda: reasons(dark.status())["token"] == "refused_token", 180, "reached", dark)
