"""A card with the image on it: a layer above the built image, edited and checked from outside."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SIZE = "8G"  # as a small card has it; larger than the image
CHUNK = 1 << 20


@dataclass(frozen=True)
class Partition:
    """Bytes from the card's beginning, and its length."""

    start: int
    size: int


class Image:
    """The built image, unpacked once into ``cache``, and what starts the emulated machine."""

    def __init__(self, built: Path, cache: Path) -> None:
        cache.mkdir(exist_ok=True)
        self.raw = built.resolve()  # the layers above it name it
        if built.suffix == ".xz":
            self.raw = cache / built.stem
            if not self.raw.exists() or self.raw.stat().st_mtime < built.stat().st_mtime:
                with _placed(self.raw) as whole, open(whole, "wb") as out:
                    subprocess.run(["xz", "-dc", built], stdout=out, check=True)
        self.partitions = partitions(self.raw)
        self.boot = cache / "boot.fat"
        with _placed(self.boot) as whole:
            copy_part(self.raw, self.partitions[0], whole)
        names = [line.split("/")[-1] for line in list_files(self.boot)]
        self.kernel = self._take(cache, max(n for n in names if n.startswith("vmlinuz")))
        self.initrd = self._take(cache, max(n for n in names if n.startswith("initrd")))

    def _take(self, cache: Path, name: str) -> Path:
        target = cache / name
        with _placed(target) as whole:
            whole.write_bytes(read_file(self.boot, name))
        return target


class Card:
    """``configure`` and ``put`` change the FAT partition as a PC would, before power on."""

    def __init__(self, image: Image, folder: Path, size: str = SIZE) -> None:
        self.image = image
        self.kernel, self.initrd = image.kernel, image.initrd
        self.file = folder / "card.qcow2"
        self.boot = folder / "boot.fat"
        self.key = folder / "key"
        shutil.copyfile(image.boot, self.boot)
        _quiet("qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", image.raw, self.file, size)
        _quiet("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key)
        self.put("authorized_keys", Path(f"{self.key}.pub").read_bytes())

    def put(self, name: str, content: bytes) -> None:
        """A file on the boot partition, put there with mtools."""
        self._edit(["mcopy", "-o", "-i", str(self.boot), "-", f"::/{name}"], content)

    def remove(self, name: str) -> None:
        self._edit(["mdel", "-i", str(self.boot), f"::/{name}"])

    def _edit(self, command: list[str], content: bytes = b"") -> None:
        before = self.boot.read_bytes()
        subprocess.run(command, input=content, check=True)
        after = self.boot.read_bytes()
        start = self.image.partitions[0].start
        writes = []
        for place in range(0, len(after), CHUNK):
            piece = after[place : place + CHUNK]
            if piece != before[place : place + CHUNK]:
                part = self.boot.with_suffix(f".{place}")
                part.write_bytes(piece)
                writes += ["-c", f"write -s {part} {start + place} {len(piece)}"]
        _quiet("qemu-io", "-f", "qcow2", *writes, self.file)
        for part in self.boot.parent.glob("boot.[0-9]*"):
            part.unlink()

    def configure(self, text: str) -> None:
        self.put("kioskd.yaml", text.encode())

    def command_line(self) -> str:
        return read_file(self.boot, "cmdline.txt").decode().strip()

    def check(self) -> dict[str, str]:
        """What the checkers say of each file system that is not clean, after a power cut.

        An ext4 is first mended as the boot does it: replaying a journal is no damage.
        """
        found = {}
        now = self.file.with_suffix(".raw")
        for name, part in zip(("boot", "state", "root"), self._partitions(), strict=True):
            self._extract(part, now)
            if name == "boot":
                command = ["fsck.vfat", "-n", str(now)]
            else:
                subprocess.run(["e2fsck", "-p", now], capture_output=True)
                command = ["e2fsck", "-f", "-n", str(now)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                found[name] = done.stdout + done.stderr
            now.unlink()
        return found

    def root_size(self) -> int:
        """Bytes of the root partition, as the card's table has it now."""
        return self._partitions()[2].size

    def _partitions(self) -> list[Partition]:
        head = self.file.with_suffix(".head")
        self._extract(Partition(0, CHUNK), head)
        try:
            return partitions(head)
        finally:
            head.unlink()

    def _extract(self, part: Partition, target: Path) -> None:
        source = f"driver=raw,offset={part.start},size={part.size}"
        source += f",file.driver=qcow2,file.file.driver=file,file.file.filename={self.file}"
        _quiet("qemu-img", "convert", "-U", "--image-opts", source, "-O", "raw", target)


def partitions(file: Path) -> list[Partition]:
    """The partitions of a card's table, in sectors of 512 bytes as MBR has it."""
    dump = subprocess.check_output(["sfdisk", "--dump", file], text=True, stderr=subprocess.DEVNULL)
    found = re.findall(r"start=\s*(\d+), size=\s*(\d+)", dump)
    return [Partition(int(start) * 512, int(size) * 512) for start, size in found]


def copy_part(raw: Path, part: Partition, target: Path) -> None:
    with open(raw, "rb") as source, open(target, "wb") as out:
        source.seek(part.start)
        left = part.size
        while left:
            piece = source.read(min(CHUNK, left))
            out.write(piece)
            left -= len(piece)


def list_files(fat: Path) -> list[str]:
    listing = subprocess.check_output(["mdir", "-b", "-i", fat, "::/"], text=True)
    return listing.split()


def read_file(fat: Path, name: str) -> bytes:
    return subprocess.check_output(["mtype", "-i", fat, f"::/{name}"])


@contextlib.contextmanager
def _placed(target: Path) -> Iterator[Path]:
    """A file to write that appears whole: two runs of the tests may go on side by side."""
    whole = target.with_name(f"{target.name}.{os.getpid()}")
    yield whole
    whole.replace(target)


def _quiet(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
