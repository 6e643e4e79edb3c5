"""Any address of a GLPI leads to the entry point of its API."""

import pytest
from yarl import URL

from kioskd.sources.glpi.address import entry

GLPI = "https://glpi.example"


@pytest.mark.parametrize(
    ("copied", "legacy"),
    [
        ("", "/apirest.php"),
        ("/", "/apirest.php"),
        ("/apirest.php", "/apirest.php"),
        ("/apirest.php/", "/apirest.php"),
        ("/apirest.php/initSession", "/apirest.php"),
        ("/glpi", "/glpi/apirest.php"),
        ("/glpi/public", "/glpi/public/apirest.php"),
        ("/index.php", "/apirest.php"),
        ("/glpi/index.php?redirect=x", "/glpi/apirest.php"),
        ("/front/central.php", "/apirest.php"),
        ("/glpi/front/ticket.form.php?id=3", "/glpi/apirest.php"),
        ("/api.php", "/api.php/v1"),
        ("/api.php/v1", "/api.php/v1"),
        ("/api.php/v1/initSession", "/api.php/v1"),
        ("/glpi/api.php/v2.3", "/glpi/api.php/v1"),
        ("/suporte t%C3%A9cnico/apirest.php", "/suporte t%C3%A9cnico/apirest.php"),
        ("/myapi.php", "/myapi.php/apirest.php"),
    ],
)
def test_the_legacy_api_is_found_from_any_address(copied: str, legacy: str) -> None:
    assert entry(URL(GLPI + copied), "legacy") == URL(GLPI + legacy)


@pytest.mark.parametrize("copied", ["", "/apirest.php", "/api.php", "/api.php/v2.3", "/index.php"])
def test_the_new_api_is_found_from_any_address(copied: str) -> None:
    assert entry(URL(GLPI + copied), "v2") == URL(GLPI + "/api.php")
