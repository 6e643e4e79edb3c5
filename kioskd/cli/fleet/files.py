"""``kioskd fleet config``: one file for many kiosks, signed here, checked and tried on each."""

import argparse
import time as clocks
from pathlib import Path
from typing import TYPE_CHECKING

from kioskd.cli.commands import Arguments, Commands, time
from kioskd.cli.fleet.rolled import add_key, envelopes, rolled, who
from kioskd.cli.fleet.whom import add_whom, target
from kioskd.config.files import read_file, reason
from kioskd.config.fleet_file import mark_of
from kioskd.config.yamlfile import MAX_BYTES
from kioskd.errors import KioskdError
from kioskd.words import tr

if TYPE_CHECKING:
    from kioskd.fleet.push import Mode


def register(fleet: Commands) -> None:
    """Add the commands."""
    said = "give kiosks a configuration file, one after the other"
    config = fleet.group("config", said, "diff|push|withdraw")
    diff = config.add("diff", _diff, "what a file would change on each kiosk; it changes nothing")
    push = config.add("push", _push, "check a file on every kiosk, then put it in force on each")
    back = config.add("withdraw", _withdraw, "go back to each kiosk's own file")
    for parser in (diff, push):
        parser.add_argument("file", type=Path, metavar="FILE", help="sections for every kiosk")
    for parser in (push, back):
        said = "check only, and say in which order it would be done"
        parser.add_argument("--dry-run", action="store_true", help=said)
        said = "how long a kiosk may take to become healthy, 5s to 10m (default 60s)"
        parser.add_argument("--wait", type=_wait, default="60s", metavar="TIME", help=said)
    for parser in (diff, push, back):
        add_key(parser)
        add_whom(parser)


def _wait(text: str) -> float:
    seconds = float(time(text))
    if not 5 <= seconds <= 600:
        raise argparse.ArgumentTypeError(tr("a kiosk needs 5s to 10m"))
    return seconds


def _diff(arguments: Arguments) -> int:
    return _roll(arguments, _text(arguments.file), None, 60.0)


def _push(arguments: Arguments) -> int:
    mode: Mode | None = None if arguments.dry_run else "apply"
    return _roll(arguments, _text(arguments.file), mode, arguments.wait)


def _withdraw(arguments: Arguments) -> int:
    mode: Mode | None = None if arguments.dry_run else "withdraw"
    return _roll(arguments, "", mode, arguments.wait)


def _roll(arguments: Arguments, text: str, mode: "Mode | None", wait: float) -> int:
    """``mode`` None: only say what it would do."""
    from kioskd.fleet.push import FileEnvelope

    now, to = int(clocks.time() * 1000), target(arguments)
    modes: list[Mode] = ["check"] if mode is None else ["check", mode]
    made = [
        FileEnvelope(mode=each, to=to, number=now + at, by=who(), wait=wait, file=text)
        for at, each in enumerate(modes)
    ]
    code = rolled(arguments, "config", envelopes(made, arguments.key), wait)
    if mode == "apply":
        print(tr("the file is {mark} in: kioskd fleet list", mark=mark_of(text)))
    return code


def _text(file: Path) -> str:
    try:
        text = read_file(file, MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise KioskdError(
            tr("{file} can't be read: {reason}", file=file, reason=reason(error))
        ) from None
    except UnicodeDecodeError:
        raise KioskdError(tr("{file} is not UTF-8; save it as UTF-8", file=file)) from None
    if not text.strip():
        raise KioskdError(
            tr("{file} is empty; back to each kiosk's own: kioskd fleet config withdraw", file=file)
        )
    return text
