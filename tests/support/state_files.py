"""State files as an earlier run left them."""

from collections.abc import Mapping
from pathlib import Path

from kioskd.config import View
from kioskd.config.writing import write_file
from kioskd.core.messages import Update
from kioskd.host.state_file import encode


def save(
    path: Path,
    screen: str | None,
    updates: list[Update],
    origins: Mapping[View, str] | None = None,
) -> None:
    write_file(path, encode(screen, updates, origins or {}))
