"""A file is the old one or the new one, whenever somebody looks."""

import stat
import threading
from pathlib import Path

from kioskd.config.writing import write_file


def test_a_file_is_replaced_with_its_permissions_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "made/file"
    write_file(path, b"one")
    write_file(path, b"two", mode=0o644, durable=False)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_whoever_reads_while_it_is_written_sees_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = {bytes([n]) * 100_000 for n in range(4)}
    write_file(path, bytes(100_000))
    done = threading.Event()

    def write() -> None:
        for content in [*contents] * 20:
            write_file(path, content, durable=False)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = {path.read_bytes()}
    while not done.is_set():
        seen.add(path.read_bytes())
    writer.join()
    assert seen <= contents
