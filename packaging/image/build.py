"""Builds dist/kioskd-VERSION-arm64.img.xz: ``build.py [--board B] [--suite S] [--raw]``.

Debian for the Raspberry Pi 3 and 4 with kioskd's package in it. Needs root, mmdebstrap and
qemu-user-static; nothing is mounted as a disk. The bootstrapped Debian is kept in .cache.
"""

import argparse
import os
import shutil
from pathlib import Path

from base import CACHE, HERE, Archive, base, own_archive, register_emulator
from disk import pack, write
from tree import build, version

ROOT = HERE.parents[1]
DIST = ROOT / "dist"
# One image serves the first three; why there is none for the others.
BOARDS = {
    "pi3": "",  # the 3A+ with its 512 MB, too
    "pi4": "",
    "pi400": "",
    "pi5": "Debian 13's kernel (6.12) has no driver for its HDMI and its RP1, which holds USB, "
    "network and GPIO",
    "zero2w": "Debian 13 has no firmware for the Wi-Fi of most (brcmfmac43436), and they have no "
    "other network",
}
INSTEAD = "install Raspberry Pi OS (64-bit) on it and kioskd's package: docs/install.md"
NEEDED = {
    "mmdebstrap": "mmdebstrap",
    "arch-test": "arch-test",  # mmdebstrap asks it whether programs for arm64 can run
    "mkfs.vfat": "dosfstools",
    "mkfs.ext4": "e2fsprogs",
    "mcopy": "mtools",
    "sfdisk": "fdisk",
    "xz": "xz-utils",
    "qemu-aarch64-static": "qemu-user-static",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--board", choices=BOARDS, default="pi4", help="default: pi4")
    parser.add_argument("--suite", default="trixie", help="release of Debian")
    parser.add_argument("--mirror", help="archive; default: what this machine's apt uses")
    parser.add_argument("--security", default="", help="archive of security updates with --mirror")
    parser.add_argument("--package", type=Path, help="default: the newest arm64 one in dist/")
    parser.add_argument("--raw", action="store_true", help="don't compress")
    options = parser.parse_args()
    if why := BOARDS[options.board]:
        raise SystemExit(f"make image: no image for {options.board}: {why}; {INSTEAD}")
    _check()
    os.umask(0o022)
    package = options.package or _newest()
    archive = own_archive(options.suite)
    if options.mirror:
        archive = Archive(options.suite, options.mirror, options.security)
    root = base(archive)
    register_emulator()
    tree = CACHE / "tree"
    date = build(root, package, tree)
    image = DIST / f"kioskd-{version(package)}-arm64.img"
    print("make image: writing the file systems", flush=True)
    unpacked = image.with_name(image.name + ".part")  # under its name only when it is whole
    write(tree, unpacked, root, date)
    shutil.rmtree(tree)
    made = unpacked.replace(image) if options.raw else pack(unpacked, image)
    print(made.relative_to(ROOT))


def _check() -> None:
    if os.geteuid() != 0:
        raise SystemExit("make image: files of root's are made; run it as root: sudo make image")
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    os.environ["PATH"] = path
    missing = [package for program, package in NEEDED.items() if not shutil.which(program)]
    if missing:
        raise SystemExit(f"make image: sudo apt install {' '.join(missing)}")


def _newest() -> Path:
    found = sorted(DIST.glob("kioskd_*_arm64.deb"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit("make image: no package for arm64 in dist/; run make deb")
    return found[-1]


if __name__ == "__main__":
    main()
