"""The image's own programs for updates, in a booted machine whose root is a layer above a card.

As on the image, the layer is new at each start, and only the card and the state partition last.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.appliance.machine import Machine, until
from tests.e2e.appliance.roots import CACHE
from tests.support.variants import BAD, GOOD, build

pytestmark = pytest.mark.timeout(600)
IMAGE = Path(__file__).parents[3] / "packaging/image/root"
PARTS = (
    *("etc/systemd/system/kioskd-packages*", "etc/systemd/system/kioskd-updates*"),
    *("etc/systemd/system/*.wants/kioskd-packages*", "etc/systemd/system/*.wants/kioskd-updates*"),
    *("usr/lib/kioskd-image/packages", "usr/lib/kioskd-image/updates"),
)
CRASHING = next(iter(BAD))
KEPT = "state/packages/kioskd.deb"
ARCHIVE = "http://127.0.0.1:8000/debian-security"
CONTROL = """\
Package: {name}
Version: {version}
Architecture: all
Maintainer: nobody <nobody@localhost.invalid>
Description: only for a test
"""
# What the image's programs call, as this machine can do it: its card is no disk, whose only mount
# would be changed, and it is not started again by itself.
STAND_INS = {
    "mount": 'case "$2" in remount,*) set -- "$1" "bind,$2" "$3" ;; esac; exec /bin/mount "$@"',
    "systemctl": 'case "$*" in *reboot) exec touch /run/again ;; esac; exec /bin/systemctl "$@"',
}
# What can have an update: a part of the system, and what comes with a new image.
UPDATED, EXCLUDED = "kioskd-test-part", "linux-test-part"


class CardRoot:
    """A Debian with kioskd and the image's programs on it, and the state partition's folder."""

    def __init__(self, debian: Path, packages: Path, folder: Path) -> None:
        self.folder, self.packages = folder, packages
        self.top, self.state = folder / "card", folder / "state"
        for name in ("card", "card-upper", "card-work", "state"):
            (folder / name).mkdir()
        upper = f"upperdir={folder}/card-upper,workdir={folder}/card-work"
        _host("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={debian},{upper}", self.top)
        for pattern in PARTS:
            for file in IMAGE.glob(pattern):
                target = self.top / file.relative_to(IMAGE)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target, follow_symlinks=False)
        for name, script in STAND_INS.items():
            stand_in = self.top / "usr/local/sbin" / name
            stand_in.write_text(f"#!/bin/sh\n{script}\n")
            stand_in.chmod(0o755)
        for mountpoint in ("state", "media/card"):
            (self.top / mountpoint).mkdir(parents=True)
        self.install(packages / "kioskd.deb")

    def install(self, file: Path) -> None:
        shutil.copy(file, self.top / "new.deb")
        _host("chroot", self.top, "dpkg", "--force-unsafe-io", "--install", "/new.deb")
        (self.top / "new.deb").unlink()

    def version(self, package: str) -> str:
        query = ("dpkg-query", f"--admindir={self.top}/var/lib/dpkg", "--show")
        return subprocess.check_output([*query, "--showformat=${Version}", package], text=True)

    @contextmanager
    def started(self) -> Iterator[Machine]:
        """A machine with this card in it, until its power is cut."""
        folder = Path(tempfile.mkdtemp(prefix="start-", dir=self.folder))
        machine = Machine(self.top, folder, self.packages)
        mounted = machine.top / "media/card"
        _host("mount", "--bind", self.state, machine.top / "state")
        _host("mount", "--bind", self.top, mounted)
        _host("mount", "-o", "remount,bind,ro", mounted)
        try:
            yield machine.boot()
        finally:
            _host("umount", mounted, machine.top / "state")
            machine.close()

    def close(self) -> None:
        _host("umount", self.top)
        shutil.rmtree(self.folder)


@pytest.fixture
def card(debian: Path, packages: Path) -> Iterator[CardRoot]:
    for wanted in (GOOD, CRASHING):
        if not (packages / f"kioskd-{wanted}.deb").exists():
            build(packages / "kioskd.deb", packages, wanted)
    CACHE.mkdir(exist_ok=True)
    card = CardRoot(debian, packages, Path(tempfile.mkdtemp(prefix="card-", dir=CACHE)))
    yield card
    card.close()


def test_an_update_is_there_again_after_a_power_cut_and_the_card_is_untouched(
    card: CardRoot,
) -> None:
    with card.started() as machine:
        until(lambda: machine.version() is not None, 60, "it runs")
        own = machine.version()
        said = machine.run(
            "kioskd", "update", "--unsigned", f"/packages/kioskd-{GOOD}.deb", limit=300
        )
        # In the language of the card's own file.
        assert said.splitlines()[-1] == f"kioskd: {GOOD} está rodando e bem (antes: {own})"
        assert machine.version() == GOOD
    assert card.version("kioskd") == own
    size = (card.folder / KEPT).stat().st_size

    with card.started() as machine:
        until(lambda: machine.version() == GOOD, 120, "the new version runs after the start")
        assert machine.property("NRestarts") == "0"
        assert machine.property("Result", "kioskd-packages") == "success"
        assert not machine.succeeds("test", "-e", "/usr/sbin/policy-rc.d")
        proof = "kioskd-packages-proof"
        until(lambda: machine.property("SubState", proof) == "dead", 150, "it is proven")
        assert machine.property("Result", proof) == "success"
        began, ended = (
            int(machine.property(f"{what}TimestampMonotonic", "kioskd-packages"))
            for what in ("InactiveExit", "ActiveEnter")
        )
        print(f"\nkept: {size / 1e6:.1f} MB, put in within {(ended - began) / 1e6:.1f} s")
    assert (card.folder / KEPT).exists()


def test_a_kept_version_that_does_not_run_is_set_aside_and_the_card_s_own_comes_back(
    card: CardRoot,
) -> None:
    own = card.version("kioskd")
    (card.folder / KEPT).parent.mkdir()
    shutil.copy(card.packages / f"kioskd-{CRASHING}.deb", card.folder / KEPT)
    aside = (card.folder / KEPT).with_suffix(".deb.bad")
    with card.started() as machine:
        until(lambda: starts_again(machine), 300, "it is given up")
    assert aside.exists()
    assert not (card.folder / KEPT).exists()
    with card.started() as machine:
        until(lambda: machine.version() == own, 60, "the card's own runs")


def test_a_kept_version_that_can_not_be_read_does_not_stop_the_wall(card: CardRoot) -> None:
    own = card.version("kioskd")
    (card.folder / KEPT).parent.mkdir()
    (card.folder / KEPT).write_bytes(b"torn")
    with card.started() as machine:
        until(lambda: machine.version() == own, 60, "the card's own runs")
    assert not (card.folder / KEPT).exists()


def test_security_updates_come_to_the_card_where_they_are_asked_for(card: CardRoot) -> None:
    archive = card.packages / "debian-security"
    archive.mkdir(exist_ok=True)
    offered = []
    for name in (UPDATED, EXCLUDED):
        card.install(dummy(card.folder, name, "1.0"))
        offered.append(dummy(archive, name, "2.0"))
    index(archive, offered)
    (card.top / "etc/apt/sources.list").write_text(f"deb [trusted=yes] {ARCHIVE} ./\n")

    with card.started() as machine:
        serve = ("python3", "-m", "http.server", "--directory=/packages", "--bind=127.0.0.1")
        machine.run("systemd-run", "--quiet", "--unit=archive", *serve, "8000")
        until(lambda: answers(machine), 30, "the archive answers")
        ask = "mkdir -p /run/kioskd-image; echo {} >/run/kioskd-image/updates"
        machine.run("sh", "-c", ask.format("off"))
        machine.run("systemctl", "start", "kioskd-updates.service", limit=120)
        assert card.version(UPDATED) == "1.0"

        machine.run("sh", "-c", ask.format("on"))
        machine.run("systemctl", "start", "--no-block", "kioskd-updates.service")
        until(lambda: starts_again(machine), 120, "the card has the update")
        updates = "kioskd-updates"
        until(lambda: machine.property("ActiveState", updates) == "inactive", 30, "it ended")
        assert machine.property("Result", updates) == "success"
        assert machine.run("findmnt", "-no", "OPTIONS", "/media/card").startswith("ro,")
    assert card.version(UPDATED) == "2.0"
    assert card.version(EXCLUDED) == "1.0"
    assert not (card.top / "run/no-initramfs").exists()

    with card.started() as machine:
        machine.run("systemd-run", "--quiet", "--unit=archive", *serve, "8000")
        until(lambda: answers(machine), 30, "the archive answers")
        assert "up to date" in machine.run("/usr/lib/kioskd-image/updates")


def starts_again(machine: Machine) -> bool:
    return machine.succeeds("test", "-e", "/run/again")


def dummy(folder: Path, name: str, wanted: str) -> Path:
    """A package with nothing in it."""
    tree = folder / f"{name}-{wanted}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(CONTROL.format(name=name, version=wanted))
    file = folder / f"{name}_{wanted}_all.deb"
    _host("dpkg-deb", "--root-owner-group", "--build", tree, file)
    shutil.rmtree(tree)
    return file


def index(archive: Path, files: list[Path]) -> None:
    """What apt asks an archive for."""
    known = ""
    for file in files:
        name, wanted, _ = file.stem.split("_")
        known += CONTROL.format(name=name, version=wanted)
        known += f"Filename: ./{file.name}\nSize: {file.stat().st_size}\n"
        known += f"SHA256: {hashlib.sha256(file.read_bytes()).hexdigest()}\n\n"
    (archive / "Packages").write_text(known)
    digest = hashlib.sha256(known.encode()).hexdigest()
    (archive / "Release").write_text(f"SHA256:\n {digest} {len(known)} Packages\n")


def answers(machine: Machine) -> bool:
    return machine.succeeds(
        "python3", "-c", f"import urllib.request as u; u.urlopen('{ARCHIVE}/Release')"
    )


def _host(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)
