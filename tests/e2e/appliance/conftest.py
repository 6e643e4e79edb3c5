"""These tests boot whole systems: only ``make test-appliance`` runs them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, booted, until
from tests.e2e.appliance.roots import SUITES, root
from tests.support.variants import NEWER, OLDER, build

ROOT = Path(__file__).parents[3]
NEEDED = ("systemd-nspawn", "mmdebstrap", "nsenter", "dpkg-deb")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what each of its machines last wrote down."""
    report = yield
    if report.failed:
        for value in item.funcargs.values():
            machine = getattr(value, "machine", value)
            if isinstance(machine, Machine):
                report.sections.append(("the machine's journal", machine.last_words()))
    return report


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if any("appliance" in argument for argument in config.args) else True


@pytest.fixture(scope="session")
def packages() -> Iterator[Path]:
    """A folder with the package as built."""
    if os.geteuid() != 0:
        pytest.exit("booting a system needs root: sudo make test-appliance", returncode=1)
    for program in NEEDED:
        if shutil.which(program) is None:
            needs = "sudo apt install systemd-container mmdebstrap"
            pytest.exit(f"{program} is not installed: {needs}", returncode=1)
    built = sorted((ROOT / "dist").glob("kioskd_*_amd64.deb"), key=lambda p: p.stat().st_mtime)
    assert built, "no package in dist/: make deb"
    with tempfile.TemporaryDirectory(prefix="kioskd-packages-") as folder:
        shutil.copy(built[-1], Path(folder, "kioskd.deb"))
        yield Path(folder)


@pytest.fixture(scope="session")
def twins(packages: Path) -> Path:
    """The same folder, with an older and a newer version in it too."""
    for version in (OLDER, NEWER):
        build(packages / "kioskd.deb", packages, version)
    return packages


@pytest.fixture(scope="session", params=SUITES)
def debian(request: pytest.FixtureRequest, packages: Path) -> Path:
    """The kept root of a Debian; every test that asks for it runs once for each."""
    place = root(request.param)
    alone = ("--quiet", "--register=no", "--keep-unit", "--private-network", "--pipe")
    trying = ["systemd-nspawn", *alone, "--read-only", f"--directory={place}", "true"]
    tried = subprocess.run(trying, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if tried.returncode:  # no fault of kioskd's: not even an empty container can be had here
        pytest.skip(f"systemd-nspawn can't be used on this machine: {tried.stderr.strip()[-200:]}")
    return place


@pytest.fixture(scope="module")
def bare(debian: Path, twins: Path) -> Iterator[Machine]:
    """A booted machine without kioskd, for tests that install and remove it."""
    with booted(debian, twins) as machine:
        yield machine


@pytest.fixture(scope="session")
def installed(debian: Path, packages: Path) -> Iterator[Machine]:
    """A booted machine on which kioskd was installed; all tests share it."""
    with booted(debian, packages) as machine:
        machine.install("kioskd.deb")
        yield machine


@pytest.fixture
def machine(installed: Machine) -> Iterator[Machine]:
    """The same, with the daemon as it was after the installation."""
    original = installed.run("cat", CONFIG)
    until(lambda: installed.status() is not None, 30, "the daemon answers")
    yield installed
    installed.write(CONFIG, original)
    installed.run("systemctl", "reset-failed", "kioskd", check=False)  # a stopped one is unloaded
    installed.run("systemctl", "restart", "kioskd")
