"""The commands about alerts: raise, list, acknowledge, snooze."""

import argparse
import getpass
from typing import Any

import msgspec

from kioskd.cli import alert_text
from kioskd.cli.client import Daemon
from kioskd.cli.commands import Arguments, Commands
from kioskd.cli.streams import json_text
from kioskd.config import SEVERITIES
from kioskd.config.plain import one_line
from kioskd.config.scalars import Duration, TimeOfDay
from kioskd.core.alert_status import ActiveAlertsStatus, AlertHistory
from kioskd.core.summary import span
from kioskd.errors import ControlError
from kioskd.words import tr

TOMORROW = "tomorrow"  # at eight
EIGHT = "08:00"


def register(commands: Commands) -> None:
    """Add the commands."""
    raised = commands.add_asking("alert", _raise, "raise an alert on every panel, with its sound")
    raised.add_argument("--severity", choices=SEVERITIES, default="medium")
    raised.add_argument("--id", default="", help="a name of yours, to resolve it by")
    raised.add_argument("--resolved", action="store_true", help="the alert of that --id is over")
    raised.add_argument("title", nargs="?", default="")
    listed = commands.add_asking(
        "alerts", _list, "list the active alerts, or the last 200 that ended"
    )
    listed.add_argument("which", choices=("active", "history"), nargs="?", default="active")
    listed.add_argument("--json", action="store_true", help="for programs")
    seen = commands.add_asking("acknowledge", _acknowledge, "end active alerts, on every panel")
    later = commands.add_asking("snooze", _snooze, "put active alerts off; they come back")
    later.add_argument(
        "time", type=_time, help=f"such as 5m or 30m; {TOMORROW} is until {EIGHT}; or 09:30"
    )
    for parser in (seen, later):
        parser.add_argument("id", nargs="?", help="only this one (default: all)")
        parser.add_argument("--by", default=None, help="who you are (default: your user name)")


def _raise(arguments: Arguments, daemon: Daemon) -> int:
    if arguments.resolved:
        ended = daemon.ask("/api/alerts", {"id": arguments.id, "state": "resolved"})
        return _told(ended)
    body = {"severity": arguments.severity, "title": arguments.title, "id": arguments.id}
    answer = daemon.ask("/api/alerts", body)
    print(one_line(answer["id"]))
    return _kept(answer)


def _list(arguments: Arguments, daemon: Daemon) -> int:
    past = arguments.which == "history"
    answer = daemon.ask("/api/alerts/history" if past else "/api/alerts")
    if arguments.json:
        print(json_text(answer))
        return 0
    kind: type[AlertHistory] | type[ActiveAlertsStatus]
    kind = AlertHistory if past else ActiveAlertsStatus
    try:
        found: AlertHistory | ActiveAlertsStatus = msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise ControlError(
            tr("the daemon is another version of kioskd ({error})", error=error)
        ) from None
    lines = list(alert_text.listed(found.alerts))
    print("\n".join(lines) if lines else tr("none yet") if past else tr("no alert is active"))
    return 0


def _acknowledge(arguments: Arguments, daemon: Daemon) -> int:
    return _told(daemon.ask("/api/acknowledge", _asked(arguments)))


def _snooze(arguments: Arguments, daemon: Daemon) -> int:
    when = arguments.time
    time = {"seconds": float(when)} if isinstance(when, Duration) else {"tomorrow": str(when)}
    answer = daemon.ask("/api/snooze", {**_asked(arguments), **time})
    if answer["ids"]:
        print(
            tr(
                "{ids}: back in {span}",
                ids=one_line(", ".join(answer["ids"])),
                span=span(answer["seconds"]),
            )
        )
        return _kept(answer)
    return _told(answer)


def _asked(arguments: Arguments) -> dict[str, Any]:
    named = {} if arguments.id is None else {"id": arguments.id}
    return {**named, "via": "cli", "by": arguments.by or user()}


def _told(answer: Any) -> int:
    print(one_line(", ".join(answer["ids"])) if answer["ids"] else tr("no alert was active"))
    return _kept(answer)


def _kept(answer: Any) -> int:
    if not answer["kept"]:
        raise ControlError(
            tr(
                "it is done, but a power cut would undo it: the card can't take it; see kioskd "
                "status"
            )
        )
    return 0


def user() -> str:
    """The name of whoever runs this command; empty where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # nobody, as some services are
        return ""


def _time(text: str) -> Duration | TimeOfDay:
    if text == TOMORROW:
        text = EIGHT
    for kind in (TimeOfDay, Duration):
        try:
            return kind.parse(text)
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(
        tr(
            "write {allowed}, {tomorrow}, or {time}",
            allowed=tr(Duration.allowed),
            tomorrow=TOMORROW,
            time=tr(TimeOfDay.allowed),
        )
    )
