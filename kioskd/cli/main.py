"""The command line: arguments, logging, exit codes."""

import argparse
import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO, get_args

from kioskd import __version__
from kioskd.cli import access, alerts, hooks, notices
from kioskd.cli.client import Daemon, find
from kioskd.config import SCREENS, Config, Demo, Kiosk, Language, Server, SoundName
from kioskd.config.active import BOOT, SYSTEM, ActiveConfig, candidate, choose
from kioskd.config.files import reason
from kioskd.config.hosts import is_loopback
from kioskd.config.paths import last_good
from kioskd.config.plain import one_line
from kioskd.config.scalars import Duration
from kioskd.config.secret import Starred
from kioskd.errors import ConfigError, ControlError, KioskdError, PortError

EX_CONFIG, EX_UNAVAILABLE = 78, 69  # sysexits.h
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
CONFIG_HELP = f"the configuration file (default {SYSTEM})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, as ``kioskd --help`` lists them."""
    _open_what_is_closed()
    arguments = command_parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Starred())
    try:
        code: int = arguments.command(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has seen enough, as `| head` does
        _give_up(sys.stdout)
        return 0
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    except (ControlError, PortError) as error:
        print(f"kioskd: {one_line(str(error))}", file=sys.stderr)
        return EX_UNAVAILABLE
    except KioskdError as error:
        print(f"kioskd: {one_line(str(error))}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        _give_up(sys.stdout)
        print(f"kioskd: the output can't be written: {reason(error)}", file=sys.stderr)
        return 1
    finally:
        try:
            sys.stderr.flush()
        except OSError:  # the log's disk is full: Python would exit with 120 instead of our code
            _give_up(sys.stderr)


def _say(line: str) -> None:
    """Print where nobody may be listening any more, in what must go on all the same."""
    try:
        print(line, flush=True)
    except OSError:
        _give_up(sys.stdout)


def _open_what_is_closed() -> None:
    """Give a program that was started without them its three streams: else the next socket would
    be called stdout, and be written to."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number is this one
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def _give_up(stream: TextIO) -> None:
    """Let what ``stream`` still holds go nowhere, so that Python's last flush succeeds."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def command_parser() -> argparse.ArgumentParser:
    """Every command with its arguments; the manual and the completion are made from it."""
    parser = argparse.ArgumentParser(
        prog="kioskd",
        description="The daemon behind a wall display: tickets, alerts, buttons.",
        epilog="`kioskd demo` shows it without any configuration. Exit codes: 0 well, 1 failed, "
        "2 wrong usage, 69 the daemon doesn't answer, 78 the configuration is wrong.",
    )
    parser.add_argument("--version", action="version", version=f"kioskd {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Any, said: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=said, description=said)
        sub.set_defaults(command=command)
        return sub

    add("run", _run, "run the daemon (systemd does this)").add_argument(
        "--config", type=Path, help=f"{CONFIG_HELP}; {BOOT[0]} goes before it when it exists"
    )
    demo = add("demo", _demo, "run with a made-up helpdesk, to look at it")
    demo.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen on (default 127.0.0.1, this machine only; 0.0.0.0: anyone on "
        "the network may look, without a token)",
    )
    demo.add_argument("--port", type=_port, default=8080, help="where to listen (default 8080)")
    demo.add_argument(
        "--language", choices=get_args(Language), default="pt-BR", help="default pt-BR"
    )
    demo.add_argument("--seed", type=int, default=1, help="which story is told (default 1)")
    for name, command, said in (
        ("check", _check, "check a configuration file and name every error in it"),
        ("config", _config, "print the configuration in force, defaults included"),
    ):
        sub = add(name, command, said)
        sub.add_argument("file", type=Path, nargs="?", default=None, help=CONFIG_HELP)
        if name == "check":
            sub.add_argument(
                "--try",
                action="store_true",
                dest="tried",
                help="ask every source once too, and propose the fields: and words: it needs",
            )
    add("schema", _schema, "print the JSON Schema of the configuration, for editors")
    status = add("status", _status, "show how the running daemon is")
    status.add_argument("--json", action="store_true", help="everything, for programs")
    switch = add("switch", _switch, "change the screen on every panel")
    switch.add_argument("screen", choices=SCREENS)
    about_alerts = alerts.register(add, _daemon)
    about_notices = notices.register(add, _daemon)
    about_access = access.register(add, _daemon)
    mute = add("mute", _mute, "silence every alert for a time; 0 ends it")
    mute.add_argument("time", type=_time, nargs="?", default="30m", help="such as 30m (default)")
    buttons = add("buttons", _buttons, "watch the buttons live: wire, press, see")
    sounds = add("sound", None, "the sound card: list, test").add_subparsers(
        required=True, metavar="list|test"
    )
    cards = sounds.add_parser("list", help="name the sound cards, for sound.device")
    cards.add_argument("--driver", help="SDL's audio driver, such as alsa (default: the first)")
    cards.set_defaults(command=_sound_list)
    test = sounds.add_parser("test", help="play a sound through the running daemon")
    test.add_argument("name", choices=get_args(SoundName), nargs="?", default="self-test")
    test.set_defaults(command=_sound_test)
    updated = add("update", _update, "install another version; if it fails, go back to this one")
    updated.add_argument("file", type=Path, help="a package: kioskd_VERSION_ARCH.deb")
    updated.add_argument("--force", action="store_true", help="an older one, or the same again")
    updated.add_argument(
        "--wait",
        type=_time,
        default="2m",
        metavar="TIME",
        help="how long the new version may take to become healthy (default 2m)",
    )
    tried = add("glpi", None, "try out a GLPI before it is on the wall").add_subparsers(
        required=True, metavar="try"
    )
    glpi = tried.add_parser("try", help="see what keeps the wall from its data; print the lines")
    glpi.add_argument("url", help="its address, such as https://glpi.example/apirest.php")
    for name, what in (("user", "the API token of the account"), ("app", "the App-Token")):
        said = f"a file with {what} (default: it is asked for)"
        glpi.add_argument(f"--{name}-token-file", type=Path, metavar="FILE", help=said)
    glpi.add_argument("--entity", type=int, metavar="NUMBER", help="only this entity's tickets")
    glpi.add_argument("--language", choices=get_args(Language), help="default: as LANG says")
    glpi.set_defaults(command=_glpi_try)
    posted = add("hooks", None, "webhooks: try out what other programs post").add_subparsers(
        required=True, metavar="test"
    )
    hooks.register(posted, _load)
    add(
        "browser", _browser, "show the panel on this machine's screen (systemd does this)"
    ).add_argument("--config", type=Path, help=CONFIG_HELP)
    examined = add("doctor", _doctor, "check everything, in plain words, with what to do")
    examined.add_argument("--json", action="store_true", help="for programs")
    packed = add("bundle", _bundle, "pack status, checks and logs for a bug report; no secrets")
    packed.add_argument("target", type=Path, nargs="?", default=Path("kioskd-bundle.tar.gz"))
    for sub in (examined, packed):
        sub.add_argument("--config", type=Path, help=CONFIG_HELP)
    more = (*about_alerts, about_notices, *about_access)
    for sub in (status, switch, mute, buttons, test, updated, *more):
        sub.add_argument("--config", type=Path, default=None, help=CONFIG_HELP)
        sub.add_argument(
            "--port", type=_port, help="the daemon's port (default: the file's, or 8080)"
        )
    return parser


def _run(arguments: argparse.Namespace) -> int:
    def read() -> ActiveConfig:
        return choose(candidate(arguments.config), last_good())

    return _serve(read(), read)


def _demo(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="kioskd-demo-") as place:
        config = Config(
            kiosk=Kiosk(
                id="Kiosk-DEMO",
                language=arguments.language,
                development=True,
                state_directory=place,
                cache_directory=place,
            ),
            server=Server(
                host=arguments.host,
                port=arguments.port,
                open_without_token=not is_loopback(arguments.host),
            ),
            sources=(Demo(seed=arguments.seed),),
        )
        try:
            return _serve(ActiveConfig(config, Path("demo")), None)
        except PortError as error:
            other = arguments.port + 1
            ways = f"kioskd demo --port {other}, or make run PORT={other}"
            said = f"{str(error).partition(';')[0]}; choose another port: {ways}"
            raise PortError(said) from None


def _serve(found: ActiveConfig, reload: Callable[[], ActiveConfig] | None) -> int:
    from kioskd import daemon

    def ready(place: str, others: Sequence[str]) -> None:
        _say(f"kioskd: {place}/")
        for url in others:
            _say(f"kioskd: {url.removesuffix('remote')} (from other machines)")

    asyncio.run(daemon.run(found, reload, ready))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from kioskd.config.reading import examine

    file = candidate(arguments.file)
    config, warnings = examine(file)
    for each in warnings:
        print(one_line(f"warning: {each}"))
    if weak := access.weak_tokens(config):
        print("\n".join(one_line(f"{file}: {each}") for each in weak), file=sys.stderr)
        return EX_CONFIG
    counted = f", {len(warnings)} warning{'s' * (len(warnings) > 1)}" if warnings else ""
    print(f"{file}: ok{counted}", flush=True)
    return _tried(config) if arguments.tried else 0


def _tried(config: Config) -> int:
    from kioskd.cli import trying

    answers = asyncio.run(trying.ask(config))
    for answer in answers:
        print("\n".join(trying.lines(answer)))
    return int(not all(answer.right for answer in answers))


def _load(arguments: argparse.Namespace) -> Config:
    from kioskd.config.reading import load

    return load(candidate(arguments.config))


def _config(arguments: argparse.Namespace) -> int:
    from kioskd.config.reading import effective, load

    print(effective(load(candidate(arguments.file))), end="")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    from kioskd.config.reading import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from kioskd.cli import status_text

    daemon = _daemon(arguments)
    if arguments.json:
        print(json.dumps(daemon.ask("/api/status"), indent=2, ensure_ascii=False))
    else:
        print("\n".join(status_text.lines(daemon.status())))
    return 0


def _switch(arguments: argparse.Namespace) -> int:
    _daemon(arguments).ask("/api/switch", {"target": arguments.screen})
    return 0


def _mute(arguments: argparse.Namespace) -> int:
    _daemon(arguments).ask("/api/mute", {"seconds": float(arguments.time)})
    return 0


def _sound_test(arguments: argparse.Namespace) -> int:
    daemon = _daemon(arguments)
    daemon.ask("/api/sound", {"name": arguments.name})
    sound = daemon.ask("/api/status")["sound"]
    if sound["state"] != "ok":
        raise KioskdError(f"sound is {sound['state']}: {sound['detail'] or 'see sound.enabled'}")
    print(f"{arguments.name} plays")
    return 0


def _sound_list(arguments: argparse.Namespace) -> int:
    from kioskd.audio.player import devices

    print("\n".join(devices(arguments.driver)))
    return 0


def _buttons(arguments: argparse.Namespace) -> int:
    from kioskd.cli import status_text

    daemon = _daemon(arguments)
    buttons = daemon.ask("/api/status")["buttons"]
    if buttons["state"] == "off":
        raise KioskdError(
            f"no button is configured; write one into {candidate(arguments.config)}, such as\n"
            "buttons:\n  - {pin: 17, press: next}\nthen: sudo systemctl reload kioskd"
        )
    print(f"{buttons['count']} work{': ' if buttons['detail'] else ''}{buttons['detail']}")
    print("press one; Ctrl+C ends this", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        for event in daemon.follow("/api/buttons"):
            print(status_text.event(event), flush=True)
    return 0


def _update(arguments: argparse.Namespace) -> int:
    from kioskd.cli import update

    daemon, wait = _daemon(arguments), float(arguments.wait)
    _say(update.update(arguments.file, daemon, arguments.force, wait, _say))
    return 0


def _glpi_try(arguments: argparse.Namespace) -> int:
    from kioskd.cli import glpi

    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return glpi.try_out(
        arguments.url,
        arguments.user_token_file,
        arguments.app_token_file,
        arguments.entity,
        arguments.language or glpi.nearest(spoken),
        lambda line: print(line, flush=True),
    )


def _browser(arguments: argparse.Namespace) -> int:
    from kioskd.browser import supervisor

    return supervisor.run(candidate(arguments.config))


def _doctor(arguments: argparse.Namespace) -> int:
    from kioskd.cli import doctor

    findings = doctor.examine(candidate(arguments.config))
    if arguments.json:
        print(json.dumps([asdict(each) for each in findings], indent=2, ensure_ascii=False))
    else:
        print("\n".join(doctor.lines(findings)))
    return doctor.worst(findings)


def _bundle(arguments: argparse.Namespace) -> int:
    from kioskd.cli import bundle

    try:
        names = bundle.pack(arguments.target, candidate(arguments.config))
    except OSError as error:
        raise KioskdError(f"{arguments.target} can't be written: {error.strerror}") from None
    print(f"{arguments.target}: {', '.join(names)}; look at it before you send it")
    return 0


def _daemon(arguments: argparse.Namespace) -> Daemon:
    return find(candidate(arguments.config), arguments.port)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a whole number from 1 to 65535")


def _time(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write {Duration.allowed}, or 0") from None
