"""``kioskd fleet update``: another version for many kiosks, on a few of them first."""

import argparse
import asyncio
import hashlib
import time as clocks
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kioskd.cli import package
from kioskd.cli.commands import Arguments, Commands, time
from kioskd.cli.fleet.rolled import add_key, envelopes, rolled, who
from kioskd.cli.fleet.whom import add_whom, target
from kioskd.config.files import reason
from kioskd.core.health import OTHERS, worse
from kioskd.core.state_words import word
from kioskd.errors import KioskdError
from kioskd.words import tr

if TYPE_CHECKING:
    from kioskd.core.fleet_status import Seen
    from kioskd.fleet.operating import Operator

SUFFIX = ".minisig"
PATIENCE = 1800.0  # seconds for a kiosk: to fetch, to install on a slow card, to be watched
APPEARS = 90.0  # seconds in which a kiosk that was updated tells its version


def register(fleet: Commands) -> None:
    """Add the command."""
    update = fleet.add("update", _update, "install another version on kiosks, one after the other")
    update.add_argument("file", type=Path, metavar="FILE", help="a package that lies at --url, too")
    said = "where the kiosks fetch it: an https:// address, with the signature beside it"
    update.add_argument("--url", type=_address, required=True, help=said)
    said = "how many kiosks get it first, and are watched before the others (default 1)"
    update.add_argument("--canary", type=_number, default=1, metavar="NUMBER", help=said)
    said = "for how long those are watched (default 2m)"
    update.add_argument("--soak", type=time, default="2m", metavar="TIME", help=said)
    said = "check only, and say in which order it would be done"
    update.add_argument("--dry-run", action="store_true", help=said)
    add_key(update)
    add_whom(update)


def _update(arguments: Arguments) -> int:
    from kioskd.fleet.push import PackageEnvelope

    file: Path = arguments.file
    version = package.field(file, "Version")
    if not file.with_name(file.name + SUFFIX).is_file():
        raise KioskdError(
            tr(
                "{file} is not signed: {name} does not lie beside it",
                file=file,
                name=file.name + SUFFIX,
            )
        )
    size, digest = _digest(file)
    now, to = int(clocks.time() * 1000), target(arguments)
    modes: list[Literal["check", "apply"]] = ["check"] if arguments.dry_run else ["check", "apply"]
    made = [
        PackageEnvelope(
            mode=mode,
            to=to,
            number=now + at,
            by=who(),
            url=arguments.url,
            size=size,
            sha256=digest,
            version=version,
        )
        for at, mode in enumerate(modes)
    ]
    pushes = envelopes(made, arguments.key)
    pause = _Watched(version, arguments.canary, float(arguments.soak))
    return rolled(arguments, "update", pushes, PATIENCE, pause, lambda seen: _has(seen, version))


def _has(seen: "Seen", version: str) -> bool:
    """Whether it is there with this version: a rollout that stopped is begun again so."""
    return seen.online and seen.told is not None and seen.told.version == version


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(tr("write a whole number from 1"))


def _address(url: str) -> str:
    if not url.startswith("https://") or set("@?# ") & set(url) or len(url) > 1000:
        raise argparse.ArgumentTypeError(tr("write an https:// address without user and query"))
    return url


def _digest(file: Path) -> tuple[int, str]:
    try:
        with file.open("rb") as opened:
            return file.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise KioskdError(
            tr("{file} can't be read: {reason}", file=file, reason=reason(error))
        ) from None


class _Watched:
    """Sees that each is back with this version; after the canaries, that they stay so, and have
    nothing wrong in the end that was well before."""

    def __init__(self, version: str, canaries: int, soak: float) -> None:
        self._version = version
        self._canaries = canaries
        self._soak = soak
        self._before: dict[str, dict[str, str]] = {}

    def begin(self, kiosks: "list[Seen]") -> None:
        self._before = {seen.kiosk: _wrong(seen) for seen in kiosks}

    async def after(self, made: "Operator", kiosks: "list[Seen]", done: int) -> None:
        updated = [seen.kiosk for seen in kiosks[:done]]
        until = clocks.monotonic() + APPEARS
        while (why := _lacking(made, updated, self._version)) is not None:
            if clocks.monotonic() > until:
                raise KioskdError(why)
            await made.any_news(1.0)
        if done != min(self._canaries, len(kiosks)) or done == len(kiosks) or not self._soak:
            return
        until = clocks.monotonic() + self._soak
        while clocks.monotonic() < until:
            await asyncio.sleep(1.0)
            if (why := _lacking(made, updated, self._version)) is not None:
                raise KioskdError(why)
        for name in updated:
            for seen in made.census.kiosks(kiosk=name):
                if (why := worse(self._before[name], _wrong(seen))) is not None:
                    raise KioskdError(
                        tr("{name} was well before, and has now: {why}", name=name, why=why)
                    )


def _wrong(seen: "Seen") -> dict[str, str]:
    """What a kiosk tells that is wrong with it, by what it is about."""
    if seen.told is None:
        return {}
    found = {
        f"fault {fault.part}": f"{word(fault.part)}: {fault.message}"
        for fault in seen.told.faults
        if fault.part not in OTHERS
    }
    for source in seen.told.sources:
        if source.state != "connected":
            found[f"source {source.name}"] = tr(
                "source {name}: {state}", name=source.name, state=word(source.state)
            )
    if seen.proved is False:
        found["picture"] = tr("no picture")
    return found


def _lacking(made: "Operator", kiosks: list[str], version: str) -> str | None:
    """Which of these is not there with this version; None: none is."""
    for kiosk in kiosks:
        seen = next(iter(made.census.kiosks(kiosk=kiosk)), None)
        if seen is None or not seen.online:
            return tr("{kiosk} is away", kiosk=kiosk)
        if seen.told is None or seen.told.version != version:
            return tr(
                "{kiosk} runs {running}, not {version}",
                kiosk=kiosk,
                running=seen.told.version if seen.told else tr("nothing"),
                version=version,
            )
    return None
