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
from kioskd.words import tr

FULL = 200_000_000  # bytes free below which updates and logs begin to fail
LIMIT = 5.0  # seconds for a program that is asked
PATH_UNIT = "kioskd-fleet-update.path"
# Where systemd's daemon keeps its state and its sounds: variables of its own say so.
BY_SYSTEMD = (fleet_file.SERVICE, Path("/var/cache/kioskd"))


def supply(root: Path) -> Finding:
    """Undervoltage and throttling, as far as the kernel or Raspberry Pi's own program tells."""
    seen = board.look(root)
    if seen.undervoltage:
        do = tr("use the Pi's own power supply and a short cable")
        return Finding("power supply", "bad", tr("undervoltage: the Pi slows down"), do)
    slowed, earlier = seen.throttled, seen.earlier
    said = ask("vcgencmd", "get_throttled") if slowed is None else ""
    if told := re.fullmatch("throttled=0x([0-9a-f]+)", said):
        bits = int(told[1], 16)
        slowed, earlier = bool(bits & 0xF), bool(bits >> 16 & 0xF)
    if slowed:
        return Finding(
            "power supply", "bad", tr("throttled now"), tr("cool it, or a better supply")
        )
    if earlier:
        do = tr("use the Pi's own power supply; check again after a day")
        return Finding("power supply", "warn", tr("was throttled since it was switched on"), do)
    if seen.undervoltage is None and slowed is None:
        why = tr("can't be known on this kernel") if seen.model else tr("no board that tells it")
        return Finding("power supply", "skip", why)
    return Finding("power supply", "ok", tr("no undervoltage"))


def heat(root: Path) -> Finding:
    """How warm the processor is."""
    degrees = board.look(root).temperature
    if degrees is None:
        return Finding("temperature", "skip", tr("can't be known on this kernel"))
    if degrees >= board.HOT:
        do = tr("give it air or a heat sink; away from the display's back")
        return Finding(
            "temperature", "bad", tr("{degrees:.0f} C: the Pi slows down", degrees=degrees), do
        )
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
    said = tr("{free:,.0f} MB free at {place}", free=free / 1e6, place=place)
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
    return found or [Finding("folders", "ok", tr("state and sounds can be kept"))]


def _existing(place: Path) -> Path:
    """It, or the folder above in which it would be made."""
    # Not Path.exists: it raises where this user may not look.
    return next(each for each in (place, *place.parents) if os.path.exists(each))


def _not_writable(place: Path, key: str) -> tuple[str, str] | None:
    """What is wrong with a folder, and what to do; it may yet have to be made."""
    existing = _existing(place)
    if not existing.is_dir():
        return tr("{folder} is no folder", folder=existing), tr(
            "remove it, or write another folder into {key}", key=key
        )
    if os.statvfs(existing).f_flag & os.ST_RDONLY:
        do = tr(
            "sudo mount -o remount,rw {folder}; a card with errors stays so: replace it",
            folder=existing,
        )
        return tr("{folder} is on a read-only file system", folder=existing), do
    if existing == place and not _may(place):
        do = f"sudo chown -R kioskd:kioskd {place}"
        return tr("kioskd may not write into {folder}", folder=place), do
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
        do = tr("copy what you need and use a new card")
        return Finding(
            "card", "bad", tr("the file system of {names} had errors", names=", ".join(broken)), do
        )
    for device in root.glob("sys/block/mmcblk*/device"):
        # JEDEC eMMC 5.0, EXT_CSD 267: 1 normal, 2 warning (80 % used), 3 urgent (90 %)
        worn = read(device / "pre_eol_info")
        if worn in ("0x02", "0x03"):
            return Finding("card", "bad", tr("nearly worn out"), tr("replace it soon"))
        return Finding(
            "card", "ok", tr("{card}, no errors", card=read(device / "name") or tr("a card"))
        )
    return (
        Finding("card", "skip", tr("not a memory card"))
        if not errors
        else Finding("card", "ok", tr("no file system errors"))
    )


def watchdog(root: Path) -> Finding:
    """Does the hardware restart the machine when it hangs, and systemd the daemon?"""
    runtime = ask("systemctl", "show", "--property=RuntimeWatchdogUSec", "--value")
    restarts = ask("systemctl", "show", "kioskd", "--property=NRestarts", "--value")
    again = (
        tr("; kioskd was restarted {count} times", count=restarts)
        if restarts not in ("", "0")
        else ""
    )
    if not (root / "dev/watchdog").exists():
        return Finding("watchdog", "skip", tr("no hardware watchdog here{again}", again=again))
    if runtime in ("", "0", "infinity"):
        do = tr("RuntimeWatchdogSec=15 in /etc/systemd/system.conf restarts a Pi that hangs")
        return Finding(
            "watchdog", "warn", tr("the hardware watchdog is not used{again}", again=again), do
        )
    return Finding(
        "watchdog",
        "warn" if again else "ok",
        tr("hardware watchdog {runtime}{again}", runtime=runtime, again=again),
    )


def fleet_update(root: Path, config: Config) -> list[Finding]:
    """May the fleet update this kiosk, and would root's unit notice?"""
    enabled = UpdateBox(root, enabled=root / str(ENABLED).lstrip("/")).enabled()
    trusts = config.mqtt is not None and config.mqtt.trust is not None
    if not enabled:
        said = tr("nobody lets the fleet install another version here")
        do = tr("if it may: sudo systemctl enable --now {unit}", unit=PATH_UNIT)
        return [Finding("fleet update", "skip", said, do)] if trusts else []
    if not trusts:
        said = tr(
            "{unit} is enabled, and mqtt.trust names nobody who may push a version", unit=PATH_UNIT
        )
        return [Finding("fleet update", "warn", said, f"sudo systemctl disable --now {PATH_UNIT}")]
    state = ask("systemctl", "show", PATH_UNIT, "--property=ActiveState", "--value")
    if state != "active":
        said = tr(
            "{unit} is enabled and {state}: no push is taken up",
            unit=PATH_UNIT,
            state=state or tr("can not be asked"),
        )
        return [Finding("fleet update", "bad", said, f"sudo systemctl restart {PATH_UNIT}")]
    return [Finding("fleet update", "ok", tr("root's unit installs what the fleet pushes"))]


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
