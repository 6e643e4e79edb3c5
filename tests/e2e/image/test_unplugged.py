"""A Pi without any network device: it comes up, and the screen says what is missing."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.image.pi import BOOT_LIMIT, Pi, until
from tests.e2e.image.screen import BROWSER, wait_for_words

pytestmark = pytest.mark.timeout(BOOT_LIMIT + BROWSER + 600)
# Instead of a login, the serial console says kioskd's status, one line each time.
SAID = """\
[Service]
ExecStart=
ExecStart=/bin/sh -c 'while sleep 2; do echo; kioskd status --json | tr -d "\\\\n"; echo; done'
"""
UNIT = "systemd.unit-dropin.serial-getty@ttyAMA0.service~said"


def last_status(pi: Pi) -> Any:
    """What the console said last; None before the first."""
    lines = pi.console.read_bytes().decode(errors="replace").splitlines()
    whole = [line for line in lines if line.startswith("{") and line.rstrip().endswith("}")]
    return json.loads(whole[-1]) if whole else None


def test_without_a_network_device_it_is_ready_and_the_screen_names_the_missing_network(
    make_pi: Callable[[], Pi], config: str
) -> None:
    pi = make_pi()
    pi.card.configure(config.replace("{id: Kiosk-PI}", "{id: Kiosk-PI, language: es}"))
    words = f"systemd.set_credential_binary={UNIT}:{base64.b64encode(SAID.encode()).decode()}"
    pi.card.put("cmdline.txt", f"{pi.card.command_line()} {words}".encode())
    pi.power_on(network=False, screen=True)
    until(lambda: last_status(pi) is not None, BOOT_LIMIT, "kioskd says its status", pi)
    until(lambda: last_status(pi)["sources"][0]["reason"] == "no_network", 120, "no network", pi)
    assert last_status(pi)["buttons"]["state"] == "ok"
    wait_for_words(
        pi,
        "unplugged",
        "Sin red",
        "Conecte el cable de red, o escriba el nombre y la clave del Wi-Fi en wifi_name",
        language="spa",
        limit=BROWSER,
    )
    pi.cut_power()
    assert pi.card.check() == {}
