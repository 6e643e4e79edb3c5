"""``kioskd notice``: tell the room something, list what stands, take it back."""

from typing import Any

import msgspec

from kioskd.cli.alert_text import who
from kioskd.cli.alerts import user
from kioskd.cli.client import Daemon
from kioskd.cli.commands import Arguments, Commands, time
from kioskd.cli.streams import json_text
from kioskd.config.plain import one_line
from kioskd.core.state_words import word
from kioskd.core.status import NoticeStatus
from kioskd.core.summary import span
from kioskd.errors import ControlError
from kioskd.words import tr


def register(commands: Commands) -> None:
    """Add the command."""
    said = "tell the room something on every panel; without a text, list what stands"
    parser = commands.add_asking("notice", _notice, said)
    parser.add_argument("text", nargs="?", default="", metavar="TEXT")
    parser.add_argument("--for", type=time, dest="time", metavar="TIME", help="default 30m")
    parser.add_argument("--from", dest="starts", metavar="WHEN", help='18:00 or "2026-11-30 18:00"')
    parser.add_argument("--until", metavar="WHEN", help="likewise, in place of --for")
    parser.add_argument("--full", action="store_true", help="fill the screen (default: a line)")
    parser.add_argument(
        "--end", nargs="?", const=0, type=int, metavar="NUMBER", help="end this one (default: all)"
    )
    parser.add_argument("--json", action="store_true", help="list for programs")


def _notice(arguments: Arguments, daemon: Daemon) -> int:
    asked: dict[str, Any] = {"via": "cli", "by": user()}
    if arguments.end is not None:
        if arguments.end:
            asked["number"] = arguments.end
        ended = daemon.ask("/api/notice/end", asked)["numbers"]
        numbers = ", ".join(map(str, ended))
        print(tr("ended: {numbers}", numbers=numbers) if ended else tr("no such notice stood"))
        return 0
    if not arguments.text:
        return _list(daemon, arguments.json)
    given = {
        "text": arguments.text,
        "look": "full" if arguments.full else "strip",
        "seconds": None if arguments.time is None else float(arguments.time),
        "from": arguments.starts,
        "until": arguments.until,
    }
    asked |= {name: value for name, value in given.items() if value is not None}
    number = daemon.ask("/api/notice", asked)["number"]
    print(tr("{number}; end it sooner: kioskd notice --end {number}", number=number))
    return 0


def _list(daemon: Daemon, as_json: bool) -> int:
    answer = daemon.ask("/api/notices")
    if as_json:
        print(json_text(answer))
        return 0
    try:
        found = msgspec.convert(answer["notices"], list[NoticeStatus])
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise ControlError(
            tr("the daemon is another version of kioskd ({error})", error=error)
        ) from None
    print("\n".join(map(line, found)) if found else tr("no notice stands"))
    return 0


def line(notice: NoticeStatus) -> str:
    """One notice as a person reads it in a terminal."""
    when = tr("for {span}", span=span(notice.seconds)) if notice.seconds is not None else ""
    if notice.until is not None:
        when = tr("from {starts} ", starts=notice.starts) if notice.starts else ""
        when += tr("until {until}", until=notice.until)
    shown = "" if notice.shown else tr(", not shown now")
    said = tr(
        "notice {number} ({look}, {when}, by {by}{shown}): {text}",
        number=notice.number,
        look=word(notice.look),
        when=when,
        by=who(notice.by),
        shown=shown,
        text=notice.text,
    )
    return one_line(said)
