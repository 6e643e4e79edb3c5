"""An emulated Raspberry Pi with the image in it: pressed, heard, seen and unplugged from outside.

QEMU's `virt` board carries the revision of a Pi 4 in its device tree, and its GPIO chip's lines are
moved through QEMU's qtest socket. Kernel, initramfs and command line are the image's own.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from tests.e2e.image import patience
from tests.e2e.image.card import Card
from tests.support.process import free_port

MACHINE = ("-M", "virt,gic-version=2", "-cpu", "cortex-a72", "-smp", "2", "-m", "2048")
PINS = (2, 4, 5, 6, 7)  # of the chip's eight lines, those that are on a Pi's header
REVISION = "c03115"  # a Pi 4 Model B Rev 1.5
BOOT_LIMIT = 600.0  # seconds; emulation on a busy machine is slow


class Pi:
    """``folder`` holds its card, its console and the recording of its sound."""

    def __init__(self, folder: Path, card: Card) -> None:
        self.folder = folder
        self.card = card
        self.port = free_port()
        self.ssh_port = free_port()
        self.sound = folder / "sound.wav"
        self.console = folder / "console"
        self._qemu: subprocess.Popen[bytes] | None = None
        self.power_on_at = 0.0

    def power_on(
        self, *options: str, sound: bool = True, screen: bool = False, network: bool = True
    ) -> Self:
        """Start it; returns at once. ``wait_until_ready`` waits for kioskd."""
        assert self._qemu is None, "it is on already"
        for name in ("qtest", "qmp"):
            (self.folder / name).unlink(missing_ok=True)
        words = f"{self.card.command_line()} console=ttyAMA0 {patience.words(screen)}"
        command = ["qemu-system-aarch64", *MACHINE, "-dtb", str(self._device_tree())]
        command += ["-kernel", str(self.card.kernel), "-initrd", str(self.card.initrd)]
        command += ["-append", words, "-nodefaults", "-display", "none", "-no-reboot"]
        command += ["-drive", f"if=none,id=card,format=qcow2,file={self.card.file}"]
        command += ["-device", "virtio-blk-pci,drive=card"]
        command += ["-serial", f"file:{self.console}"]
        forwards = f"hostfwd=tcp:127.0.0.1:{self.port}-:8080"
        forwards += f",hostfwd=tcp:127.0.0.1:{self.ssh_port}-:22"
        if network:
            command += ["-netdev", f"user,id=net,{forwards}"]
            command += ["-device", "virtio-net-pci,netdev=net,romfile="]
        command += ["-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"]
        command += ["-qtest", f"unix:{self.folder}/qtest,server=on,wait=off", "-qtest-log", "none"]
        command += ["-audiodev", f"wav,id=sound,path={self.sound}"]
        if sound:
            command += ["-device", "intel-hda", "-device", "hda-output,audiodev=sound"]
        else:  # a USB port to plug one into later
            command += ["-device", "qemu-xhci,id=usb"]
        if screen:
            command += ["-device", "virtio-gpu-pci,xres=1280,yres=720"]
        log = (self.folder / "qemu.log").open("ab")
        self._qemu = subprocess.Popen([*command, *options], stdout=log, stderr=log)
        log.close()
        self.power_on_at = time.monotonic()
        self.qmp = Qmp(self.folder / "qmp")
        self.lines = Lines(self.folder / "qtest", self.qmp)
        for pin in PINS:
            self.lines.set(pin, 1)  # as a pull-up holds them
        return self

    def cut_power(self) -> None:
        if self._qemu is not None:
            self._qemu.send_signal(signal.SIGKILL)
            self._qemu.wait(30)
            for link in ("lines", "qmp"):  # absent when QEMU did not start
                if hasattr(self, link):
                    getattr(self, link).close()
        self._qemu = None

    def rest(self) -> None:
        """Let no time pass inside: another emulated machine needs the processor."""
        self.qmp.ask("stop")

    def wake(self) -> None:
        self.qmp.ask("cont")

    def wait_until_ready(self, limit: float = BOOT_LIMIT) -> float:
        """Until kioskd answers over the network; returns the seconds since power on."""
        until(lambda: self.status() is not None, limit, "kioskd answers", self)
        return time.monotonic() - self.power_on_at

    def alive(self) -> bool:
        return self._qemu is not None and self._qemu.poll() is None

    def status(self) -> Any:
        """What /api/status says; None when nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/status", timeout=10) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def post(self, path: str, **content: object) -> Any:
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps(content).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/dashboard_control/"

    def run(self, command: str, limit: float = 600) -> str:
        """Run a shell command inside, over SSH with the card's key; returns what it printed."""
        options = ["-i", str(self.card.key), "-p", str(self.ssh_port)]
        for option in (
            *("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"),
            *("BatchMode=yes", "ConnectTimeout=60"),
        ):
            options += ["-o", option]
        done = subprocess.run(
            ["ssh", *options, "root@127.0.0.1", command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit,
        )
        assert done.returncode == 0, f"{command!r} failed inside: {done.stdout}{done.stderr}"
        return done.stdout

    def wait_for_ssh(self, limit: float = 300) -> None:
        def answers() -> bool:
            with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
                return self.run("echo yes", 120).strip() == "yes"
            return False

        until(answers, limit, "SSH answers", self)

    def screenshot(self, file: Path) -> None:
        self.qmp.ask("screendump", filename=str(file), format="png")

    def plug_in_sound_card(self) -> None:
        self.qmp.ask("device_add", driver="usb-audio", id="card", bus="usb.0", audiodev="sound")

    def last_words(self) -> str:
        """The end of the console, for a test that fails."""
        if not self.console.exists():
            return ""
        return self.console.read_bytes()[-3000:].decode(errors="replace")

    def _device_tree(self) -> Path:
        """The board's own, as a Pi 4's: gpiozero reads the revision there."""
        tree = self.folder / "pi.dtb"
        if tree.exists():
            return tree
        board = [*MACHINE[:1], f"{MACHINE[1]},dumpdtb={tree}", *MACHINE[2:]]
        _host("qemu-system-aarch64", *board, "-nodefaults", "-display", "none")
        _host("fdtput", "-c", tree, "/system")
        _host("fdtput", "-t", "x", tree, "/system", "linux,revision", REVISION)
        _host("fdtput", "-t", "s", tree, "/", "model", "Raspberry Pi 4 Model B Rev 1.5")
        _host("fdtput", "-r", tree, "/gpio-keys")  # it holds line 3
        return tree


class Qmp:
    """QEMU's monitor. ``ask`` raises ``AssertionError`` with what QEMU refuses."""

    def __init__(self, path: Path) -> None:
        self._socket = _connect(path)
        self._file = self._socket.makefile("rw")
        self._file.readline()  # its greeting
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: object) -> Any:
        self._file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._file.flush()
        while True:
            answer = json.loads(self._file.readline())
            assert "error" not in answer, f"{command}: {answer['error']}"
            if "return" in answer:
                return answer["return"]

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class Lines:
    """The GPIO chip's lines, moved from outside."""

    def __init__(self, path: Path, qmp: Qmp) -> None:
        found = qmp.ask("qom-list", path="/machine/unattached")
        name = next(item["name"] for item in found if item["type"] == "child<pl061>")
        self._chip = f"/machine/unattached/{name}"
        self._socket = _connect(path)
        self._file = self._socket.makefile("rw")

    def set(self, line: int, *levels: int) -> None:
        """Give a line these levels one after the other, within a millisecond."""
        words = f"set_irq_in {self._chip} unnamed-gpio-in {line}"
        self._file.write("".join(f"{words} {level}\n" for level in levels))
        self._file.flush()
        for _ in levels:
            answer = self._file.readline()
            assert answer.startswith("OK"), answer

    def bounce(self, line: int, level: int) -> None:
        """Reach ``level`` as a worn contact does. In one go: a pause between two edges would
        last as long as a busy machine likes, and then be a press of its own."""
        self.set(line, *(level, 1 - level) * 4, level)

    @contextlib.contextmanager
    def down(self, line: int, bouncing: bool = False) -> Iterator[None]:
        """A button to ground is pressed while the block runs."""
        move = self.bounce if bouncing else self.set
        move(line, 0)
        yield
        move(line, 1)

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def until(
    true: Callable[[], bool], seconds: float, what: str, pi: Pi | None = None, pause: float = 0.5
) -> float:
    """Wait until ``true()``; returns how long it took. Fails after ``seconds``, or later on a
    machine that has more to do than it can."""
    began = time.monotonic()
    while not true():
        passed = (time.monotonic() - began) / max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        words = ""
        if pi is not None:
            words = f"; the console's end:\n{pi.last_words()}"
            assert pi.alive(), f"QEMU has ended{words}\n{(pi.folder / 'qemu.log').read_text()}"
        assert passed < seconds, f"not within {seconds:.0f} s: {what}{words}"
        time.sleep(pause)
    return time.monotonic() - began


def written(pi: Pi) -> int:
    """Bytes that the machine has written to its card since power on."""
    found = pi.qmp.ask("query-blockstats")
    return int(sum(item["stats"]["wr_bytes"] for item in found))


def missing() -> list[str]:
    """Debian's packages that these tests need and this machine lacks."""
    needed = {
        "qemu-system-aarch64": "qemu-system-arm",
        "qemu-img": "qemu-utils",
        "fdtput": "device-tree-compiler",
        "mcopy": "mtools",
        "ssh": "openssh-client",
        "chromium": "chromium",
        "e2fsck": "e2fsprogs",
        "fsck.vfat": "dosfstools",
        "gpg": "gnupg",
        "tesseract": "tesseract-ocr",
        "dpkg-deb": "dpkg",
    }
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    lacking = [package for program, package in needed.items() if shutil.which(program) is None]
    data = Path("/usr/share/tesseract-ocr/5/tessdata")
    read = {language: data / f"{language}.traineddata" for language in ("por", "spa")}
    return lacking + [f"tesseract-ocr-{name}" for name, file in read.items() if not file.exists()]


def _connect(path: Path) -> socket.socket:
    """QEMU makes the file a moment before it listens there."""
    end = time.monotonic() + 60
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        try:
            connection.connect(str(path))
        except OSError:
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return connection


def _host(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
