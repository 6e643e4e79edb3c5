"""Which configuration is in force: the boot partition's, the system's, or the last good one.

A wrong file never darkens the wall: what was in force before it stays so, and the fault is shown.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from kioskd.config.files import read_file, reason
from kioskd.config.reading import combined, load
from kioskd.config.sections.whole import Config
from kioskd.config.writing import sweep, write_file
from kioskd.config.yamlfile import MAX_BYTES
from kioskd.errors import ConfigError
from kioskd.words import tr

log = logging.getLogger(__name__)
SYSTEM = Path("/etc/kioskd/kioskd.yaml")
# A card in a PC shows this partition and no other; older systems mount it at /boot.
BOOT = (Path("/boot/firmware/kioskd.yaml"), Path("/boot/kioskd.yaml"))


class ActiveConfig(Struct, frozen=True):
    """``fault`` is one line when the file that should be in force can't be.

    ``pushed``: the fleet's file lies over it.
    """

    config: Config
    file: Path
    fault: str | None = None
    pushed: bool = False


def candidate(given: Path | None, boot: Sequence[Path] = BOOT, system: Path = SYSTEM) -> Path:
    """The file that should be in force: the one given, else the boot partition's, else /etc's."""
    if given is not None:
        return given
    # Not Path.is_file: it raises where this user may not look.
    return next((path for path in boot if os.path.isfile(path)), system)


def choose(wanted: Path, kept: Path, pushed: str = "") -> ActiveConfig:
    """Read ``wanted``; when it is wrong, what was last good in ``kept``. ``pushed``, the fleet's
    file, lies over it; where the two don't fit, the kiosk's own stands alone.

    A good one is kept for the next time. Raises ``ConfigError`` when neither can be used.
    """
    found = _own(wanted, kept)
    if not pushed:
        return found
    try:
        own = read_file(found.file, MAX_BYTES)
        config, _ = combined(own, str(found.file), pushed.encode())
    except (ConfigError, OSError) as error:
        why = error.problems[0] if isinstance(error, ConfigError) else reason(error)
        fault = tr(
            "{why}; the fleet's file does not fit this kiosk's own, which is in force alone",
            why=why,
        )
        return ActiveConfig(found.config, found.file, found.fault or fault)
    return ActiveConfig(config, found.file, found.fault, True)


def _own(wanted: Path, kept: Path) -> ActiveConfig:
    try:
        config = load(wanted)
    except ConfigError as error:
        try:
            config = load(kept)
        except ConfigError:
            raise error from None
        more = len(error.problems) - 1
        fault = f"{error.problems[0]}{tr(' (and {count} more)', count=more) if more else ''}"
        return ActiveConfig(
            config, kept, tr("{fault}; the last good configuration is in force", fault=fault)
        )
    _keep(wanted, kept)
    return ActiveConfig(config, wanted)


def _keep(wanted: Path, kept: Path) -> None:
    try:
        data = read_file(wanted, MAX_BYTES)
        if kept.is_file() and read_file(kept, MAX_BYTES) == data:
            return
        sweep(kept)
        write_file(kept, data)
    except OSError as error:
        log.warning(
            tr(
                "a copy of the configuration can't be kept in {kept}: {reason}",
                kept=kept,
                reason=reason(error),
            )
        )
