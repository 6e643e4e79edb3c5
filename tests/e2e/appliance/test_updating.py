"""``kioskd update``: another version put in, watched, and the one before back when it fails."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.appliance.conftest import booted
from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.support.variants import BAD, GOOD, UNFINISHED, build

pytestmark = pytest.mark.timeout(420)
BEFORE = "/var/lib/kioskd-update/before.deb"


@pytest.fixture(scope="module")
def versions(twins: Path) -> Path:
    for version in (GOOD, *BAD, UNFINISHED):
        build(twins / "kioskd.deb", twins, version)
    return twins


@pytest.fixture(scope="module")
def updating(debian: Path, versions: Path) -> Iterator[Machine]:
    with booted(debian, versions) as machine:
        machine.install("kioskd.deb")
        machine.write(CONFIG, machine.run("cat", CONFIG) + "\n# edited by hand\n")
        yield machine


@pytest.fixture
def wall(updating: Machine) -> Machine:
    """A machine with the version as built at work, and a configuration edited by hand."""
    command = ("apt-get", "install", "--yes", "--allow-downgrades", "/packages/kioskd.deb")
    updating.run(*command, limit=180)
    until(lambda: updating.active() and updating.status() is not None, 60, "it runs")
    return updating


def version(machine: Machine) -> str | None:
    """What the daemon says of itself."""
    status = machine.status()
    return status and str(status["version"])


def books(machine: Machine) -> str:
    """What dpkg says: whether all is well, and which version."""
    return machine.run("dpkg-query", "--show", "--showformat=${Status} ${Version}", "kioskd")


def update(machine: Machine, wanted: str, *options: str) -> tuple[int, list[str]]:
    """The exit code, and the lines that it said."""
    script = '"$@"; echo $?'
    file = f"/packages/kioskd-{wanted}.deb"
    said = machine.run("sh", "-c", script, "sh", "kioskd", "update", file, *options, limit=400)
    *lines, code = said.splitlines()
    return int(code), lines


def test_a_healthy_version_stays_with_configuration_and_state(wall: Machine) -> None:
    before = version(wall)
    wall.run("kioskd", "switch", "projects")
    assert before != GOOD
    code, lines = update(wall, GOOD)
    assert (code, lines[-1]) == (0, f"kioskd: {GOOD} runs and is healthy (before: {before})")
    assert version(wall) == GOOD
    assert books(wall) == f"install ok installed {GOOD}"
    assert wall.status()["screen"] == "projects"
    assert wall.run("cat", CONFIG).endswith("# edited by hand\n")
    assert not wall.succeeds("test", "-e", BEFORE)


@pytest.mark.parametrize("wanted", [*BAD, UNFINISHED])
def test_a_version_that_does_not_become_healthy_gives_way_to_the_one_before(
    wall: Machine, wanted: str
) -> None:
    before, config = version(wall), wall.run("cat", CONFIG)
    code, lines = update(wall, wanted, "--wait", "20s")
    print("\n".join(lines))
    assert code == 1
    assert lines[-1].startswith(f"kioskd: {wanted} did not become healthy (")
    assert f"; {before} is back and healthy" in lines[-1]
    assert "Traceback" not in "".join(lines)
    assert version(wall) == before
    assert books(wall) == f"install ok installed {before}"
    assert wall.run("cat", CONFIG) == config
    assert not wall.succeeds("test", "-e", BEFORE)
    # dpkg still knows that the file was edited, so that a later version won't replace it.
    known = wall.run("dpkg-query", "--show", "--showformat=${Conffiles}", "kioskd").split()[1]
    assert known == wall.run("md5sum", "/usr/lib/kioskd/kioskd.yaml").split()[0]


MOMENTS: dict[str, Callable[[Machine], bool]] = {
    "while files are unpacked": lambda m: (m.top / "usr/bin/kioskd.dpkg-new").exists(),
    "while the new version is watched": lambda m: version(m) == GOOD,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_power_cut_in_the_middle_the_version_before_runs(
    wall: Machine, moment: str
) -> None:
    before = version(wall)
    command = ("kioskd", "update", f"/packages/kioskd-{GOOD}.deb")
    wall.run("systemd-run", "--quiet", "--collect", "--unit=updating", *command)
    until(lambda: MOMENTS[moment](wall), 120, moment)
    wall.cut_power()
    assert (wall.top / BEFORE[1:]).exists()
    wall.boot()
    until(lambda: not (wall.top / BEFORE[1:]).exists(), 120, "the version before is put back")
    until(lambda: version(wall) == before, 60, "it runs")
    assert books(wall) == f"install ok installed {before}"
    assert wall.run("dpkg", "--audit") == ""
    assert wall.run("cat", CONFIG).endswith("# edited by hand\n")


def test_what_can_not_be_installed_is_refused_before_anything_changes(wall: Machine) -> None:
    pid = wall.pid()
    code, lines = update(wall, "0.0.9")
    assert code == 1
    assert "0.0.9 is older than" in lines[-1]
    wall.run("sh", "-c", f"head -c -1000 /packages/kioskd-{GOOD}.deb >/root/torn.deb")
    said = wall.run("kioskd", "update", "/root/torn.deb", check=False)
    assert said.startswith("kioskd: /root/torn.deb can't be read as a package: ")
    assert said.count("\n") == 1
    assert wall.pid() == pid
