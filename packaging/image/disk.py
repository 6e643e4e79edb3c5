"""A tree of files becomes an image of a card: three partitions, without mounting anything."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

MIB = 1 << 20
FIRST = 4 * MIB  # partitions begin where a card's erase blocks do
BOOT_SIZE = 256 * MIB
STATE_SIZE = 256 * MIB
SPARE = 300 * MIB  # of the root, until it has grown
MOST = 330 * MIB  # packed; what has grown needs a look at left-out.txt


# Debian 13's own mke2fs takes files in the order of their names and obeys a date; Debian 12's does
# neither. So the card's own makes its file systems.
MAKE_EXT4 = """
mount -t proc proc "$1/proc"
mount --bind "$2" "$1/mnt"
root=$1; shift 2
exec chroot "$root" mkfs.ext4 "$@"
"""


def write(tree: Path, image: Path, base: Path, date: int) -> None:
    """Make ``image`` of ``tree``: boot/firmware becomes the FAT partition, state the second.

    The root is the last partition, since it grows to the card. ``base`` has the program that makes
    file systems; ``date`` is what they say of themselves, in seconds since 1970. Raises
    ``SystemExit``.
    """
    os.environ["SOURCE_DATE_EPOCH"] = str(date)
    parts = image.parent / f"{image.stem}.parts"
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    boot, state, root = parts / "boot", parts / "state", parts / "root"
    firmware, bare = tree / "boot/firmware", parts / "firmware"
    shutil.copytree(firmware, bare)
    shutil.rmtree(firmware)
    firmware.mkdir()
    os.utime(firmware, (date, date))
    os.utime(firmware.parent, (date, date))
    _fat(bare, boot)
    (parts / "empty").mkdir()
    os.utime(parts / "empty", (date, date))
    _ext4(base, parts / "empty", state, STATE_SIZE, "kioskd-state")
    _ext4(base, tree, root, _room(tree), "kioskd-root")
    _assemble(image, (("c", boot), ("83", state), ("83", root)))
    shutil.rmtree(parts)


def pack(unpacked: Path, image: Path) -> Path:
    """Compress to ``image``.xz with a checksum beside it; returns the compressed file."""
    packed = image.with_name(image.name + ".xz")
    # -9 needs 65 MB where it is unpacked. -T0 makes blocks of one size, however many processors.
    run("nice", "-n10", "xz", "-T0", "-9", "--force", unpacked)
    made = unpacked.with_name(unpacked.name + ".xz")
    if (size := made.stat().st_size) > MOST:
        raise SystemExit(f"make image: {size / MIB:.0f} MiB packed, more than {MOST // MIB}")
    made.replace(packed)
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
    run("mkfs.vfat", "--invariant", "-F", "32", "-n", "KIOSKD", target)
    for folder, folders, names in os.walk(files):
        folders.sort()  # mcopy would take them in any order
        place = Path(folder).relative_to(files)
        if folder != str(files):
            run("mmd", "-i", target, f"::/{place}")
        if names:
            found = [Path(folder, name) for name in sorted(names)]
            run("mcopy", "-m", "-Q", "-i", target, *found, f"::/{place}")


def _ext4(base: Path, tree: Path, target: Path, size: int, label: str) -> None:
    with open(target, "wb") as file:
        file.truncate(size)
    seen = Path("/mnt")
    above = Path(os.path.commonpath((tree, target)))
    number = uuid.uuid5(uuid.NAMESPACE_DNS, label)
    # Without what older tools can't check.
    options = ("-q", "-L", label, "-m", "1", "-O", "^orphan_file")
    own = ("-U", str(number), "-E", f"hash_seed={number}")
    inside = [seen / path.relative_to(above) for path in (tree, target)]
    isolated = ("unshare", "--mount", "sh", "-ec", MAKE_EXT4, "sh", base, above)
    run(*isolated, *options, *own, "-d", *inside)


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
