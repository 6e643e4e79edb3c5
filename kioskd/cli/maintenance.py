"""The commands for who looks after the wall: update, doctor, bundle."""

from dataclasses import asdict
from pathlib import Path

from kioskd.cli.client import Daemon
from kioskd.cli.commands import Arguments, Commands, add_config, time
from kioskd.cli.streams import json_text, say
from kioskd.config.active import candidate
from kioskd.config.files import reason
from kioskd.errors import KioskdError
from kioskd.words import tr


def register(commands: Commands) -> None:
    """Add the commands."""
    said = "install another version; if it fails, go back to this one"
    update = commands.add_asking("update", _update, said)
    update.add_argument("file", type=Path, help="a package: kioskd_VERSION_ARCH.deb")
    update.add_argument("--force", action="store_true", help="an older one, or the same again")
    update.add_argument(
        "--unsigned", action="store_true", help="one that you have made yourself: verify nothing"
    )
    update.add_argument(
        "--wait",
        type=time,
        default="2m",
        metavar="TIME",
        help="how long the new version may take to become healthy (default 2m)",
    )
    said = "write there what became of it, for the fleet (kioskd-fleet-update.service does)"
    update.add_argument("--result", type=Path, metavar="FILE", help=said)
    doctor = commands.add("doctor", _doctor, "check everything, in plain words, with what to do")
    how = doctor.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="for programs")
    said = "the sheet for the first boot on a real Pi, filled as far as a program can"
    how.add_argument("--report", action="store_true", help=said)
    add_config(doctor)
    said = "pack status, checks and logs for a bug report; no secrets"
    bundle = commands.add("bundle", _bundle, said)
    bundle.add_argument("target", type=Path, nargs="?", default=Path("kioskd-bundle.tar.gz"))
    add_config(bundle)


def _update(arguments: Arguments, daemon: Daemon) -> int:
    from kioskd.cli import update

    force, unsigned, wait = arguments.force, arguments.unsigned, float(arguments.wait)
    result: Path | None = arguments.result
    try:
        line = update.update(arguments.file, daemon, force, unsigned, wait, say)
    except KioskdError as error:
        if result is not None:
            result.write_text(f"failed\n{error}\n")
        raise
    if result is not None:
        result.write_text(f"ok\n{line}\n")
    say(line)
    return 0


def _doctor(arguments: Arguments) -> int:
    from kioskd.cli import doctor

    if arguments.report:
        print("\n".join(doctor.first_boot(candidate(arguments.config))))
        return 0
    findings = doctor.examine(candidate(arguments.config))
    if arguments.json:
        print(json_text([asdict(each) for each in findings]))
    else:
        print("\n".join(doctor.lines(findings)))
    return doctor.worst(findings)


def _bundle(arguments: Arguments) -> int:
    from kioskd.cli import bundle

    try:
        names = bundle.pack(arguments.target, candidate(arguments.config))
    except OSError as error:
        raise KioskdError(
            tr("{file} can't be written: {reason}", file=arguments.target, reason=reason(error))
        ) from None
    print(
        tr(
            "{file}: {names}; look at it before you send it",
            file=arguments.target,
            names=", ".join(names),
        )
    )
    return 0
