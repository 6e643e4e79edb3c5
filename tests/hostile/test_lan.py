"""Another machine on the network attacks: the wall, the buttons and the log notice nothing."""

import os
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import lan
from tests.support.attacks import ATTACKS, TLS
from tests.support.besieged import Besieged, attacked, watched
from tests.support.lan import Lan
from tests.support.waiting import until

SEED = int(os.environ.get("KIOSKD_SEED", "20261126"))
SECONDS = float(os.environ.get("KIOSKD_ATTACK", "6"))
SOON = 0.25  # seconds for an update or a press, in the middle; a busy machine has outliers
LOG = 100_000  # bytes that the log may grow by
pytestmark = pytest.mark.skipif(not lan.possible(), reason="needs root, for a network namespace")


@pytest.fixture(scope="module")
def network() -> Iterator[Lan]:
    with Lan() as found:
        yield found


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Besieged]:
    process = Besieged(tmp_path)
    yield process
    if hasattr(process, "process"):
        process.close()


@pytest.mark.parametrize("name", ATTACKS)
async def test_the_wall_goes_on_while_another_machine_attacks(
    network: Lan, kioskd: Besieged, name: str
) -> None:
    kioskd.server = "https: self-signed, " if name in TLS else ""
    async with watched(kioskd) as wall:
        await until(lambda: wall.updates and wall.presses and wall.fed)
        before = len(kioskd.log)
        did = await attacked(network, kioskd, name, SECONDS, SEED)
        grown = len(kioskd.log) - before
        files = len(list(Path(f"/proc/{kioskd.process.pid}/fd").iterdir()))
        print(f"{name}, seed {SEED}, {SECONDS:g} s: {did}")
        print(f"  {wall.figures()}; log {grown:+} bytes; {files} files open")
        assert sum(did.values()) > did.get("no connection", 0), "it did not get through"
        assert not wall.ended
        assert len(wall.updates) > SECONDS
        assert statistics.median(wall.updates) < SOON
        assert len(wall.presses) > SECONDS / 2
        assert statistics.median(wall.presses) < SOON
        assert len(wall.fed) > SECONDS / 2 - 1
        assert grown < LOG
        assert "Traceback" not in kioskd.log
        assert not did.get("200")
