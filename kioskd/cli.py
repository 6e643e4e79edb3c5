"""The command line: arguments, logging, exit codes."""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kioskd import __version__
from kioskd.config import SCREENS, SEVERITIES, Config, Demo, Kiosk, Server
from kioskd.errors import ConfigError, ControlError, KioskdError, PortError

DEFAULT = Path("/etc/kioskd/kioskd.yaml")
EX_CONFIG, EX_UNAVAILABLE = 78, 69  # sysexits.h
CONFIG_HELP = f"the configuration file (default {DEFAULT})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, as ``kioskd --help`` lists them."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        code: int = arguments.command(arguments)
        return code
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    except (ControlError, PortError) as error:
        print(f"kioskd: {error}", file=sys.stderr)
        return EX_UNAVAILABLE
    except KioskdError as error:
        print(f"kioskd: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
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
        "--config", type=Path, default=DEFAULT, help=CONFIG_HELP
    )
    demo = add("demo", _demo, "run with a made-up helpdesk, to look at it")
    demo.add_argument("--port", type=int, default=8080, help="where to listen (default 8080)")
    demo.add_argument("--seed", type=int, default=1, help="which story is told (default 1)")
    for name, command, said in (
        ("check", _check, "check a configuration file and name every error in it"),
        ("config", _config, "print the configuration in force, defaults included"),
    ):
        add(name, command, said).add_argument(
            "file", type=Path, nargs="?", default=DEFAULT, help=CONFIG_HELP
        )
    add("schema", _schema, "print the JSON Schema of the configuration, for editors")
    status = add("status", _status, "show how the running daemon is")
    status.add_argument("--json", action="store_true", help="everything, for programs")
    switch = add("switch", _switch, "change the screen on every panel")
    switch.add_argument("screen", choices=SCREENS)
    alert = add("alert", _alert, "raise an alert on every panel, with its sound")
    alert.add_argument("--severity", choices=SEVERITIES, default="medium")
    alert.add_argument("title")
    for sub in (status, switch, alert):
        sub.add_argument("--port", type=int, default=8080, help="the daemon's port (default 8080)")
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from kioskd.load import load

    return _serve(load(arguments.config), lambda: load(arguments.config))


def _demo(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="kioskd-demo-") as folder:
        return _serve(
            Config(
                kiosk=Kiosk(id="Kiosk-DEMO", development=True, state_directory=folder),
                server=Server(port=arguments.port),
                sources=(Demo(seed=arguments.seed),),
            ),
            None,
        )


def _serve(config: Config, reload: Any) -> int:
    from kioskd import daemon

    address = f"http://{config.server.host}:{config.server.port}/"
    asyncio.run(daemon.run(config, reload, lambda: print(f"kioskd: {address}", flush=True)))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from kioskd.load import load

    load(arguments.file)
    print(f"{arguments.file}: ok")
    return 0


def _config(arguments: argparse.Namespace) -> int:
    from kioskd.load import effective, load

    print(effective(load(arguments.file)), end="")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    from kioskd.load import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _status(arguments: argparse.Namespace) -> int:
    status = _ask(arguments.port, "/api/status", None)
    if arguments.json:
        print(json.dumps(status, indent=2, ensure_ascii=False))
        return 0
    print(
        f"kioskd {status['version']}, up {status['uptime']:.0f} s, screen {status['screen'] or '-'}"
    )
    for source in status["sources"]:
        print(
            f"source {source['name']} ({source['kind']}): {source['state']}"
            + (f": {source['error']}" if source["error"] else "")
        )
        for view, facts in source["views"].items():
            age = "never seen" if facts["age"] is None else f"{facts['age']:.0f} s old"
            print(f"  {view}: {age}{', stale' if facts['stale'] else ''}")
    for panel in status["panels"]:
        painted = (
            "not painted yet"
            if panel["painted"] is None
            else f"painted {panel['painted']:.0f} s ago"
        )
        print(
            f"panel {panel['clientId'] or panel['panel']} at {panel['address']}: "
            f"{panel['screen'] or '-'}, {painted}"
        )
    print(f"sound: {status['sound']['state']} {status['sound']['detail']}".rstrip())
    print(f"buttons: {status['buttons']['state']} {status['buttons']['detail']}".rstrip())
    for fault in status["faults"]:
        print(f"fault: {fault['part']}: {fault['message']}")
    return 0


def _switch(arguments: argparse.Namespace) -> int:
    _ask(arguments.port, "/api/switch", {"target": arguments.screen})
    return 0


def _alert(arguments: argparse.Namespace) -> int:
    _ask(arguments.port, "/api/alerts", {"severity": arguments.severity, "title": arguments.title})
    return 0


def _ask(port: int, path: str, body: dict[str, str] | None) -> Any:
    """What the running daemon answers, over loopback and past any proxy."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={"Content-Type": "application/json"},
        data=None if body is None else json.dumps(body).encode(),
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=5) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise ControlError(f"the daemon refused: {error.read().decode().strip()}") from None
    except (OSError, ValueError) as error:
        raise ControlError(
            f"no daemon answers on port {port} ({error}); try: systemctl status kioskd"
        ) from None
