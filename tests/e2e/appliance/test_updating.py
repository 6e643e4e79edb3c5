"""``kioskd update``: another version put in, watched, and the one before back when it fails."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, booted, until
from tests.support.signing import Signer
from tests.support.variants import BAD, GOOD, UNFINISHED, build

pytestmark = pytest.mark.timeout(600)
KEY = "/etc/kioskd/release.pub"
BEFORE = "/var/lib/kioskd-update/before.deb"


@pytest.fixture(scope="module")
def signer() -> Iterator[Signer]:
    with TemporaryDirectory() as folder:
        yield Signer(Path(folder))


@pytest.fixture(scope="module")
def versions(twins: Path, signer: Signer) -> Path:
    for version in (GOOD, *BAD, UNFINISHED):
        build(twins / "kioskd.deb", twins, version)
    for file in twins.glob("kioskd-*.deb"):
        signer.sign(file, file.stem)
    return twins


@pytest.fixture(scope="module")
def updating(debian: Path, versions: Path, signer: Signer) -> Iterator[Machine]:
    with booted(debian, versions) as machine:
        machine.install("kioskd.deb")
        machine.write(KEY, signer.public.read_text())
        edited = machine.run("cat", CONFIG).replace("language: pt-BR", "language: en")
        machine.write(CONFIG, edited + "\n# edited by hand\n")
        yield machine


@pytest.fixture
def wall(updating: Machine) -> Machine:
    """A machine with the version as built at work, and a configuration edited by hand."""
    command = ("apt-get", "install", "--yes", "--allow-downgrades", "/packages/kioskd.deb")
    updating.run(*command, limit=180)
    until(lambda: updating.active() and updating.status() is not None, 60, "it runs")
    return updating


def books(machine: Machine) -> str:
    """What dpkg says: whether all is well, and which version."""
    return machine.run("dpkg-query", "--show", "--showformat=${Status} ${Version}", "kioskd")


def update(machine: Machine, wanted: str, *options: str) -> tuple[int, list[str]]:
    """The exit code, and the lines that it said."""
    script = '"$@"; echo $?'
    file = f"/packages/kioskd-{wanted}.deb"
    said = machine.run("sh", "-c", script, "sh", "kioskd", "update", file, *options, limit=550)
    *lines, code = said.splitlines()
    return int(code), lines


def test_a_healthy_version_stays_with_configuration_and_state(wall: Machine) -> None:
    before = wall.version()
    wall.run("kioskd", "switch", "projects")
    assert before != GOOD
    code, lines = update(wall, GOOD)
    assert (code, lines[-1]) == (0, f"kioskd: {GOOD} runs and is healthy (before: {before})")
    assert wall.version() == GOOD
    assert books(wall) == f"install ok installed {GOOD}"
    assert wall.status()["screen"] == "projects"
    assert wall.run("cat", CONFIG).endswith("# edited by hand\n")
    assert not wall.succeeds("test", "-e", BEFORE)


@pytest.mark.parametrize("wanted", [*BAD, UNFINISHED])
def test_a_version_that_does_not_become_healthy_gives_way_to_the_one_before(
    wall: Machine, wanted: str
) -> None:
    before, config = wall.version(), wall.run("cat", CONFIG)
    code, lines = update(wall, wanted, "--wait", "20s")
    print("\n".join(lines))
    assert code == 1
    assert lines[-1].startswith(f"kioskd: {wanted} did not become healthy (")
    assert f"; {before} is back and healthy" in lines[-1]
    assert "Traceback" not in "".join(lines)
    assert wall.version() == before
    assert books(wall) == f"install ok installed {before}"
    assert wall.run("cat", CONFIG) == config
    assert not wall.succeeds("test", "-e", BEFORE)
    # dpkg still knows that the file was edited, so that a later version won't replace it.
    known = wall.run("dpkg-query", "--show", "--showformat=${Conffiles}", "kioskd").split()[1]
    assert known == wall.run("md5sum", "/usr/lib/kioskd/kioskd.yaml").split()[0]


MOMENTS: dict[str, Callable[[Machine], bool]] = {
    "while files are unpacked": lambda m: (m.top / "usr/bin/kioskd.dpkg-new").exists(),
    "while the new version is watched": lambda m: m.version() == GOOD,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_power_cut_in_the_middle_the_version_before_runs(
    wall: Machine, moment: str
) -> None:
    before = wall.version()
    command = ("kioskd", "update", f"/packages/kioskd-{GOOD}.deb")
    wall.run("systemd-run", "--quiet", "--collect", "--unit=updating", *command)
    until(lambda: MOMENTS[moment](wall), 120, moment)
    wall.cut_power()
    assert (wall.top / BEFORE[1:]).exists()
    wall.boot()
    until(lambda: not (wall.top / BEFORE[1:]).exists(), 120, "the version before is put back")
    until(lambda: wall.version() == before, 60, "it runs")
    assert books(wall) == f"install ok installed {before}"
    assert wall.run("dpkg", "--audit") == ""
    assert wall.run("cat", CONFIG).endswith("# edited by hand\n")


def test_what_can_not_be_installed_is_refused_before_anything_changes(wall: Machine) -> None:
    pid = wall.pid()
    code, lines = update(wall, "0.0.9")
    assert code == 1
    assert "0.0.9 is older than" in lines[-1]
    wall.run("sh", "-c", f"head -c -1000 /packages/kioskd-{GOOD}.deb >/root/torn.deb")
    said = wall.run("kioskd", "update", "--unsigned", "/root/torn.deb", check=False)
    assert said.startswith("kioskd: /root/torn.deb can't be read as a package: ")
    assert said.count("\n") == 1
    assert wall.pid() == pid


def test_what_is_not_rightly_signed_is_refused_and_changes_nothing(wall: Machine) -> None:
    pid, before = wall.pid(), books(wall)
    file = "/root/kioskd.deb"

    def refused() -> str:
        said = wall.run("kioskd", "update", file, check=False)
        assert said.count("\n") == 1
        assert (wall.pid(), books(wall)) == (pid, before)
        assert not wall.run("ls", "/var/lib/kioskd-update")
        return said

    wall.run("cp", f"/packages/kioskd-{GOOD}.deb", file)
    assert f"{file} is not signed: kioskd.deb.minisig does not lie beside it" in refused()
    wall.run("cp", "/packages/kioskd-0.0.9.deb.minisig", f"{file}.minisig")
    assert f"{file} is refused, it is not what a key of this machine has signed" in refused()
    wall.run("cp", f"/packages/kioskd-{GOOD}.deb.minisig", f"{file}.minisig")
    wall.run("sh", "-c", f"printf x | dd of={file} bs=1 seek=200000 conv=notrunc status=none")
    assert f"{file} is refused, it is not what a key of this machine has signed" in refused()
    wall.run("mv", KEY, "/root/")
    assert "this kioskd was made without a release's key" in refused()
    wall.run("mv", "/root/release.pub", KEY)


def test_a_file_that_is_exchanged_meanwhile_is_not_what_is_installed(wall: Machine) -> None:
    for suffix in ("", ".minisig"):
        wall.run("cp", f"/packages/kioskd-{GOOD}.deb{suffix}", f"/root/kioskd.deb{suffix}")
    command = ("kioskd", "update", "/root/kioskd.deb")
    wall.run("systemd-run", "--quiet", "--collect", "--unit=exchanged", *command)
    until(lambda: (wall.top / BEFORE[1:]).exists(), 120, "what runs is kept: it was verified")
    wall.run("cp", "/packages/kioskd-3.1.deb", "/root/kioskd.deb")
    until(lambda: wall.version() == GOOD, 120, "what was verified is installed")
    until(lambda: not (wall.top / BEFORE[1:]).exists(), 120, "it is healthy")
    assert "kioskd 3.0" in wall.run("kioskd", "--version")


def test_one_that_somebody_made_is_installed_when_that_is_meant(wall: Machine) -> None:
    wall.run("cp", f"/packages/kioskd-{GOOD}.deb", "/root/own.deb")
    wall.run("rm", "-f", "/root/own.deb.minisig")
    said = wall.run("kioskd", "update", "--unsigned", "/root/own.deb", limit=550)
    assert f"kioskd: {GOOD} is not signed; " in said
    assert wall.version() == GOOD
