"""The machine below kioskd: power supply, heat, disk, card, watchdog."""

import os
import pwd
import re
import shutil
import stat
import subprocess
from pathlib import Path

from kioskd.cli.doctor.finding import Finding
from kioskd.config import Config, fleet_file
from kioskd.config.active import BOOT, SYSTEM
from kioskd.config.paths import cache_folder, state_folder
from kioskd.host import board
from kioskd.host.update_box import ENABLED, UpdateBox

FULL = 200_000_000  # bytes free below which updates and logs begin to fail
LIMIT = 5.0  # seconds for a program that is asked
PATH_UNIT = "kioskd-fleet-update.path"
# Where systemd's daemon keeps its state and its sounds: variables of its own say so.
BY_SYSTEMD = (fleet_file.SERVICE, Path("/var/cache/kioskd"))


def supply(root: Path) -> Finding:
    """Undervoltage and throttling, as far as the kernel or Raspberry Pi's own program tells."""
    seen = board.look(root)
    if seen.undervoltage:
        do = "use the Pi's own power supply and a short cable"
        return Finding("power supply", "bad", "undervoltage: the Pi slows down", do)
    slowed, earlier = seen.throttled, seen.earlier
    said = ask("vcgencmd", "get_throttled") if slowed is None else ""
    if told := re.fullmatch("throttled=0x([0-9a-f]+)", said):
        bits = int(told[1], 16)
        slowed, earlier = bool(bits & 0xF), bool(bits >> 16 & 0xF)
    if slowed:
        return Finding("power supply", "bad", "throttled now", "cool it, or a better supply")
    if earlier:
        do = "use the Pi's own power supply; check again after a day"
        return Finding("power supply", "warn", "was throttled since it was switched on", do)
    if seen.undervoltage is None and slowed is None:
        why = "can't be known on this kernel" if seen.model else "no board that tells it"
        return Finding("power supply", "skip", why)
    return Finding("power supply", "ok", "no undervoltage")


def heat(root: Path) -> Finding:
    """How warm the processor is."""
    degrees = board.look(root).temperature
    if degrees is None:
        return Finding("temperature", "skip", "can't be known on this kernel")
    if degrees >= board.HOT:
        do = "give it air or a heat sink; away from the display's back"
        return Finding("temperature", "bad", f"{degrees:.0f} C: the Pi slows down", do)
    return Finding("temperature", "ok", f"{degrees:.0f} C")


def kept_in(file: Path, config: Config) -> tuple[Path, Path]:
    """The folders of the state and of the sounds, of the daemon that runs with ``file``."""
    state, cache = state_folder(config), cache_folder(config)
    if file in (SYSTEM, *BOOT):
        state = state if config.kiosk.state_directory else BY_SYSTEMD[0]
        cache = cache if config.kiosk.cache_directory else BY_SYSTEMD[1]
    return state, cache


def disk(kept: tuple[Path, Path]) -> Finding:
    """Is there room where the state is kept?"""
    place = _existing(kept[0])
    free = shutil.disk_usage(place).free
    said = f"{free / 1e6:,.0f} MB free at {place}"
    if free < FULL:
        return Finding("disk", "bad", said, "sudo journalctl --vacuum-size=50M; sudo apt clean")
    return Finding("disk", "ok", said)


def folders(kept: tuple[Path, Path]) -> list[Finding]:
    """May the daemon write where it keeps its state and its sounds?"""
    keys = (("state", "kiosk.state_directory"), ("sounds", "kiosk.cache_directory"))
    found = []
    for (name, key), place in zip(keys, kept, strict=True):
        if wrong := _not_writable(place, key):
            found.append(Finding(f"{name} folder", "bad", *wrong))
    return found or [Finding("folders", "ok", "state and sounds can be kept")]


def _existing(place: Path) -> Path:
    """It, or the folder above in which it would be made."""
    # Not Path.exists: it raises where this user may not look.
    return next(each for each in (place, *place.parents) if os.path.exists(each))


def _not_writable(place: Path, key: str) -> tuple[str, str] | None:
    """What is wrong with a folder, and what to do; it may yet have to be made."""
    existing = _existing(place)
    if not existing.is_dir():
        return f"{existing} is no folder", f"remove it, or write another folder into {key}"
    if os.statvfs(existing).f_flag & os.ST_RDONLY:
        do = f"sudo mount -o remount,rw {existing}; a card with errors stays so: replace it"
        return f"{existing} is on a read-only file system", do
    if existing == place and not _may(place):
        do = f"sudo chown -R kioskd:kioskd {place}"
        return f"kioskd may not write into {place}", do
    return None


def _may(place: Path) -> bool:
    """Whether the service's user may write into a folder; where there is none, this user."""
    try:
        user = pwd.getpwnam("kioskd")
    except KeyError:
        return os.access(place, os.W_OK | os.X_OK)
    found = place.stat()
    if found.st_uid == user.pw_uid:
        return bool(found.st_mode & stat.S_IWUSR)
    if found.st_gid in os.getgrouplist(user.pw_name, user.pw_gid):
        return bool(found.st_mode & stat.S_IWGRP)
    return bool(found.st_mode & stat.S_IWOTH)


def card(root: Path) -> Finding:
    """What the card and its file system say of their health."""
    errors = [(place.name, read(place / "errors_count")) for place in root.glob("sys/fs/ext4/*")]
    broken = [name for name, count in errors if count not in ("", "0")]
    if broken:
        do = "copy what you need and use a new card"
        return Finding("card", "bad", f"the file system of {', '.join(broken)} had errors", do)
    for device in root.glob("sys/block/mmcblk*/device"):
        # JEDEC eMMC 5.0, EXT_CSD 267: 1 normal, 2 warning (80 % used), 3 urgent (90 %)
        worn = read(device / "pre_eol_info")
        if worn in ("0x02", "0x03"):
            return Finding("card", "bad", "nearly worn out", "replace it soon")
        return Finding("card", "ok", f"{read(device / 'name') or 'a card'}, no errors")
    return (
        Finding("card", "skip", "not a memory card")
        if not errors
        else Finding("card", "ok", "no file system errors")
    )


def watchdog(root: Path) -> Finding:
    """Does the hardware restart the machine when it hangs, and systemd the daemon?"""
    runtime = ask("systemctl", "show", "--property=RuntimeWatchdogUSec", "--value")
    restarts = ask("systemctl", "show", "kioskd", "--property=NRestarts", "--value")
    again = f"; kioskd was restarted {restarts} times" if restarts not in ("", "0") else ""
    if not (root / "dev/watchdog").exists():
        return Finding("watchdog", "skip", f"no hardware watchdog here{again}")
    if runtime in ("", "0", "infinity"):
        do = "RuntimeWatchdogSec=15 in /etc/systemd/system.conf restarts a Pi that hangs"
        return Finding("watchdog", "warn", f"the hardware watchdog is not used{again}", do)
    return Finding("watchdog", "warn" if again else "ok", f"hardware watchdog {runtime}{again}")


def fleet_update(root: Path, config: Config) -> list[Finding]:
    """May the fleet update this kiosk, and would root's unit notice?"""
    enabled = UpdateBox(root, enabled=root / str(ENABLED).lstrip("/")).enabled()
    trusts = config.mqtt is not None and config.mqtt.trust is not None
    if not enabled:
        said = "nobody lets the fleet install another version here"
        do = f"if it may: sudo systemctl enable --now {PATH_UNIT}"
        return [Finding("fleet update", "skip", said, do)] if trusts else []
    if not trusts:
        said = f"{PATH_UNIT} is enabled, and mqtt.trust names nobody who may push a version"
        return [Finding("fleet update", "warn", said, f"sudo systemctl disable --now {PATH_UNIT}")]
    state = ask("systemctl", "show", PATH_UNIT, "--property=ActiveState", "--value")
    if state != "active":
        said = f"{PATH_UNIT} is enabled and {state or 'can not be asked'}: no push is taken up"
        return [Finding("fleet update", "bad", said, f"sudo systemctl restart {PATH_UNIT}")]
    return [Finding("fleet update", "ok", "root's unit installs what the fleet pushes")]


def ask(*argv: str) -> str:
    """What a program prints; empty when it is not there or fails."""
    try:
        found = subprocess.run(argv, capture_output=True, text=True, timeout=LIMIT, check=True)
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    return found.stdout.strip()


def read(file: Path) -> str:
    """A small file's text; empty when it can't be read."""
    try:
        return file.read_text().strip()
    except (OSError, UnicodeError):
        return ""
