"""``kioskd fleet``: every kiosk on the broker in one table, and commands for some or all."""

import asyncio
import contextlib
import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kioskd.cli.alerts import user as person
from kioskd.cli.commands import Arguments, Commands, add_config, loaded, time
from kioskd.config import SCREENS, Mqtt, MqttAuth
from kioskd.config.plain import one_line
from kioskd.core.summary import span
from kioskd.errors import KioskdError

if TYPE_CHECKING:
    from kioskd.core.fleet_status import Seen
    from kioskd.fleet.commands import Answer

USER = "operator"  # as the shipped rights of Mosquitto call who commands
HEAD = ("kiosk", "state", "version", "screen", "picture", "oldest data", "alerts", "faults", "told")


def register(commands: Commands) -> None:
    """Add the commands."""
    said = "see every kiosk on the MQTT broker, and command them"
    fleet = commands.group("fleet", said, "list|switch|notice|mute|acknowledge")
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
        whom = parser.add_mutually_exclusive_group(required=parser is not listed)
        whom.add_argument("--group", help="the kiosks of this group")
        whom.add_argument("--kiosk", metavar="ID", help="this kiosk only")
        whom.add_argument("--all", action="store_true", help="every kiosk")
        who = parser.add_argument_group("as whom")
        who.add_argument("--user", default=USER, help=f"the broker's user (default {USER})")
        said = "with that user's password; needed unless the configuration has it as mqtt.auth"
        who.add_argument("--password-file", type=Path, metavar="FILE", help=said)
        add_config(parser, "where the section mqtt stands (default: this kiosk's file)")


def _list(arguments: Arguments) -> int:
    return asyncio.run(_listed(arguments, _settings(arguments)))


async def _listed(arguments: Arguments, settings: Mqtt) -> int:
    from kioskd.fleet.operating import operator

    with contextlib.suppress(asyncio.CancelledError):
        async with operator(settings, arguments.user) as made:
            while True:
                found = made.census.kiosks(arguments.group, arguments.kiosk)
                if arguments.json:
                    print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False), flush=True)
                else:
                    clear = "\x1b[H\x1b[J" if arguments.watch else ""
                    print(clear + "\n".join(table(found)), flush=True)
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
    to = arguments.kiosk or (f"group/{arguments.group}" if arguments.group else "all")
    fields["by"] = person()[:60]
    return asyncio.run(_ordered(arguments, _settings(arguments), to, name, fields))


async def _ordered(
    arguments: Arguments, settings: Mqtt, to: str, name: str, fields: dict[str, Any]
) -> int:
    from kioskd.fleet.operating import operator

    async with operator(settings, arguments.user) as made:
        meant = made.census.kiosks(arguments.group, arguments.kiosk)
        if not meant:
            raise KioskdError(f"no kiosk is {to} on the broker; see: kioskd fleet list")
        return _told(await made.order(to, name, fields, meant), meant)


def _told(answers: "dict[str, Answer]", meant: "list[Seen]") -> int:
    """One line a kiosk; 1 when one of them did not do it."""
    failed = 0
    for seen in meant:
        answer = answers.get(seen.kiosk)
        if answer is None:
            said = "no answer" if seen.online else "is away"
        else:
            said = answer.did if answer.ok else f"refused: {answer.error}"
        failed += answer is None or not answer.ok
        print(one_line(f"{seen.kiosk}: {said}"))
    return int(failed > 0)


def _settings(arguments: Arguments) -> Mqtt:
    """The broker of the file, with the operator's own password in place of the kiosk's."""
    mqtt = loaded(arguments.config).mqtt
    if mqtt is None:
        raise KioskdError("the file has no section mqtt: write the broker's url there")
    file = arguments.password_file
    if file is None and mqtt.auth is not None and mqtt.auth.user == arguments.user:
        return mqtt
    if file is None:
        raise KioskdError(f"name the file with {arguments.user}'s password: --password-file FILE")
    auth = MqttAuth(user=arguments.user, password_file=str(file))
    return msgspec.structs.replace(mqtt, auth=auth)


def table(found: "list[Seen]") -> list[str]:
    """The kiosks as a table, in plain text."""
    rows = [HEAD, *map(_row, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(seen: "Seen") -> tuple[str, ...]:
    told = seen.told
    picture = {None: "-", True: "proved", False: "NONE"}[seen.proved]
    row: tuple[str, ...] = (seen.kiosk, "online" if seen.online else "AWAY")
    if told is None:
        row += ("-", seen.screen or "-", picture, "-", "-", "-", "-")
    else:
        faults = ", ".join(fault.code or fault.part for fault in told.faults) or "-"
        passed = _passed(told.timestamp)
        ago = "-" if passed is None else f"{span(passed)} ago"
        # What was old when it spoke last is older now.
        oldest = "-" if told.oldest is None else span(told.oldest + (passed or 0.0))
        alerts = str(told.activeAlerts)
        row += (told.version, seen.screen or "-", picture, oldest, alerts, faults, ago)
    return tuple(one_line(cell)[:40] for cell in row)


def _passed(timestamp: str) -> float | None:
    """Seconds since then; None for a time that can't be read."""
    try:
        then = datetime.datetime.fromisoformat(timestamp)
        passed = (datetime.datetime.now(datetime.UTC) - then).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0.0, passed)  # its clock and ours may differ: less than nothing is now
