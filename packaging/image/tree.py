"""The root of one image: the base, the project's own files, and kioskd's package in it."""

import hashlib
import os
import re
import shutil
from pathlib import Path

from base import CACHE, HERE
from disk import run
from picture import draw

UNITS = (
    *("kioskd-state", "kioskd-settings", "kioskd-grow", "kioskd-splash"),
    *("systemd-networkd", "systemd-resolved"),
)
# What a wall doesn't need at boot, or would write to the card.
MASKED = (
    *("systemd-networkd-wait-online.service", "apt-daily.timer", "apt-daily-upgrade.timer"),
    *("dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer"),
    *("systemd-firstboot.service", "systemd-machine-id-commit.service", "getty@tty1.service"),
    *("systemd-random-seed.service", "systemd-pcrlock-make-policy.service", "ssh.socket"),
    *("dev-hugepages.mount", "dev-mqueue.mount", "sys-kernel-debug.mount"),
    *("sys-kernel-tracing.mount", "systemd-networkd-persistent-storage.service"),
    *("systemd-binfmt.service", "sys-fs-fuse-connections.mount", "sys-kernel-config.mount"),
    "systemd-logind.service",
)
LATER = 0x7FFF0000  # seconds since 1970: after any change of /usr; mkfs.ext4 keeps 31 bits
CMA = "cma=256M@0M-1024M"
FOLDERS = ("state", "media/card", "boot/firmware", "etc/ssh/keys", "var/cache/kioskd")
LEFTOVERS = (  # earlier versions of files, and what is measured anew
    *("etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-", "var/cache/ldconfig/aux-cache"),
    *("var/lib/dpkg/status-old", "var/lib/dpkg/diversions-old", "var/lib/dpkg/statoverride-old"),
    *("var/cache/debconf/config.dat-old", "var/cache/debconf/templates.dat-old"),
    "var/lib/systemd/random-seed",
)
OWN_EFFECT = ("root/etc/initramfs-tools",)  # what the initramfs is made of, besides the base


def build(base: Path, package: Path, target: Path) -> int:
    """Make the tree at ``target``; returns its date, seconds since 1970. What is made of the same
    base and package is the same to the byte. Raises ``SystemExit`` with the step that failed.
    """
    shutil.rmtree(target, ignore_errors=True)
    run("cp", "-a", "--reflink=auto", base, target)
    run("cp", "-r", "--preserve=mode", "--no-preserve=ownership", f"{HERE}/root/.", target)
    draw(target / "usr/lib/kioskd-image/splash.pbm")
    for folder in FOLDERS:
        (target / folder).mkdir(parents=True, exist_ok=True)
    _install(target, package)
    _settle(target)
    _initramfs(target, base)
    _boot(target)
    for leftover in ("var/lib/apt/lists", "var/cache/apt", "var/log", "root/.cache"):
        for path in (target / leftover).glob("*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    date = int((target / "usr/bin/kioskd").lstat().st_mtime)  # of the package's commit
    _forget_the_day(target, date)
    return date


def version(package: Path) -> str:
    """kioskd_0.1.0_arm64.deb: 0.1.0"""
    return package.name.split("_")[1]


def chroot(target: Path, *command: str) -> None:
    """Run a program of the tree, under emulation; services don't start."""
    policy = target / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    script = 'mount -t proc proc "$1/proc" && root=$1 && shift && chroot "$root" "$@"'
    environment = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8")
    isolated = ("nice", "-n10", "unshare", "--mount", "sh", "-ec", script, "sh")
    run(*isolated, target, *environment, "DEBIAN_FRONTEND=noninteractive", *command)
    policy.unlink()


def _install(target: Path, package: Path) -> None:
    print("make image: installing kioskd", flush=True)
    shutil.copy(package, target / "kioskd.deb")
    chroot(target, "dpkg", "--force-unsafe-io", "--install", "/kioskd.deb")
    (target / "kioskd.deb").unlink()
    if not any((target / "usr/lib/kioskd").rglob("kioskd/__pycache__/*.pyc")):
        raise SystemExit("make image: kioskd's files were not compiled, see above")


def _settle(target: Path) -> None:
    """What is enabled, what is not, and nothing that two cards would share."""
    for unit in MASKED:
        link = target / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")
    chroot(target, "systemctl", "enable", *UNITS)
    chroot(target, "systemctl", "disable", "ssh.service", "wpa_supplicant.service")
    chroot(target, "systemctl", "set-default", "multi-user.target")
    for key in (target / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    (target / "etc/machine-id").write_text("")
    (target / "etc/hostname").write_text("kiosk\n")
    (target / "var/lib/dbus/machine-id").unlink(missing_ok=True)
    # What the first boot would do anew at every boot, above a root that forgets: it is done.
    chroot(target, "ldconfig")
    chroot(target, "journalctl", "--update-catalog")
    for part in ("etc", "var"):
        (target / part / ".updated").touch()
        os.utime(target / part / ".updated", (LATER, LATER))
    resolv = target / "etc/resolv.conf"
    resolv.unlink(missing_ok=True)
    resolv.symlink_to("../run/systemd/resolve/stub-resolv.conf")


def _initramfs(target: Path, base: Path) -> None:
    """Made once for each kernel and each change of what belongs in it, then kept."""
    kernels = sorted((target / "lib/modules").iterdir())
    if len(kernels) != 1:
        raise SystemExit(f"make image: one kernel expected, found {len(kernels)}")
    kernel = kernels[0].name
    known = hashlib.sha256(base.name.encode())
    for folder in OWN_EFFECT:
        for path in sorted((HERE / folder).rglob("*")):
            if path.is_file():
                known.update(path.read_bytes())
    kept = CACHE / f"initrd-{kernel}-{known.hexdigest()[:10]}"
    made = target / f"boot/initrd.img-{kernel}"
    if not kept.exists():
        print("make image: making the initramfs, once", flush=True)
        # Not update-initramfs: its hooks want a mounted boot partition.
        chroot(target, "mkinitramfs", "-o", f"/boot/{made.name}", kernel)
        for old in CACHE.glob("initrd-*"):
            old.unlink()
        shutil.copy(made, kept)
    shutil.copy(kept, made)
    conf = target / "etc/initramfs-tools/update-initramfs.conf"
    conf.write_text(re.sub("=no", "=yes", conf.read_text()))


def _boot(target: Path) -> None:
    """The boot partition: firmware and kernel as raspi-firmware's hook puts them, and our files."""
    firmware = target / "boot/firmware"
    chroot(
        target,
        *("env", "DEB_MAINT_PARAMS=configure", "/etc/kernel/postinst.d/z50-raspi-firmware"),
    )
    # What config.txt names for a Pi 4. Debian's device tree leaves 64 MB for pictures; one of a 4K
    # screen takes 33, and three are in use. Below 1 GB, where the tree has it and the hardware
    # reaches: alloc-ranges in arch/arm/boot/dts/broadcom/bcm2711.dtsi, and the kernel's own
    # kernel-parameters.rst for the words. The Pi 3 shows no 4K and has less memory to give.
    line = (firmware / "cmdline.txt").read_text().rstrip()
    (firmware / "cmdline-pi4.txt").write_text(f"{line} {CMA}\n")
    for name in ("start.elf", "start4.elf", "fixup.dat", "bootcode.bin", "cmdline.txt"):
        if not (firmware / name).is_file():
            raise SystemExit(f"make image: raspi-firmware left no {name} on the boot partition")
    # The card starts from the boot partition; a second copy in the root would weigh 20 MB packed.
    for copied in (*target.glob("boot/vmlinuz-*"), *target.glob("boot/initrd.img-*")):
        if not (firmware / copied.name).is_file():
            raise SystemExit(f"make image: {copied.name} is not on the boot partition")
        copied.unlink()
    for file in (HERE / "boot").iterdir():
        _windows(file, firmware / file.name)
    _windows(HERE.parents[1] / "config/kioskd.yaml", firmware / "kioskd.yaml")


def _forget_the_day(target: Path, date: int) -> None:
    """Leave nothing of when this was built: another build has the same bytes."""
    for leftover in LEFTOVERS:
        (target / leftover).unlink(missing_ok=True)
    os.utime(target / "var/tmp", (date, date))  # used where the initramfs is not the kept one
    shadow = target / "etc/shadow"
    lines = [line.split(":") for line in shadow.read_text().splitlines()]
    for fields in lines:
        fields[2] = str(date // 86400)  # the day of its last change: shadow(5)
    shadow.write_text("".join(":".join(fields) + "\n" for fields in lines))
    _date(target, date)
    # It holds the dates of its folders: otherwise every start would make it anew, in memory.
    chroot(target, "fc-cache", "--system-only", "--force")
    _date(target, date)


def _date(folder: Path, date: int) -> None:
    """Give what is newer this date; a source of Python keeps what its compiled file knows."""
    for path in (folder, *folder.rglob("*")):
        newer = date < path.lstat().st_mtime < LATER
        if newer and path.suffix != ".py":
            os.utime(path, (date, date), follow_symlinks=False)


def _windows(source: Path, target: Path) -> None:
    """With line ends that every editor shows."""
    target.write_text(source.read_text().replace("\n", "\r\n"), newline="")
