"""Ten real kioskd processes on one broker: seen, commanded, without a broker, and with it again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fleet_of import FleetOf

NAMES = [f"Kiosk-{number}" for number in range(10)]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetOf]:
    made = FleetOf(tmp_path, NAMES)
    for number, name in enumerate(NAMES):
        made.add(name, groups="terreo" if number < 5 else "alto")
    yield made
    made.close()


def states(fleet: FleetOf) -> set[str]:
    return {fleet.status(name)["broker"]["state"] for name in NAMES}


def test_ten_kiosks_are_commanded_by_group_and_outlive_their_broker(fleet: FleetOf) -> None:
    listed = fleet.run("list").out.splitlines()[1:]
    assert [line.split()[:2] for line in listed] == [[name, "online"] for name in NAMES]

    done = fleet.run("switch", "projects", "--group", "terreo")
    assert done.code == 0, done
    assert done.out.splitlines() == [f"{name}: shows projects" for name in NAMES[:5]]
    shown = [fleet.status(name)["screen"] == "projects" for name in NAMES]
    assert shown == [True] * 5 + [False] * 5

    fleet.broker.kill()
    fleet.until(lambda: states(fleet) == {"offline"})
    for name in NAMES:
        assert fleet.ask(name, "/api/alerts") is not None  # the wall itself goes on
    assert fleet.run("list").code == 1

    fleet.broker.start()
    fleet.until(lambda: states(fleet) == {"connected"})
    done = fleet.run("notice", "De volta", "--all")
    assert done.code == 0, done
    assert [fleet.status(name)["notices"][0]["text"] for name in NAMES] == ["De volta"] * 10
