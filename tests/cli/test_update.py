"""``kioskd update`` without a system to change: packages, books of dpkg's own, units made up."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kioskd.cli import package, update
from kioskd.cli.client import Daemon
from kioskd.cli.package import UpdateError
from kioskd.errors import ControlError

HERE = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Installed-Size: 7
Maintainer: nobody <nobody@localhost.invalid>
Description: only for a test
 of more than one line
"""


class ReleaseShelf:
    """Makes packages whose files all lie below ``place``, and installs them there only."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.place = folder / "system"
        self.books = folder / "books"
        for name in ("info", "updates", "triggers"):
            (self.books / name).mkdir(parents=True)
        (self.books / "status").touch()
        monkeypatch.setenv("DPKG_ADMINDIR", str(self.books))
        monkeypatch.setattr(package, "ORIGINALS", {str(self.conffile): str(self.original)})

    @property
    def conffile(self) -> Path:
        return self.place / "etc/kioskd.yaml"

    @property
    def original(self) -> Path:
        return self.place / "lib/kioskd.yaml"

    def make(
        self, version: str = "1.0", name: str = "kioskd", architecture: str = HERE, config: str = ""
    ) -> Path:
        tree = self.folder / f"tree-{name}-{version}-{architecture}"
        inside = tree / str(self.place).lstrip("/")
        for folder in ("etc", "lib/python3.1", "lib/python3.99", "bin"):
            (inside / folder).mkdir(parents=True)
        for each in ("etc/kioskd.yaml", "lib/kioskd.yaml"):
            (inside / each).write_text(config or f"as in {version}\n")
        for python in ("python3.1", "python3.99"):
            (inside / "lib" / python / "code.py").write_text(f"{version}\n")
        (inside / "bin/kioskd").write_text("#!/bin/sh\n")
        (inside / "bin/kioskd").chmod(0o755)
        (inside / "bin/link").symlink_to("kioskd")
        control = tree / "DEBIAN"
        control.mkdir()
        text = CONTROL.format(name=name, version=version, architecture=architecture)
        (control / "control").write_text(text)
        (control / "conffiles").write_text(f"{self.conffile}\n")
        (control / "postinst").write_text("#!/bin/sh\n")
        (control / "postinst").chmod(0o755)
        file = self.folder / f"{name}-{version}-{architecture}.deb"
        subprocess.run(["dpkg-deb", "-Zgzip", "--build", tree, file], check=True)
        return file

    def install(self, file: Path) -> None:
        options = ("--force-not-root", "--force-bad-path", "--force-script-chrootless")
        log = f"--log={self.folder}/dpkg.log"
        force = ("--force-confold", "--force-downgrade")
        command = ["dpkg", log, *options, *force, "--install", str(file)]
        subprocess.run(command, check=True)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReleaseShelf:
    return ReleaseShelf(tmp_path, monkeypatch)


def test_a_package_is_known_by_its_version_and_size(shelf: ReleaseShelf) -> None:
    assert package.read(shelf.make("2.0~rc1")) == package.Package("2.0~rc1", HERE, 7 * 1024)


def test_what_is_not_kioskd_for_this_machine_is_refused_with_the_reason(
    shelf: ReleaseShelf,
) -> None:
    with pytest.raises(UpdateError, match="holds the package other, not kioskd"):
        package.read(shelf.make(name="other"))
    with pytest.raises(UpdateError, match=f"is for s390x, and this machine is {HERE}"):
        package.read(shelf.make(architecture="s390x"))
    text = shelf.folder / "text.deb"
    text.write_text("no package\n")
    with pytest.raises(UpdateError, match=r"text\.deb can't be read as a package: dpkg-deb"):
        package.read(text)
    with pytest.raises(UpdateError, match="No such file"):
        package.read(shelf.folder / "absent.deb")


def test_a_torn_package_is_refused(shelf: ReleaseShelf) -> None:
    file = shelf.make()
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(UpdateError, match="can't be read as a package"):
        package.read(file)


def test_versions_are_compared_as_debian_does() -> None:
    assert package.older("0.9", "0.10")
    assert package.older("1.0~rc1", "1.0")
    assert not package.older("1.0", "1.0")


def test_without_a_package_installed_that_is_said(shelf: ReleaseShelf) -> None:
    with pytest.raises(UpdateError, match="was not installed as a package"):
        package.installed()


def test_what_is_installed_is_packed_as_it_came_and_edits_survive_going_back(
    shelf: ReleaseShelf, tmp_path: Path
) -> None:
    shelf.install(shelf.make("1.0"))
    assert package.installed().version == "1.0"
    shelf.conffile.write_text("edited\n")
    kept = tmp_path / "before.deb"
    package.repack(kept, tmp_path)
    assert package.read(kept) == package.Package("1.0", HERE, 7 * 1024)
    shelf.install(shelf.make("2.0"))
    assert (shelf.place / "lib/python3.1/code.py").read_text() == "2.0\n"

    shelf.install(kept)
    assert package.installed().version == "1.0"
    assert (shelf.place / "lib/python3.1/code.py").read_text() == "1.0\n"
    assert (shelf.place / "bin/link").readlink() == Path("kioskd")
    assert (shelf.place / "bin/kioskd").stat().st_mode & 0o777 == 0o755
    assert shelf.conffile.read_text() == "edited\n"
    # What dpkg now takes for the distributed file is the distributed one: no later version will
    # think that nobody edited it.
    shelf.install(shelf.make("3.0"))
    assert shelf.conffile.read_text() == "edited\n"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("kioskd-1")] == [
        f"kioskd-1.0-{HERE}.deb"
    ]


def test_a_file_that_the_system_left_out_is_left_out_of_the_kept_package_too(
    shelf: ReleaseShelf, tmp_path: Path
) -> None:
    shelf.install(shelf.make("1.0"))
    (shelf.place / "bin/link").unlink()
    package.repack(tmp_path / "kept.deb", tmp_path, leave_out=f"{shelf.place}/lib/python3.1(/|$)")
    listing = subprocess.check_output(["dpkg-deb", "--contents", tmp_path / "kept.deb"], text=True)
    assert "python3.99/code.py" in listing
    assert "python3.1/" not in listing
    assert "bin/link" not in listing


def test_a_package_that_can_t_be_written_leaves_nothing_behind(
    shelf: ReleaseShelf, tmp_path: Path
) -> None:
    shelf.install(shelf.make("1.0"))
    workshop = tmp_path / "workshop"
    workshop.mkdir()
    with pytest.raises(UpdateError, match=r"absent/kept\.deb can't be written: "):
        package.repack(tmp_path / "absent/kept.deb", workshop)
    assert not list(workshop.iterdir())


def test_a_program_that_hangs_is_ended_with_all_that_it_started() -> None:
    with pytest.raises(UpdateError, match=r"sh took longer than 0 s"):
        package.run("sh", "-c", "sleep 600 & wait", limit=0.3)


def test_a_failure_without_a_word_is_told_by_its_code() -> None:
    with pytest.raises(UpdateError, match=r"^sh: exit code 7$"):
        package.run("sh", "-c", "exit 7", limit=10)


def test_a_failure_is_told_by_the_first_complaint() -> None:
    script = "echo Reading...; echo 'E: Unmet dependencies.'; echo done; exit 100"
    with pytest.raises(UpdateError, match=r"^sh: E: Unmet dependencies\.$"):
        package.run("sh", "-c", script, limit=10)


def test_a_complaint_of_two_lines_is_told_whole() -> None:
    script = "echo 'dpkg: error processing package x (--install):'; echo ' the reason'; exit 1"
    with pytest.raises(UpdateError, match=r"package x \(--install\): the reason$"):
        package.run("sh", "-c", script, limit=10)


# Refusals


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Why an update is refused, with 1.0 installed."""
    monkeypatch.setattr(update, "BEFORE", tmp_path / "update/before.deb")
    (tmp_path / "update").mkdir()

    def why(version: str, force: bool = False, size: int = 0) -> str:
        new, old = package.Package(version, HERE, size), package.Package("1.0", HERE, 0)
        with pytest.raises(UpdateError) as refused:
            update._check(new, old, force)
        return str(refused.value)

    return why


def test_older_or_the_same_needs_to_be_meant(refusal: Callable[..., str]) -> None:
    assert refusal("0.9") == "0.9 is older than 1.0; --force installs it"
    assert refusal("1.0") == "1.0 is installed already; --force installs it again"
    for version in ("0.9", "1.0"):
        update._check(
            package.Package(version, HERE, 0), package.Package("1.0", HERE, 0), force=True
        )


def test_too_little_room_and_an_update_that_was_cut_off_are_refused(
    refusal: Callable[..., str], tmp_path: Path
) -> None:
    assert "has too little room" in refusal("2.0", size=1 << 60)
    (tmp_path / "update/before.deb").touch()
    assert "sudo systemctl start kioskd-recover" in refusal("2.0")


def test_on_the_image_the_card_s_own_version_is_the_oldest_that_can_be_kept(
    refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "_in_memory", lambda: True)
    monkeypatch.setattr(package, "installed", lambda root: package.Package("0.5", HERE, 0))
    assert "the card itself holds 0.5" in refusal("0.5", force=True)
    assert "the state partition is not there" in refusal("2.0")


def test_only_root_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(UpdateError, match=r"sudo kioskd update new\.deb"):
        update.update(Path("new.deb"), Daemon("127.0.0.1:1"))


# Watching


class Answers(Daemon):
    """A daemon that says its version, or doesn't answer."""

    said: str | None = "2.0"

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        if self.said is None:
            raise ControlError("no daemon answers on it; try: systemctl status kioskd")
        return {"version": self.said}


class Room:
    """A systemctl that says what a file says, a program with a version, and short waits."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._said = folder / "said"
        for name, does in (("systemctl", f"cat {self._said}"), ("kioskd", "echo kioskd 2.0")):
            (folder / name).write_text(f"#!/bin/sh\n{does}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=":")
        monkeypatch.setattr(update, "PROGRAM", str(folder / "kioskd"))
        monkeypatch.setattr(update, "STEADY", 0.5)
        self.daemon = Answers("127.0.0.1:1")
        self.say()

    def say(self, **different: str) -> None:
        state = {
            **{"ActiveState": "active", "SubState": "running", "InvocationID": "new"},
            **{"NRestarts": "0", "Result": "success", "ExecMainStatus": "0"},
        } | different
        self._said.write_text("".join(f"{key}={value}\n" for key, value in state.items()))

    def watch(self, limit: float = 0.0) -> str | None:
        return update.watch(self.daemon, {"kioskd.service": "old"}, limit)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, monkeypatch)


def test_a_version_that_runs_and_answers_for_a_while_is_healthy(room: Room) -> None:
    assert room.watch(limit=30) is None


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ({"InvocationID": "old"}, "kioskd.service was not started again"),
        (
            {"ActiveState": "activating", "SubState": "start", "Result": "timeout"},
            "kioskd.service is activating (start), timeout",
        ),
        ({"ExecMainStatus": "78"}, "kioskd.service refuses the configuration: kioskd check"),
    ],
)
def test_a_unit_that_is_not_well_is_told_when_the_time_is_over(
    room: Room, state: dict[str, str], fault: str
) -> None:
    room.say(**state)
    assert room.watch() == fault


def test_a_unit_that_ends_again_and_again_is_not_waited_for(room: Room) -> None:
    ended = {"SubState": "auto-restart", "Result": "exit-code", "ExecMainStatus": "3"}
    room.say(ActiveState="activating", NRestarts="3", **ended)
    said = "kioskd.service is activating (auto-restart), exit code 3, restarts: 3"
    assert room.watch(limit=600) == said


def test_a_daemon_that_is_silent_or_of_another_version_is_not_healthy(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "said", None)
    assert room.watch() == "no daemon answers on it"
    monkeypatch.setattr(Answers, "said", "1.0")
    assert room.watch() == "1.0 answers, and 2.0 is installed"
