"""``kioskd fleet``: every kiosk on the broker in one table, and commands for some or all."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from kioskd.cli.alerts import user as person
from kioskd.cli.commands import Arguments, Commands, time
from kioskd.cli.fleet import files, offered, packages
from kioskd.cli.fleet.table import table
from kioskd.cli.fleet.whom import add_whom, settings, target
from kioskd.cli.streams import clear_screen, json_text
from kioskd.config import SCREENS, Mqtt
from kioskd.config.plain import one_line
from kioskd.errors import KioskdError
from kioskd.words import tr

if TYPE_CHECKING:
    from kioskd.core.fleet_status import Seen
    from kioskd.fleet.commands import Answer


def register(commands: Commands) -> None:
    """Add the commands."""
    said = "see every kiosk on the MQTT broker, and command them"
    fleet = commands.group("fleet", said, "list|switch|notice|mute|acknowledge|config|update|offer")
    listed = fleet.add("list", _list, "one line a kiosk: state, version, screen, faults")
    listed.add_argument("--json", action="store_true", help="for programs")
    listed.add_argument("--watch", action="store_true", help="go on, and show what changes")
    switch = fleet.add("switch", _switch, "change the screen")
    switch.add_argument("screen", help=f"{', '.join(SCREENS)}, or one that those kiosks have")
    notice = fleet.add("notice", _notice, "tell the rooms something")
    notice.add_argument("text", metavar="TEXT")
    notice.add_argument("--for", type=time, dest="time", default="30m", metavar="TIME")
    mute = fleet.add("mute", _mute, "silence every alert for a time; 0 ends it")
    mute.add_argument("time", type=time, nargs="?", default="30m", help="such as 30m (default)")
    seen = fleet.add("acknowledge", _acknowledge, "end active alerts")
    for parser in (listed, switch, notice, mute, seen):
        add_whom(parser, required=parser is not listed)
    files.register(fleet)
    packages.register(fleet)
    offered.register(fleet)


def _list(arguments: Arguments) -> int:
    return asyncio.run(_listed(arguments, settings(arguments)))


async def _listed(arguments: Arguments, broker: Mqtt) -> int:
    from kioskd.fleet.operating import operator

    with contextlib.suppress(asyncio.CancelledError):
        async with operator(broker, arguments.user) as made:
            while True:
                found = made.census.kiosks(arguments.group, arguments.kiosk)
                if arguments.json:
                    print(json_text(msgspec.to_builtins(found), None), flush=True)
                else:
                    if arguments.watch:
                        clear_screen()
                    print("\n".join(table(found)), flush=True)
                if not arguments.watch:
                    return 0
                await made.news()
                await asyncio.sleep(0.5)  # what comes together is shown at once
    return 0


def _switch(arguments: Arguments) -> int:
    return _order(arguments, "switch", {"screen": arguments.screen})


def _notice(arguments: Arguments) -> int:
    seconds = float(arguments.time)
    return _order(arguments, "notice", {"text": arguments.text, "seconds": seconds})


def _mute(arguments: Arguments) -> int:
    return _order(arguments, "mute", {"seconds": float(arguments.time)})


def _acknowledge(arguments: Arguments) -> int:
    return _order(arguments, "acknowledge", {})


def _order(arguments: Arguments, name: str, fields: dict[str, Any]) -> int:
    fields["by"] = person()[:60]
    return asyncio.run(_ordered(arguments, settings(arguments), target(arguments), name, fields))


async def _ordered(
    arguments: Arguments, broker: Mqtt, to: str, name: str, fields: dict[str, Any]
) -> int:
    from kioskd.fleet.operating import operator

    async with operator(broker, arguments.user) as made:
        meant = made.census.kiosks(arguments.group, arguments.kiosk)
        if not meant:
            raise KioskdError(tr("no kiosk is {to} on the broker; see: kioskd fleet list", to=to))
        return _told(await made.order(to, name, fields, meant), meant)


def _told(answers: "Mapping[str, Answer]", meant: "list[Seen]") -> int:
    """One line a kiosk; 1 when one of them did not do it."""
    failed = 0
    for seen in meant:
        answer = answers.get(seen.kiosk)
        if answer is None:
            said = tr("no answer") if seen.online else tr("is away")
        else:
            said = answer.did if answer.ok else f"refused: {answer.error}"
        failed += answer is None or not answer.ok
        print(one_line(f"{seen.kiosk}: {said}"))
    return int(failed > 0)
