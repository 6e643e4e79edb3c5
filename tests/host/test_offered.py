"""A package that a kiosk offers to others, as root puts it there."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.host import offered


@pytest.fixture(autouse=True)
def strict_umask() -> Iterator[None]:
    """As some have it for root; the daemon must read it all the same."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_what_root_offers_is_found_by_its_digest_alone_and_until_it_is_withdrawn(
    tmp_path: Path,
) -> None:
    package, signature = tmp_path / "k_2.deb", tmp_path / "k_2.deb.minisig"
    folder = tmp_path / "offer"
    assert not offered.withdraw(folder)
    for content in (b"an older one", b"the package"):
        package.write_bytes(content)
        signature.write_bytes(b"signed")
        digest = offered.offer(package, signature, folder)
        assert digest == hashlib.sha256(content).hexdigest()
    found = offered.find(digest, "kioskd.deb", folder)
    assert found is not None
    assert found.read_bytes() == b"the package"
    assert offered.find(digest, "kioskd.deb.minisig", folder) is not None
    assert [each.name for each in folder.iterdir()] == [digest]  # one at a time
    for place, mode in ((folder, 0o755), (found.parent, 0o755), (found, 0o644)):
        assert place.stat().st_mode & 0o777 == mode
    for wrong, name in (
        (digest, "../../k_2.deb"),
        (digest, "passwd"),
        (digest[:-1], "kioskd.deb"),
        ("..", "kioskd.deb"),
        (digest.upper(), "kioskd.deb"),
    ):
        assert offered.find(wrong, name, folder) is None
    found.unlink()
    found.symlink_to(package)
    assert offered.find(digest, "kioskd.deb", folder) is None
    assert offered.withdraw(folder)
    assert offered.find(digest, "kioskd.deb.minisig", folder) is None


def test_what_was_offered_stays_until_the_new_one_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, signature, folder = tmp_path / "k.deb", tmp_path / "k.deb.minisig", tmp_path / "offer"
    package.write_bytes(b"the first")
    signature.write_bytes(b"signed")
    first = offered.offer(package, signature, folder)
    package.write_bytes(b"the second")

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"the")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(shutil, "copyfile", full)
        with pytest.raises(OSError, match="No space left"):
            offered.offer(package, signature, folder)
    found = offered.find(first, "kioskd.deb", folder)
    assert found is not None
    assert found.read_bytes() == b"the first"
    assert [each.name for each in folder.iterdir()] == [first]  # half of one takes no room
    second = offered.offer(package, signature, folder)
    assert [each.name for each in folder.iterdir()] == [second]
    assert offered.offer(package, signature, folder) == second  # nor is the same one
    assert [each.name for each in folder.iterdir()] == [second]


def test_a_file_that_someone_left_there_is_not_in_the_way(tmp_path: Path) -> None:
    package, signature, folder = tmp_path / "k.deb", tmp_path / "k.deb.minisig", tmp_path / "offer"
    package.write_bytes(b"the package")
    signature.write_bytes(b"signed")
    folder.mkdir()
    for name in ("notes.txt", "new", hashlib.sha256(b"the package").hexdigest()):
        (folder / name).write_text("left")
    (folder / "link").symlink_to(tmp_path)
    digest = offered.offer(package, signature, folder)
    assert [each.name for each in folder.iterdir()] == [digest]
    (folder / "notes.txt").write_text("left")
    assert offered.withdraw(folder)
    assert not list(folder.iterdir())
    assert package.exists()  # what a link points to is not touched
    (folder / "notes.txt").write_text("left")
    assert not offered.withdraw(folder)  # that was no package
