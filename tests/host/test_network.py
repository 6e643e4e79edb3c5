"""Which addresses this machine has, and where its remote page is reached."""

import subprocess
import sys

import pytest

from kioskd.core.status import RemoteStatus
from kioskd.host import network
from tests.support.apart import APART, needs_a_network_of_its_own


def asked(prepare: str) -> list[str]:
    """What a kioskd finds in a network of its own, after the shell has prepared it."""
    ask = f"{sys.executable} -c 'from kioskd.host import network; print(*network.addresses())'"
    script = f"ip link set lo up && {prepare} && {ask}"
    found = subprocess.run([*APART, "sh", "-ec", script], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return found.stdout.split()


@needs_a_network_of_its_own
def test_loopback_alone_is_no_network() -> None:
    assert asked("true") == []


@needs_a_network_of_its_own
def test_an_address_is_found_and_one_that_nobody_gave_is_none() -> None:
    card = "ip link add k0 type bridge && ip link set k0 up"
    assert asked(f"{card} && ip addr add 169.254.3.4/16 dev k0") == []
    assert asked(f"{card} && ip addr add 192.168.7.9/24 dev k0") == ["192.168.7.9"]


@pytest.mark.parametrize(
    ("hosts", "urls"),
    [
        (("0.0.0.0",), ["http://192.168.7.9:8080/remote"]),
        (("::",), ["http://[fd00::9]:8080/remote"]),
        (("::", "0.0.0.0"), ["http://192.168.7.9:8080/remote", "http://[fd00::9]:8080/remote"]),
        (("192.168.7.9",), ["http://192.168.7.9:8080/remote"]),
        (("kiosk.example",), ["http://kiosk.example:8080/remote"]),
    ],
)
def test_a_server_for_others_says_where_and_whether_a_token_is_needed(
    monkeypatch: pytest.MonkeyPatch, hosts: tuple[str, ...], urls: list[str]
) -> None:
    monkeypatch.setattr(network, "addresses", lambda: ["192.168.7.9", "fd00::9"])
    alone = network.remote(hosts, 8080, open_to_all=False)
    assert alone == RemoteStatus("token", urls)
    assert network.remote(hosts, 8080, open_to_all=True).access == "open"


def test_a_name_that_the_network_knows_stands_first_once_there_is_a_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network, "addresses", lambda: ["192.168.7.9"])
    found = network.remote(("0.0.0.0",), 8080, open_to_all=True, name="sala-3.local").urls
    assert found == ["http://sala-3.local:8080/remote", "http://192.168.7.9:8080/remote"]
    monkeypatch.setattr(network, "addresses", list)
    assert network.remote(("0.0.0.0",), 8080, open_to_all=True, name="sala-3.local").urls == []


def test_with_a_certificate_or_behind_a_proxy_phones_are_told_the_right_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network, "addresses", lambda: ["192.168.7.9"])
    found = network.remote(("0.0.0.0",), 8080, open_to_all=False, encrypted=True)
    assert found.urls == ["https://192.168.7.9:8080/remote"]
    public = "https://wall.example"
    found = network.remote((), 8080, open_to_all=False, public=public)
    assert found == RemoteStatus("token", ["https://wall.example/remote"])


def test_a_server_for_this_machine_alone_says_so() -> None:
    found = network.remote((), 8080, open_to_all=False, name="sala-3.local")
    assert found == RemoteStatus("local", [])
