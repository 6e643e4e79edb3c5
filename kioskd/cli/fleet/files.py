"""``kioskd fleet config``: one file for many kiosks, signed here, checked and tried on each."""

import argparse
import asyncio
import time as clocks
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kioskd.cli.alerts import user as person
from kioskd.cli.commands import Arguments, Commands, time
from kioskd.cli.fleet.whom import add_whom, settings, target
from kioskd.config import Mqtt
from kioskd.config.files import read_file, reason
from kioskd.config.plain import one_line
from kioskd.config.yamlfile import MAX_BYTES
from kioskd.errors import KioskdError
from kioskd.host.signature import signed

if TYPE_CHECKING:
    from kioskd.core.fleet_status import Seen
    from kioskd.fleet.push import Mode, Verdict
    from kioskd.fleet.rolling import Rolling, Signed


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
        said = "the secret key, of minisign, whose public one the kiosks have as mqtt.trust"
        parser.add_argument("--key", type=Path, required=True, metavar="FILE", help=said)
        add_whom(parser)


def _wait(text: str) -> float:
    seconds = float(time(text))
    if not 5 <= seconds <= 600:
        raise argparse.ArgumentTypeError("a kiosk needs 5s to 10m")
    return seconds


def _diff(arguments: Arguments) -> int:
    return asyncio.run(_rolled(arguments, settings(arguments), _text(arguments.file), None, 60.0))


def _push(arguments: Arguments) -> int:
    text = _text(arguments.file)
    mode: Mode | None = None if arguments.dry_run else "apply"
    return asyncio.run(_rolled(arguments, settings(arguments), text, mode, arguments.wait))


def _withdraw(arguments: Arguments) -> int:
    mode: Mode | None = None if arguments.dry_run else "withdraw"
    return asyncio.run(_rolled(arguments, settings(arguments), "", mode, arguments.wait))


def _text(file: Path) -> str:
    try:
        text = read_file(file, MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise KioskdError(f"{file} can't be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise KioskdError(f"{file} is not UTF-8; save it as UTF-8") from None
    if not text.strip():
        raise KioskdError(
            f"{file} is empty; back to each kiosk's own: kioskd fleet config withdraw"
        )
    return text


async def _rolled(
    arguments: Arguments, broker: Mqtt, text: str, mode: "Mode | None", wait: float
) -> int:
    """``mode`` None: only say what it would do."""
    from kioskd.fleet.operating import operator
    from kioskd.fleet.rolling import Rolling

    to = target(arguments)
    check, do = _envelopes(text, mode, to, wait, arguments.key)
    async with operator(broker, arguments.user) as made:
        meant = made.census.kiosks(arguments.group, arguments.kiosk)
        if not meant:
            raise KioskdError(f"no kiosk is {to} on the broker; see: kioskd fleet list")
        here = [seen for seen in meant if seen.online]
        rolling = Rolling(made, person()[:60])
        verdicts = await rolling.check(to, check, here) if here else {}
        _tell(here, verdicts)
        away = [seen.kiosk for seen in meant if not seen.online]
        for kiosk in away:
            print(one_line(f"{kiosk}: is away; push again when it is back"), flush=True)
        refused = [s.kiosk for s in here if s.kiosk not in verdicts or not verdicts[s.kiosk].ok]
        if refused:
            raise KioskdError(f"nothing was changed: {', '.join(refused)} did not take it")
        if do is None:
            if "dry_run" in arguments and here:
                print(one_line(f"nothing was changed; in this order: {_names(here)}"))
            return int(bool(away))
        await _one_by_one(rolling, here, do, wait)
        return int(bool(away))


async def _one_by_one(rolling: "Rolling", here: "list[Seen]", do: "Signed", wait: float) -> None:
    for at, seen in enumerate(here):
        print(one_line(f"{seen.kiosk}: trying it"), flush=True)
        if (why := await rolling.apply(seen, do, wait)) is not None:
            print(one_line(f"{seen.kiosk}: {why}"), flush=True)
            left = here[at + 1 :]
            rest = f"; as before: {_names(left)}" if left else ""
            raise KioskdError(f"stopped at {seen.kiosk}{rest}")
        print(one_line(f"{seen.kiosk}: healthy with it"), flush=True)


def _envelopes(
    text: str, mode: "Mode | None", to: str, wait: float, key: Path
) -> "tuple[Signed, Signed | None]":
    """To check, and to do; one password for both."""
    from kioskd.fleet.push import Envelope
    from kioskd.fleet.rolling import Signed

    now = int(clocks.time() * 1000)
    modes: list[Mode] = ["check"] if mode is None else ["check", mode]
    envelopes = [
        Envelope(mode=each, to=to, number=now + at, by=person()[:60], wait=wait, file=text)
        for at, each in enumerate(modes)
    ]
    contents = [msgspec.json.encode(each) for each in envelopes]
    made = [
        Signed(content, signature, envelope.number)
        for content, signature, envelope in zip(
            contents, signed(contents, key), envelopes, strict=True
        )
    ]
    return made[0], made[1] if len(made) > 1 else None


def _tell(here: "list[Seen]", verdicts: "dict[str, Verdict]") -> None:
    """What they said; those that say the same are told together."""
    told: dict[tuple[str, ...], list[str]] = {}
    for seen in here:
        told.setdefault(tuple(_lines(verdicts.get(seen.kiosk))), []).append(seen.kiosk)
    for (first, *others), kiosks in told.items():
        print(one_line(f"{', '.join(kiosks)}: {first}"))
        for line in others:
            print(f"    {one_line(line)}")


def _lines(verdict: "Verdict | None") -> Iterable[str]:
    if verdict is None:
        return ["no answer"]
    if not verdict.ok:
        return [f"refused: {verdict.error}", *verdict.changes]
    left = [f"{name}: left out, it is each kiosk's own" for name in verdict.left_out]
    warned = [f"warning: {each}" for each in verdict.warnings]
    return [verdict.did, *verdict.changes, *left, *warned]


def _names(kiosks: "list[Seen]") -> str:
    return ", ".join(seen.kiosk for seen in kiosks)
