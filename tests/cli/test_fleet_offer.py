"""Where other kiosks reach the one that offers a package."""

import pytest

from kioskd.cli.fleet.offered import address
from kioskd.config import Server
from kioskd.errors import KioskdError

WIDE = "0.0.0.0"


@pytest.mark.parametrize(
    ("server", "where"),
    [
        (Server(host=WIDE, https="self-signed"), "https://kiosk-a:8080"),
        (Server(host=WIDE, port=443, certificate="c.pem", key="k.pem"), "https://kiosk-a:443"),
        (Server(public_url="https://painel.example/"), "https://painel.example"),
    ],
)
def test_it_is_told_as_an_address_with_https(server: Server, where: str) -> None:
    assert address(server, "kiosk-a") == where


@pytest.mark.parametrize(
    "server",
    [Server(), Server(host=WIDE), Server(https="self-signed"), Server(public_url="http://a.b")],
)
def test_without_https_for_others_nothing_is_offered(server: Server) -> None:
    with pytest.raises(KioskdError, match=r"server\.https"):
        address(server, "kiosk-a")
