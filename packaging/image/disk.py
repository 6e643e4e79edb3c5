"""A tree of files becomes an image of a card: three partitions, without mounting anything."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

MIB = 1 << 20
FIRST = 4 * MIB  # partitions begin where a card's erase blocks do
BOOT_SIZE = 256 * MIB
STATE_SIZE = 256 * MIB
SPARE = 300 * MIB  # of the root, until it has grown


def write(tree: Path, image: Path) -> None:
    """Make ``image`` of ``tree``: boot/firmware becomes the FAT partition, state the second.

    The root is the last partition, since it grows to the card. Raises ``SystemExit``.
    """
    parts = image.parent / f"{image.stem}.parts"
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    boot, state, root = parts / "boot", parts / "state", parts / "root"
    firmware, bare = tree / "boot/firmware", parts / "firmware"
    shutil.copytree(firmware, bare)
    shutil.rmtree(firmware)
    firmware.mkdir()
    _fat(bare, boot)
    (parts / "empty").mkdir()
    _ext4(parts / "empty", state, STATE_SIZE, "kioskd-state")
    _ext4(tree, root, _room(tree), "kioskd-root")
    _assemble(image, (("c", boot), ("83", state), ("83", root)))
    shutil.rmtree(parts)


def pack(unpacked: Path, image: Path) -> Path:
    """Compress to ``image``.xz with a checksum beside it; returns the compressed file."""
    packed = image.with_name(image.name + ".xz")
    run("nice", "-n10", "xz", "-T0", "-3", "--force", unpacked)
    unpacked.with_name(unpacked.name + ".xz").replace(packed)
    with open(packed.with_name(packed.name + ".sha256"), "w") as sums:
        subprocess.run(["sha256sum", packed.name], cwd=packed.parent, stdout=sums, check=True)
    return packed


def run(*command: str | Path, text: str | None = None) -> None:
    done = subprocess.run(command, input=text, text=True, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"make image: `{' '.join(map(str, command[:6]))} ...` failed, see above")


def _room(tree: Path) -> int:
    """Bytes for the root's file system, whole MiB."""
    used = int(subprocess.check_output(["du", "-s", "--block-size=1M", tree]).split()[0]) * MIB
    return (int(used * 1.08) + SPARE) // MIB * MIB


def _fat(files: Path, target: Path) -> None:
    with open(target, "wb") as file:
        file.truncate(BOOT_SIZE)
    run("mkfs.vfat", "-F", "32", "-n", "KIOSKD", target)
    names = sorted(files.iterdir())
    run("mcopy", "-s", "-m", "-Q", "-i", target, *names, "::/")


def _ext4(tree: Path, target: Path, size: int, label: str) -> None:
    with open(target, "wb") as file:
        file.truncate(size)
    # Without what older tools can't check.
    run("mkfs.ext4", "-q", "-L", label, "-m", "1", "-O", "^orphan_file", "-d", tree, target)


def _assemble(image: Path, partitions: Sequence[tuple[str, Path]]) -> None:
    start, lines = FIRST, ["label: dos", "label-id: 0x6b696f73"]
    places = []
    for kind, file in partitions:
        size = file.stat().st_size
        lines.append(f"start={start // 512}, size={size // 512}, type={kind}")
        places.append(start)
        start += -(-size // FIRST) * FIRST
    with open(image, "wb") as out:
        out.truncate(start)
    run("sfdisk", "--quiet", "--no-tell-kernel", image, text="\n".join(lines) + "\n")
    for place, (_, file) in zip(places, partitions, strict=True):
        options = (f"seek={place // MIB}", "bs=1M", "conv=notrunc,sparse", "status=none")
        run("dd", f"if={file}", f"of={image}", *options)
        os.unlink(file)
