"""``kioskd update``: another version put in, watched, and the one before put back when it fails.

The version before is kept as a package while an update is under way. On a plain Debian
``kioskd-recover.service`` puts it back at the next start when a power cut left it there. On the
card's image, whose root is a layer in memory, nothing of an update lasts until the new version has
been healthy: then it is kept on the state partition, and put into the layer at each start.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kioskd.cli import package, signature
from kioskd.cli.client import Daemon
from kioskd.cli.package import UpdateError
from kioskd.errors import ControlError
from kioskd.words import tr

UNITS = ("kioskd.service", "kioskd-browser.service")
PROGRAM = "/usr/bin/kioskd"
# Root's alone: the daemon must not choose what is installed.
BEFORE = Path("/var/lib/kioskd-update/before.deb")
CARD = Path("/media/card")  # the root below the layer in memory, on the image
KEPT = Path("/state/packages/kioskd.deb")
LOCK = Path("/run/kioskd-update.lock")
STEADY = 20.0  # seconds without a fault, after which a version counts as healthy
PATIENCE = 120.0  # seconds in which it must become so
MOST_RESTARTS = 3  # systemd's own; no need to wait for more
ASKING = 30.0  # seconds for systemctl or the program itself


def update(
    file: Path,
    daemon: Daemon,
    force: bool = False,
    unsigned: bool = False,
    limit: float = PATIENCE,
    say: Callable[[str], None] = print,
) -> str:
    """Put the package in ``file`` in the place of the version that runs, and wait until it is
    healthy, ``limit`` seconds at most; returns one line.

    Its signature lies beside it; ``unsigned`` does without. Raises ``UpdateError`` when it is
    refused, and when it failed and the version before is back.
    ``daemon`` is where it listens; nothing is imported after this point, since the files change.
    """
    if os.geteuid() != 0:
        raise UpdateError(tr("this changes the system: sudo kioskd update {file}", file=file))
    workshop = BEFORE.parent
    with _alone():
        workshop.mkdir(mode=0o700, exist_ok=True)
        for leftover in workshop.glob("kioskd-*"):
            shutil.rmtree(leftover)
        with signature.taken(file, workshop, unsigned) as (copy, signed):
            new, old = package.read(copy, file), package.installed()
            _check(new, old, force)
            if _in_memory() and (others := package.others(copy)):
                raise UpdateError(
                    tr(
                        "{version} needs other packages ({others}), which would be gone at the "
                        "next "
                        "start: a new image brings them",
                        version=new.version,
                        others=", ".join(others),
                    )
                )
            say(
                tr(
                    "kioskd: {version} is {signed}; {old} is kept, in case",
                    version=new.version,
                    signed=signed,
                    old=old.version,
                )
            )
            package.repack(BEFORE, workshop)
            with _undisturbed():
                _exchange(copy, new, old, daemon, limit, say)
                if _in_memory():
                    _keep(new)
    return tr(
        "kioskd: {version} runs and is healthy (before: {old})",
        version=new.version,
        old=old.version,
    )


def _check(new: package.Package, old: package.Package, force: bool) -> None:
    """Raises ``UpdateError`` with what speaks against it."""
    if BEFORE.exists():
        raise UpdateError(
            tr(
                "an update was cut off earlier; first put the version before it back: sudo "
                "systemctl start kioskd-recover"
            )
        )
    if new.version == old.version and not force:
        raise UpdateError(
            tr("{version} is installed already; --force installs it again", version=old.version)
        )
    if package.older(new.version, old.version) and not force:
        raise UpdateError(
            tr(
                "{version} is older than {old}; --force installs it",
                version=new.version,
                old=old.version,
            )
        )
    if _in_memory():
        own = package.installed(CARD).version
        if not package.older(own, new.version):
            raise UpdateError(
                tr(
                    "the card itself holds {own}; back to it: sudo rm -f {kept}; sudo reboot. An "
                    "older one comes with its own image",
                    own=own,
                    kept=KEPT,
                )
            )
        if not os.path.ismount(KEPT.parents[1]):
            raise UpdateError(tr("the state partition is not there, and without it nothing lasts"))
    needed = old.size + max(old.size, new.size)  # a copy to pack, or its package and the new one
    for place in (Path("/usr"), BEFORE.parent.parent):
        if (free := shutil.disk_usage(place).free) < needed:
            lacking = (needed - free) >> 20
            raise UpdateError(
                tr(
                    "{place} has too little room: {count} MiB more are needed",
                    place=place,
                    count=lacking + 1,
                )
            )


def _exchange(
    file: Path,
    new: package.Package,
    old: package.Package,
    daemon: Daemon,
    limit: float,
    say: Callable[[str], None],
) -> None:
    # The daemon always: a version that nobody saw at work is not proven.
    watched = [u for u in UNITS if u == UNITS[0] or _state(u)["ActiveState"] == "active"]
    runs = {unit: _state(unit)["InvocationID"] for unit in watched}
    say(tr("kioskd: installing {version}", version=new.version))
    try:
        package.install(file)
        say(tr("kioskd: {version} is installed; watching it", version=new.version))
        fault = watch(daemon, runs, limit)
    except UpdateError as error:
        fault = str(error)
    if fault is None:
        _forget()
        return
    say(
        tr(
            "kioskd: {version} is not healthy ({fault}); {old} is put back",
            version=new.version,
            fault=fault,
            old=old.version,
        )
    )
    runs = {unit: _state(unit)["InvocationID"] for unit in watched}
    try:
        package.put_back(BEFORE)
    except UpdateError as error:
        raise UpdateError(
            tr(
                "{version} did not become healthy ({fault}), and {old} could not be put "
                "back ({error}); try: sudo systemctl start kioskd-recover",
                version=new.version,
                fault=fault,
                old=old.version,
                error=error,
            )
        ) from None
    _forget()
    again = watch(daemon, runs, limit)
    now = (
        tr("is back and healthy")
        if again is None
        else tr("is back, but not healthy either ({again})", again=again)
    )
    raise UpdateError(
        tr(
            "{version} did not become healthy ({fault}); {old} {now}; the log: "
            "journalctl -u kioskd",
            version=new.version,
            fault=fault,
            old=old.version,
            now=now,
        )
    )


def watch(daemon: Daemon, runs: dict[str, str], limit: float) -> str | None:
    """Wait until every unit in ``runs`` has been healthy for a while, in a run other than the
    one named there; returns what is wrong otherwise."""
    end = time.monotonic() + limit
    steady: tuple[dict[str, str], float] | None = None  # the runs that are well, since when
    while True:
        states = {unit: _state(unit) for unit in runs}
        fault = next(filter(None, (_ill(unit, states[unit], runs[unit]) for unit in runs)), None)
        fault = fault or _answers_wrongly(daemon)
        now = {unit: state["InvocationID"] for unit, state in states.items()}
        if fault:
            steady = None
        elif steady is None or steady[0] != now:
            steady = (now, time.monotonic())
        elif time.monotonic() - steady[1] >= STEADY:
            return None
        hopeless = any(
            state["ActiveState"] == "failed" or int(state["NRestarts"] or 0) >= MOST_RESTARTS
            for state in states.values()
        )
        if fault and (hopeless or time.monotonic() > end):
            return fault
        if time.monotonic() > end + 2 * STEADY:
            return tr("it does not run steadily")
        time.sleep(1)


def _ill(unit: str, state: dict[str, str], run_before: str) -> str | None:
    if state["ExecMainStatus"] == "78":
        return tr("{unit} refuses the configuration: kioskd check", unit=unit)
    if state["ActiveState"] != "active":
        ended = {"success": "", "exit-code": tr(", exit code {code}", code=state["ExecMainStatus"])}
        why = ended.get(state["Result"], f", {state['Result']}")
        if state["NRestarts"] not in ("", "0"):
            why += tr(", restarts: {count}", count=state["NRestarts"])
        return tr(
            "{unit} is {state} ({detail}){why}",
            unit=unit,
            state=state["ActiveState"],
            detail=state["SubState"],
            why=why,
        )
    if state["InvocationID"] == run_before:
        return tr("{unit} was not started again", unit=unit)
    return None


def _answers_wrongly(daemon: Daemon) -> str | None:
    try:
        program = package.run(PROGRAM, "--version", limit=ASKING).split()[-1]
        daemon.ask("/healthz")
        answering = daemon.ask("/api/status").get("version")
    except (UpdateError, ControlError, IndexError, AttributeError) as error:
        return str(error).partition("; try:")[0]
    if answering != program:
        return tr(
            "{answering} answers, and {program} is installed", answering=answering, program=program
        )
    return None


def _state(unit: str) -> dict[str, str]:
    wanted = "ActiveState,SubState,InvocationID,NRestarts,Result,ExecMainStatus"
    found = dict.fromkeys(wanted.split(","), "")
    try:
        said = package.run("systemctl", "show", f"--property={wanted}", unit, limit=ASKING)
    except UpdateError as error:
        return found | {"ActiveState": "unknown", "SubState": str(error)}
    return found | dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def _in_memory() -> bool:
    """Is the root a layer in memory, as the image has it?"""
    return os.path.ismount(CARD)


def _other_pythons() -> str:
    ours = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return rf"/usr/lib/kioskd/python(?!{ours.removeprefix('python')}(/|$))"


def _keep(new: package.Package) -> None:
    """On the image: for the next start."""
    try:
        KEPT.parent.mkdir(mode=0o700, exist_ok=True)
        package.repack(KEPT, BEFORE.parent, leave_out=_other_pythons())
    except (UpdateError, OSError) as error:
        raise UpdateError(
            tr(
                "{version} runs and is healthy, but only until the next start: {error}",
                version=new.version,
                error=error,
            )
        ) from None


def _forget() -> None:
    BEFORE.unlink()
    package.settle(BEFORE.parent)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UpdateError(tr("another update is under way; wait for it")) from None
        yield


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Neither Ctrl+C nor a lost connection leaves it half done."""
    signals = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in signals}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)
