"""The file that the fleet pushed to this kiosk, as it is kept beside the kiosk's own state.

One file holds the text and the number of the newest push, so that a power cut leaves both of one
time. A push on trial is nowhere on the card: whatever ends the daemon then, the earlier one stays.
"""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from kioskd.config.active import BOOT, SYSTEM
from kioskd.config.files import read_file, reason
from kioskd.config.overlay import own_sections
from kioskd.config.paths import state_folder
from kioskd.config.reading import changes, combined, load
from kioskd.config.sections.whole import Config
from kioskd.config.writing import sweep, write_file
from kioskd.config.yamlfile import MAX_BYTES
from kioskd.errors import ConfigError, Problem
from kioskd.words import tr

log = logging.getLogger(__name__)
NAME = "fleet.json"
SERVICE = Path("/var/lib/kioskd")  # StateDirectory= of the unit
MOST = 10 * MAX_BYTES  # bytes: JSON writes some characters with six


class Held(Struct, frozen=True):
    """``file`` is the text that is in force, empty for none, and ``number`` which push it was.

    ``seen`` is the highest number that was ever taken up: no push up to it is taken again.
    """

    seen: int = 0
    number: int = 0
    file: str = ""
    by: str = ""
    at: str = ""


class Examined(Struct, frozen=True):
    """``changes``: what a file would make another, a line a key; ``warnings`` as those of
    ``kioskd check``; ``left_out``: its sections that stay the kiosk's own."""

    changes: list[str]
    warnings: list[str]
    left_out: list[str]


def mark_of(file: str) -> str:
    """What tells the text of a fleet's file from every other; empty for none."""
    return hashlib.sha256(file.encode()).hexdigest()[:8] if file else ""


def place() -> Path:
    """Where the daemon keeps it."""
    return state_folder(Config()) / NAME


def place_for(file: Path) -> Path:
    """Where the daemon that runs with the kiosk's own ``file`` keeps it."""
    return SERVICE / NAME if file in (SYSTEM, *BOOT) else place()


def held(path: Path) -> Held:
    """What is kept; nothing where there is none, or it can't be read, which the log has."""
    try:
        return msgspec.json.decode(read_file(path, MOST), type=Held)
    except FileNotFoundError:
        pass
    except OSError as error:
        log.error(
            tr("the fleet's file {path} can't be read: {reason}", path=path, reason=reason(error))
        )
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        log.error(tr("the fleet's file {path} is torn: {error}", path=path, error=error))
    return Held()


def keep(path: Path, new: Held) -> None:
    """Write it, and wait until the card has it; everybody may read it. Raises ``OSError``."""
    write_file(path, msgspec.json.encode(new), mode=0o644)


def under(own: Path, pushed: Held) -> tuple[Config, list[Problem]]:
    """What is in force where ``pushed`` lies over the kiosk's own file, and warnings; raises
    ``ConfigError``."""
    try:
        content = read_file(own, MAX_BYTES)
    except OSError as error:
        raise ConfigError([Problem(str(own), 0, 0, "", reason(error))]) from None
    return combined(content, str(own), pushed.file.encode())


class FleetFiles:
    """The fleet's file of the daemon that runs. ``current`` gives the configuration in force,
    ``own`` where the kiosk's own file is; ``reload`` puts in force what ``trial`` or ``held`` say.
    """

    def __init__(
        self,
        path: Path,
        current: Callable[[], Config],
        own: Callable[[], Path | None],
        reload: Callable[[], None],
    ) -> None:
        self.trial: str | None = None
        self.fits = True
        """Whether the fleet's file could be put over the kiosk's own, when it was read last."""
        self._path = path
        self._current = current
        self._own = own
        self._reload = reload
        sweep(path)
        self._held = held(path)

    def held(self) -> Held:
        return self._held

    def read_again(self) -> None:
        """Somebody may have removed it."""
        self._held = held(self._path)

    def keep(self, new: Held) -> None:
        keep(self._path, new)
        self._held = new

    def examine(self, file: str) -> Examined:
        if (own := self._own()) is None:
            said = tr("this kioskd runs without a file of its own; nothing can be put over it")
            raise ConfigError([Problem(tr("the fleet's file"), 0, 0, "", said)])
        now = self._current()
        if not file:
            return Examined(changes(now, load(own)), [], [])
        config, warnings = combined(read_file(own, MAX_BYTES), str(own), file.encode())
        warned = [str(each) for each in warnings]
        return Examined(changes(now, config), warned, own_sections(file.encode()))

    def take(self, trial: str | None) -> None:
        self.trial = trial
        self._reload()
