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
        raise UpdateError(f"this changes the system: sudo kioskd update {file}")
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
                    f"{new.version} needs other packages ({', '.join(others)}), which would be "
                    "gone at the next start: a new image brings them"
                )
            say(f"kioskd: {new.version} is {signed}; {old.version} is kept, in case")
            package.repack(BEFORE, workshop)
            with _undisturbed():
                _exchange(copy, new, old, daemon, limit, say)
                if _in_memory():
                    _keep(new)
    return f"kioskd: {new.version} runs and is healthy (before: {old.version})"


def _check(new: package.Package, old: package.Package, force: bool) -> None:
    """Raises ``UpdateError`` with what speaks against it."""
    if BEFORE.exists():
        raise UpdateError(
            "an update was cut off earlier; first put the version before it back: "
            "sudo systemctl start kioskd-recover"
        )
    if new.version == old.version and not force:
        raise UpdateError(f"{old.version} is installed already; --force installs it again")
    if package.older(new.version, old.version) and not force:
        raise UpdateError(f"{new.version} is older than {old.version}; --force installs it")
    if _in_memory():
        own = package.installed(CARD).version
        if not package.older(own, new.version):
            raise UpdateError(
                f"the card itself holds {own}; back to it: sudo rm -f {KEPT}; sudo reboot. "
                "An older one comes with its own image"
            )
        if not os.path.ismount(KEPT.parents[1]):
            raise UpdateError("the state partition is not there, and without it nothing lasts")
    needed = old.size + max(old.size, new.size)  # a copy to pack, or its package and the new one
    for place in (Path("/usr"), BEFORE.parent.parent):
        if (free := shutil.disk_usage(place).free) < needed:
            lacking = (needed - free) >> 20
            raise UpdateError(f"{place} has too little room: {lacking + 1} MiB more are needed")


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
    say(f"kioskd: installing {new.version}")
    try:
        package.install(file)
        say(f"kioskd: {new.version} is installed; watching it")
        fault = watch(daemon, runs, limit)
    except UpdateError as error:
        fault = str(error)
    if fault is None:
        _forget()
        return
    say(f"kioskd: {new.version} is not healthy ({fault}); {old.version} is put back")
    runs = {unit: _state(unit)["InvocationID"] for unit in watched}
    try:
        package.put_back(BEFORE)
    except UpdateError as error:
        raise UpdateError(
            f"{new.version} did not become healthy ({fault}), and {old.version} could not be put "
            f"back ({error}); try: sudo systemctl start kioskd-recover"
        ) from None
    _forget()
    again = watch(daemon, runs, limit)
    now = "is back and healthy" if again is None else f"is back, but not healthy either ({again})"
    raise UpdateError(
        f"{new.version} did not become healthy ({fault}); {old.version} {now}; "
        "the log: journalctl -u kioskd"
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
            return "it does not run steadily"
        time.sleep(1)


def _ill(unit: str, state: dict[str, str], run_before: str) -> str | None:
    if state["ExecMainStatus"] == "78":
        return f"{unit} refuses the configuration: kioskd check"
    if state["ActiveState"] != "active":
        ended = {"success": "", "exit-code": f", exit code {state['ExecMainStatus']}"}
        why = ended.get(state["Result"], f", {state['Result']}")
        if state["NRestarts"] not in ("", "0"):
            why += f", restarts: {state['NRestarts']}"
        return f"{unit} is {state['ActiveState']} ({state['SubState']}){why}"
    if state["InvocationID"] == run_before:
        return f"{unit} was not started again"
    return None


def _answers_wrongly(daemon: Daemon) -> str | None:
    try:
        program = package.run(PROGRAM, "--version", limit=ASKING).split()[-1]
        daemon.ask("/healthz")
        answering = daemon.ask("/api/status").get("version")
    except (UpdateError, ControlError, IndexError, AttributeError) as error:
        return str(error).partition("; try:")[0]
    if answering != program:
        return f"{answering} answers, and {program} is installed"
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
            f"{new.version} runs and is healthy, but only until the next start: {error}"
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
            raise UpdateError("another update is under way; wait for it") from None
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
