"""A Debian that really boots: systemd-nspawn on a throw-away layer above a kept root."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from tests.e2e.appliance.roots import CACHE

CGROUPS = Path("/sys/fs/cgroup")
CONFIG = "/etc/kioskd/kioskd.yaml"
# nspawn's own defaults forbid what systemd needs to enforce DevicePolicy= and to make devices.
RIGHTS = ("--capability=CAP_BPF,CAP_SYS_RESOURCE,CAP_PERFMON", "--system-call-filter=bpf")


class Machine:
    """``folder`` holds its layer; ``packages`` appears inside as /packages. All its processes and
    what they have read of files share ``memory`` bytes, where a limit is given.
    """

    def __init__(self, root: Path, folder: Path, packages: Path, memory: int | None = None) -> None:
        self.top = folder / "top"
        self._memory = memory
        self._folder = folder
        self._packages = packages
        self._nspawn: subprocess.Popen[bytes] | None = None
        for name in ("upper", "work", "top"):
            (folder / name).mkdir(parents=True)
        layers = f"lowerdir={root},upperdir={folder}/upper,workdir={folder}/work"
        _host("mount", "-t", "overlay", "overlay", "-o", layers, str(self.top))
        # A throw-away disk needs no fsync, and nobody searches the manuals.
        self.write("/etc/dpkg/dpkg.cfg.d/throw-away", "force-unsafe-io\n")
        (self.top / "var/lib/man-db/auto-update").unlink(missing_ok=True)

    def boot(self, *options: str) -> Self:
        """Start it; returns when systemd says that everything has started."""
        command = ["systemd-nspawn", "--quiet", f"--directory={self.top}", "--boot"]
        command += ["--register=no", "--keep-unit", "--private-network", "--console=pipe"]
        command += ["--link-journal=no", "--resolv-conf=off", "--timezone=off", *RIGHTS]
        command += [f"--bind-ro={self._packages}:/packages", *options]
        for group in self._groups():
            group.mkdir(exist_ok=True)
            for name in ("memory.max", "memory.limit_in_bytes"):
                if self._memory and (group / name).exists():
                    (group / name).write_text(str(self._memory))
        # From a control group of its own, so that nothing else in ours is touched.
        join = [f"echo 0 > {group}/cgroup.procs;" for group in self._groups()]
        with (self._folder / "console").open("wb") as console:
            self._nspawn = subprocess.Popen(
                ["sh", "-c", f'{" ".join(join)} exec "$@"', "sh", *command],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                # systemd 256 and newer boots on the unified hierarchy only.
                env=os.environ | {"UNIFIED_CGROUP_HIERARCHY": "1"},
            )
        until(self._booted, 60, "the machine has booted")
        return self

    def shut_down(self) -> None:
        """As a power button does it; what was written stays, for another ``boot``."""
        if self._nspawn is not None and self._nspawn.poll() is None:
            os.kill(self._leader(), signal.SIGRTMIN + 4)  # systemd: poweroff.target
            self._nspawn.wait(60)
        self._nspawn = None

    def cut_power(self) -> None:
        """No goodbye: every process ends at once."""
        assert self._nspawn is not None
        os.kill(self._leader(), signal.SIGKILL)
        self._nspawn.wait(30)
        self._nspawn = None

    def close(self) -> None:
        if self._nspawn is not None and self._nspawn.poll() is None:
            self.cut_power()
        for group in self._groups():
            for folder, _, _ in os.walk(group, topdown=False):
                Path(folder).rmdir()
        _host("umount", str(self.top))
        shutil.rmtree(self._folder)

    # Looking from inside

    def run(self, *command: str, check: bool = True, limit: float = 60) -> str:
        """Run a program inside, as root; returns what it said on both outputs."""
        inside = ("nsenter", f"--target={self._leader()}", "--all", "--")
        clean = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8")
        done = subprocess.run(
            [*inside, *clean, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit,
        )
        assert not check or done.returncode == 0, f"{command} failed: {done.stdout}"
        return done.stdout

    def succeeds(self, *command: str) -> bool:
        return self.run("sh", "-c", '"$@" >/dev/null 2>&1; echo $?', "sh", *command) == "0\n"

    def property(self, name: str, unit: str = "kioskd") -> str:
        """What systemd says of a unit, such as ``ActiveState``."""
        return self.run("systemctl", "show", "--property", name, "--value", unit).strip()

    def active(self, unit: str = "kioskd") -> bool:
        return self.property("ActiveState", unit) == "active"

    def pid(self, unit: str = "kioskd") -> int:
        """The main process, as it is numbered inside; 0 when there is none."""
        return int(self.property("MainPID", unit))

    def status(self) -> Any:
        """What the daemon answers to ``kioskd status --json``; None when it doesn't answer."""
        said = self.run("kioskd", "status", "--json", check=False)
        return json.loads(said) if said.startswith("{") else None

    def version(self) -> str | None:
        """What the daemon says of itself."""
        status = self.status()
        return status and str(status["version"])

    def journal(self, unit: str = "kioskd") -> str:
        return self.run("journalctl", "--no-pager", "--output=cat", "--unit", unit)

    def last_words(self) -> str:
        """The end of everything it wrote down, with its times; or why that can't be read."""
        try:
            return self.run("journalctl", "--no-pager", "--output=short-precise", "--lines=80")
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            return repr(error)

    def write(self, path: str, text: str) -> None:
        place = self.top / path.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def install(self, file: str) -> str:
        """``apt install`` of a package below ``packages``."""
        options = ("--yes", "--no-install-recommends")
        return self.run("apt-get", "install", *options, f"/packages/{file}", limit=180)

    def kill(self, number: signal.Signals, unit: str = "kioskd") -> None:
        self.run("systemctl", "kill", "--kill-whom=main", f"--signal={number.name}", unit)

    def killed_for_memory(self) -> int:
        """How many processes the kernel has ended because the machine had no more memory."""
        for group in self._groups():
            for name in ("memory.events", "memory.oom_control"):
                if (group / name).exists():
                    found = re.search(r"^oom_kill (\d+)", (group / name).read_text(), re.MULTILINE)
                    return int(found[1]) if found else 0
        raise LookupError("the machine was given no limit")

    def _groups(self) -> list[Path]:
        name = f"kioskd-test-{self._folder.name}"
        if (CGROUPS / "cgroup.controllers").exists():
            return [CGROUPS / name]
        parts = ("unified", "systemd", *(["memory"] if self._memory else []))
        return [CGROUPS / part / name for part in parts]

    def _leader(self) -> int:
        assert self._nspawn is not None
        pid = self._nspawn.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(children[0])

    def _booted(self) -> bool:
        assert self._nspawn is not None
        console = self._folder / "console"
        assert self._nspawn.poll() is None, f"nspawn ended: {console.read_text()}"
        try:
            said = self.run("systemctl", "is-system-running", check=False)
        except (IndexError, FileNotFoundError):
            return False
        return said.strip() in ("running", "degraded")


@contextmanager
def booted(debian: Path, packages: Path, memory: int | None = None) -> Iterator[Machine]:
    """A machine that runs, from the root of a Debian."""
    CACHE.mkdir(exist_ok=True)
    machine = Machine(debian, Path(tempfile.mkdtemp(prefix="run-", dir=CACHE)), packages, memory)
    try:
        yield machine.boot()
    finally:
        machine.close()


def until(true: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until ``true()``; returns how long it took. Fails after ``seconds``, or later on a
    machine that has more to do than it can."""
    began = time.monotonic()
    while not true():
        passed = time.monotonic() - began
        limit = seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert passed < limit, f"not within {limit:.0f} s: {what}"
        time.sleep(0.2)
    return time.monotonic() - began


def _host(*command: str) -> None:
    subprocess.run(command, check=True)
