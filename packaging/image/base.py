"""The image's Debian without kioskd: bootstrapped once, kept in the cache."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modules import check

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
COMPONENTS = "main contrib non-free-firmware"  # raspi-firmware and Wi-Fi's are in the last
BINFMT = Path("/proc/sys/fs/binfmt_misc")
LENT = "/usr/local/lib/lent"
INITRAMFS_CONF = "etc/initramfs-tools/update-initramfs.conf"
EMULATOR = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")


@dataclass(frozen=True)
class Archive:
    """Where the packages come from. ``security`` is empty for archives that have no such part."""

    suite: str
    mirror: str
    security: str

    def sources(self) -> list[str]:
        """Lines for apt."""
        lines = [f"deb {self.mirror} {self.suite} {COMPONENTS}"]
        if self.security:
            lines.append(f"deb {self.mirror} {self.suite}-updates {COMPONENTS}")
            lines.append(f"deb {self.security} {self.suite}-security {COMPONENTS}")
        return lines


def own_archive(suite: str) -> Archive:
    """The archive as this machine's apt has it: a machine behind a mirror needs no option."""
    found = [address.rstrip("/") for address in _addresses()]
    mirror = next((address for address in found if address.endswith("/debian")), None)
    if mirror is None:
        raise SystemExit("make image: apt knows no Debian archive here; name one with --mirror")
    security = next((address for address in found if address.endswith("/debian-security")), "")
    return Archive(suite, mirror, security)


def packages() -> list[str]:
    """The names in packages.txt."""
    lines = (HERE / "packages.txt").read_text().splitlines()
    return [name for line in lines if not line.startswith("#") for name in line.split()]


def left_out() -> Iterator[str]:
    """What left-out.txt says, as options of dpkg: ``path-exclude=…`` or ``path-include=…``."""
    for line in (HERE / "left-out.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            folder, *patterns = line.split()
            kind = "path-include" if folder.startswith("+") else "path-exclude"
            yield from (f"{kind}={folder.removeprefix('+')}/{pattern}" for pattern in patterns)


def base(archive: Archive) -> Path:
    """The folder with that Debian; made when it is not there (half an hour on two cores)."""
    recipe = "\n".join((*archive.sources(), *sorted(packages()), *left_out()))
    place = CACHE / f"base-{archive.suite}-{hashlib.sha256(recipe.encode()).hexdigest()[:10]}"
    if place.is_dir():
        return place
    register_emulator()
    unfinished = CACHE / f"making-{archive.suite}"
    shutil.rmtree(unfinished, ignore_errors=True)
    CACHE.mkdir(exist_ok=True)
    print(f"make image: bootstrapping Debian {archive.suite}, once", flush=True)
    done = subprocess.run(
        [
            *("nice", "-n10", "mmdebstrap", "--mode=root", "--variant=minbase"),
            *("--architectures=arm64", f"--include={','.join(packages())}"),
            '--aptopt=Acquire::Languages "none"',
            *("--dpkgopt=force-unsafe-io", "--dpkgopt=force-confold"),
            *(f"--dpkgopt={option}" for option in left_out()),
            # The initramfs is made once, when everything that belongs in it is there.
            '--essential-hook=mkdir -p "$1/etc/initramfs-tools" "$1/boot/firmware"',
            f'--essential-hook=echo update_initramfs=no >"$1/{INITRAMFS_CONF}"',
            *_native_unpacking(),
            *(archive.suite, unfinished, "-"),
        ],
        input="\n".join(archive.sources()) + "\n",
        env=os.environ | {"INITRD": "No"},
        text=True,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SystemExit("make image: mmdebstrap failed, see above")
    check(unfinished)
    unfinished.rename(place)
    for old in CACHE.glob(f"base-{archive.suite}-*"):
        if old != place:
            shutil.rmtree(old)
    return place


def register_emulator() -> None:
    """Let this machine run programs for arm64, as binfmt_misc does with qemu-user-static."""
    if os.uname().machine == "aarch64":
        return
    if not (BINFMT / "register").exists():
        subprocess.run(["mount", "-t", "binfmt_misc", "binfmt_misc", BINFMT], check=True)
    if not (BINFMT / "qemu-aarch64").exists():
        (BINFMT / "register").write_text(EMULATOR.read_text().strip())


def _native_unpacking() -> Iterator[str]:
    """Options that lend the root this machine's own dpkg-deb: emulated, it takes most of the time.

    It lies beside its libraries, and the root's own comes back at the end.
    """
    if os.uname().machine == "aarch64":
        return
    program = shutil.which("dpkg-deb") or "/usr/bin/dpkg-deb"
    libraries = re.findall(r"(/\S+)", subprocess.check_output(["ldd", program], text=True))
    loader = next(Path(library).name for library in libraries if "/ld-" in library)
    call = f"{LENT}/{loader} --library-path {LENT} {LENT}/dpkg-deb"
    yield f'--essential-hook=mkdir "$1{LENT}" && cp -L {program} {" ".join(libraries)} "$1{LENT}"'
    yield '--essential-hook=mv "$1/usr/bin/dpkg-deb" "$1/usr/bin/dpkg-deb.own"'
    yield f'--essential-hook=printf \'#!/bin/sh\\nexec {call} "$@"\' >"$1/usr/bin/dpkg-deb"'
    yield '--essential-hook=chmod 755 "$1/usr/bin/dpkg-deb"'
    yield '--customize-hook=mv "$1/usr/bin/dpkg-deb.own" "$1/usr/bin/dpkg-deb"'
    yield f'--customize-hook=rm -r "$1{LENT}"'


def _addresses() -> Iterator[str]:
    apt = Path("/etc/apt")
    for file in (apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))):
        if file.suffix == ".sources":
            yield from re.findall(r"^URIs:\s*(\S+)", file.read_text(), re.MULTILINE)
        elif file.suffix == ".list" and file.is_file():
            yield from re.findall(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)", file.read_text(), re.MULTILINE)
