"""A real GLPI under test, as the environment names it.

``KIOSKD_GLPI_URL`` and ``KIOSKD_GLPI_USER_TOKEN``, an account that reads; where there is one,
``KIOSKD_GLPI_APP_TOKEN`` and ``KIOSKD_GLPI_CA_FILE``. ``KIOSKD_GLPI_WRITE_TOKEN``, an account that
may open and delete tickets, lets the tests write, which delete what they wrote.
"""

import os
from pathlib import Path

import pytest

from kioskd.config import Glpi

URL = os.environ.get("KIOSKD_GLPI_URL")
REAL = pytest.mark.skipif(not URL, reason="needs a real GLPI: set KIOSKD_GLPI_URL")
WRITE = os.environ.get("KIOSKD_GLPI_WRITE_TOKEN")
WRITES = pytest.mark.skipif(
    not (URL and WRITE), reason="writes to a real GLPI: set KIOSKD_GLPI_WRITE_TOKEN, too"
)


def real_settings(folder: Path) -> Glpi:
    """A source's settings for that GLPI; its secrets are files in ``folder``."""
    token = os.environ.get("KIOSKD_GLPI_USER_TOKEN", "")
    if not token:
        pytest.fail("KIOSKD_GLPI_URL needs KIOSKD_GLPI_USER_TOKEN, an account's API token", False)
    assert URL is not None
    app = os.environ.get("KIOSKD_GLPI_APP_TOKEN", "")
    return Glpi(
        url=URL,
        user_token_file=secret(folder / "user", token) or "",
        app_token_file=secret(folder / "app", app),
        acknowledge_token_file=secret(folder / "writes", WRITE or ""),
        ca_file=os.environ.get("KIOSKD_GLPI_CA_FILE") or None,
    )


def secret(file: Path, text: str) -> str | None:
    """The path of a file with ``text``; None for no text."""
    if not text:
        return None
    file.write_text(text)
    return str(file)
