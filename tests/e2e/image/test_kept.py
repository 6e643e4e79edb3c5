"""``kioskd update`` on the image: live, kept over power cuts, and back when it fails."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.image.pi import BOOT_LIMIT, Pi, until
from tests.support.variants import BAD, GOOD, build

pytestmark = pytest.mark.timeout(6 * BOOT_LIMIT + 3000)
CRASHING = next(iter(BAD))
KEPT = "/state/packages/kioskd.deb"
SLOW = 1200.0  # seconds for an update under emulation
KEPT_LIMIT = 2 * BOOT_LIMIT  # and for a start that unpacks a package


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A folder with a good and a bad version of the newest package for arm64."""
    dist = Path(__file__).parents[3] / "dist"
    built = sorted(dist.glob("kioskd_*_arm64.deb"), key=lambda p: p.stat().st_mtime)
    if not built:
        pytest.fail("no package for arm64 in dist/: make deb")
    for wanted in (GOOD, CRASHING):
        build(built[-1], tmp_path, wanted)
    return tmp_path


def send(pi: Pi, file: Path) -> str:
    """Copy a file to the Pi, as a person does it; returns where it is there."""
    target = f"/root/{file.name}"
    options: list[str | Path] = [
        "-i",
        pi.card.key,
        "-P",
        str(pi.ssh_port),
        "-o",
        "StrictHostKeyChecking=no",
    ]
    options += ["-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
    command = ["scp", *options, file, f"root@127.0.0.1:{target}"]
    subprocess.run(command, check=True, timeout=300, stdin=subprocess.DEVNULL)
    return target


def version(pi: Pi) -> str | None:
    status = pi.status()
    return status and str(status["version"])


def test_an_update_lasts_over_power_cuts_and_one_that_fails_does_not(
    make_pi: Callable[[], Pi],
    config: str,
    versions: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pi = make_pi()
    pi.card.configure(config)
    before = pi.power_on().wait_until_ready()
    own = version(pi)
    pi.wait_for_ssh()
    file = send(pi, versions / f"kioskd-{GOOD}.deb")
    said = pi.run(f"kioskd update --unsigned --wait 10m {file} 2>&1; free -m; df -m / /state", SLOW)
    assert f"kioskd: {GOOD} runs and is healthy (before: {own})" in said
    assert version(pi) == GOOD
    pi.cut_power()
    assert pi.card.check() == {}

    after = pi.power_on().wait_until_ready(KEPT_LIMIT)
    assert version(pi) == GOOD
    pi.wait_for_ssh()
    blame = pi.run("systemd-analyze blame | grep -E 'kioskd' || true")
    proof = "systemctl show --property=SubState,Result kioskd-packages-proof"
    until(lambda: "SubState=dead" in pi.run(proof), 600, "it is proven", pi)
    assert "Result=success" in pi.run(proof)

    file = send(pi, versions / f"kioskd-{CRASHING}.deb")
    failed = pi.run(f"kioskd update --unsigned --wait 5m {file} 2>&1; echo $?", SLOW).splitlines()
    assert failed[-1] == "1"
    assert f"{CRASHING} did not become healthy" in failed[-2]
    assert f"{GOOD} is back" in failed[-2]
    until(lambda: version(pi) == GOOD, 120, "the version before runs", pi)
    pi.cut_power()

    pi.power_on().wait_until_ready(KEPT_LIMIT)
    assert version(pi) == GOOD
    pi.wait_for_ssh()
    pi.run(f"rm {KEPT}; sync")
    pi.cut_power()
    pi.power_on().wait_until_ready()
    assert version(pi) == own
    pi.cut_power()
    with capsys.disabled():
        print(f"\nready {before:.0f} s after power on, {after:.0f} s with a kept version")
        print(said, blame, failed[-2], sep="\n")
