"""What may be asked of whatever plays sounds, said once for all who ask it."""

from pathlib import Path
from typing import Protocol

from kioskd.config import Severity, SoundName


class Plays(Protocol):
    """``Player`` does; it never waits."""

    def play(
        self,
        name: SoundName,
        severity: Severity = "medium",
        file: Path | None = None,
        say: str = "",
        volume: int | None = None,
    ) -> None: ...
