"""A package that a kiosk offers to others, as root puts it there."""

import hashlib
import os
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
