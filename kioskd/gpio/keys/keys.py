"""All keypads, keyboards and remotes, as one set: found, taken, missed, and given back.

The kernel makes a file for each input device that is plugged in; they are looked for once a second.
"""

import asyncio
import errno
import logging
import os
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from kioskd.config import Config, Key
from kioskd.config.plain import one_line
from kioskd.core.status import KeysStatus
from kioskd.gpio.keys.device import Device
from kioskd.gpio.keys.keyboard import Keyboard
from kioskd.gpio.outside import Outside
from kioskd.words import later, tr

log = logging.getLogger(__name__)
FOLDER = Path("/dev/input")
NAMES = Path("/sys/class/input")  # says what a device is called that may not be read
LOOK = 1.0  # seconds
SETTLE = 15.0  # seconds after a start in which a device may still come; a Bluetooth remote takes 10
GRACE = 5.0  # seconds that udev has to give a device that is plugged in to the group input
POINTING = {*range(0x110, 0x120), *range(0x140, 0x160)}  # buttons of mice, tablets and screens
TOUCH = 0x14A  # BTN_TOUCH
SWITCHING_OFF = {116, 142, 143, 205, 356}  # KEY_POWER, _SLEEP, _WAKEUP, _SUSPEND, _POWER2
NO_KEY = later("{devices}: no key is called {key}, see kioskd buttons")
NO_DEVICE = later("no device is called {device}: plug it in, or correct the name{there}")
NOT_THERE = (errno.ENOENT, errno.ENODEV, errno.ENXIO)


class Refused(msgspec.Struct, frozen=True):
    """A device that can't be had, the number of the error, and when that began."""

    name: str
    error: int
    since: float


class Keys:
    """The keys of the configuration, used in one event loop. ``changed()`` is called in it whenever
    ``status()`` changed by itself."""

    def __init__(
        self,
        config: Config,
        outside: Outside,
        changed: Callable[[], None],
        *,
        folder: Path = FOLDER,
        open_device: Callable[[Path], Device] = Device,
        look: float = LOOK,
        settle: float = SETTLE,
    ) -> None:
        self._config = config
        self._outside = msgspec.structs.replace(outside, after=self._compare)
        self._changed = changed
        self._folder = folder
        self._open_device = open_device
        self._every = look
        self._settle = settle
        self._grace = min(settle, GRACE)
        self._timer: asyncio.TimerHandle | None = None
        self._asleep: set[str] = set()
        self._opened_at: float | None = None
        self._clear()

    def open(self) -> None:
        """Take what is plugged in, and look for more from now on."""
        self._opened_at = self._outside.clock()
        if self._config.keys:
            self._look()

    def close(self) -> None:
        """Give every device back; nothing acts after this. May be opened again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for keyboard in self._taken.values():
            keyboard.close()
        self._clear()

    def replace(self, config: Config) -> None:
        """Take other keys in place of the present ones."""
        self.close()
        self._config = config
        self.open()

    def status(self) -> KeysStatus:
        if not self._config.keys:
            return KeysStatus("off")
        if self._opened_at is None:
            return KeysStatus("opening")
        names = [keyboard.device.name for keyboard in self._taken.values()]
        troubles = [said for each in self._taken.values() for said in each.troubles()]
        missing = self._missing()
        if missing and not troubles and self._outside.clock() - self._opened_at < self._settle:
            return KeysStatus("opening", "", names)
        if said := [*dict.fromkeys((*missing, *troubles))]:
            return KeysStatus("failed", "; ".join(said), names)
        return KeysStatus("ok", "", names)

    # Looking for devices

    def _clear(self) -> None:
        self._opened_at = None
        self._inodes: dict[Path, int] = {}  # what needs no other look
        self._taken: dict[Path, Keyboard] = {}
        self._there: dict[Path, str] = {}  # what can be read, and is called so
        self._refused: dict[Path, Refused] = {}
        self._told: set[str] = set()
        self._said = KeysStatus("off")

    def _look(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._every, self._look)
        found = self._files()
        for path in [path for path, inode in self._inodes.items() if found.get(path) != inode]:
            self._forget(path)
        for path in [path for path in self._refused if path not in found]:
            del self._refused[path]
        for path, inode in found.items():
            if path not in self._inodes:
                self._meet(path, inode)
        self._compare()

    def _files(self) -> dict[Path, int]:
        """Each device's file, which has another inode when it was plugged in again."""
        try:
            with os.scandir(self._folder) as entries:
                found = [(e.name, e.inode()) for e in entries if e.name.startswith("event")]
        except OSError:  # without any device there is no folder
            return {}
        found.sort(key=lambda each: (len(each[0]), each[0]))
        return {self._folder / name: inode for name, inode in found}

    def _meet(self, path: Path, inode: int) -> None:
        try:
            device = self._open_device(path)
        except OSError as error:
            self._refuse(path, error, _called(path))
            return
        fitting = [key for key in self._config.keys if device.keys and _fits(key, device)]
        if fitting:
            try:
                self._take(path, device, fitting)
            except OSError as error:
                device.close()
                self._refuse(path, error, device.name)
                return
        else:
            device.close()
        self._inodes[path] = inode
        self._refused.pop(path, None)
        if device.keys:
            self._there[path] = device.name

    def _take(self, path: Path, device: Device, fitting: list[Key]) -> None:
        """``fitting``: what is configured for the device; whatever names it comes first."""
        fitting.sort(key=lambda key: key.device is None)
        keys: dict[int, Key] = {}
        for key in fitting:
            if key.key.code in device.keys:
                keys.setdefault(key.key.code, key)
        keyboard = Keyboard(device, keys, self._outside, lambda: self._left(path))
        self._taken[path] = keyboard
        self._asleep.discard(device.name)
        log.info("the keys of %s (%s) are kioskd's", device.name, path.name)

    def _left(self, path: Path) -> None:
        """It was unplugged, or sleeps. What is there again is met with the next look."""
        device = self._taken[path].device
        log.info("%s (%s) is gone", device.name, path.name)
        if device.sleeps:
            self._asleep.add(device.name)
        self._forget(path)
        self._compare()

    def _forget(self, path: Path) -> None:
        self._inodes.pop(path, None)
        self._there.pop(path, None)
        if (keyboard := self._taken.pop(path, None)) is not None:
            keyboard.close()

    def _refuse(self, path: Path, error: OSError, name: str) -> None:
        if error.errno not in NOT_THERE:  # those leave while they are looked at
            before = self._refused.get(path)
            since = self._outside.clock() if before is None else before.since
            self._refused[path] = Refused(name, error.errno or 0, since)

    # What is wrong

    def _missing(self) -> list[str]:
        """Why keys of the configuration can't be pressed, in lines."""
        old = self._outside.clock() - self._grace
        refused = [each for each in self._refused.values() if each.since <= old]
        said = _why(each for each in refused if each.error == errno.EBUSY)
        for key in self._config.keys:
            fitting = [each.device for each in self._taken.values() if _fits(key, each.device)]
            if any(key.key.code in device.keys for device in fitting):
                continue
            if any(_is_called(name, key.device) for name in self._asleep):
                continue  # it comes when somebody presses a key of it
            if any(_is_called(each.name, key.device) for each in self._refused.values()):
                said += _why(each for each in refused if _is_called(each.name, key.device))
            elif fitting:
                names = ", ".join(dict.fromkeys(device.name for device in fitting))
                said.append(tr(NO_KEY, key=key.key, devices=names))
            elif key.device is None:
                said.append(tr("no keyboard, keypad or remote is plugged in"))
            else:
                said.append(tr(NO_DEVICE, device=key.device, there=self._those_there()))
        return said

    def _those_there(self) -> str:
        names = ", ".join(dict.fromkeys(self._there.values()))
        return tr(" (there are: {names})", names=names) if names else ""

    def _compare(self) -> None:
        status = self.status()
        if status == self._said:
            return
        self._said = status
        for line in status.detail.split("; ") if status.detail else ():
            if line not in self._told:  # a device that comes and goes must not fill the log
                self._told.add(line)
                log.warning("%s", line)
        self._changed()


def _fits(key: Key, device: Device) -> bool:
    """Whether the key is meant to be one of this device's."""
    if key.device is not None:
        return _is_called(device.name, key.device)
    # Not the power button of the machine, no mouse, and no touch screen with a few keys.
    return bool(device.keys - POINTING - SWITCHING_OFF) and TOUCH not in device.keys


def _is_called(name: str, pattern: str | None) -> bool:
    return pattern is None or fnmatchcase(name.lower(), pattern.lower())


def _called(path: Path) -> str:
    """What a device is called that may not be opened."""
    try:
        return one_line((NAMES / path.name / "device/name").read_text(errors="replace").strip())
    except OSError:
        return path.name


def _why(refused: Iterable[Refused]) -> list[str]:
    """A line for each kind of error."""
    names: dict[int, list[str]] = {}
    for each in refused:
        names.setdefault(each.error, []).append(each.name)
    return [_reason(error, ", ".join(dict.fromkeys(each))) for error, each in names.items()]


def _reason(error: int, device: str) -> str:
    match error:
        case errno.EBUSY:
            return tr("another program has {device} for itself: stop that one", device=device)
        case errno.EPERM:
            return tr("{device} may not be read yet: sudo systemctl restart kioskd", device=device)
        case errno.EACCES:
            return tr(
                "{device} may not be read: kioskd's user must be in the group input", device=device
            )
        case other:
            return tr("{device} can't be used: {reason}", device=device, reason=os.strerror(other))
