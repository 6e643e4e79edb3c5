"""``kioskd fleet update`` for several real kioskd processes; one booted kiosk with root's own unit
is in ``tests/e2e/appliance/test_fleet.py``."""

import asyncio
import hashlib
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.cli.fleet.rolled import envelopes
from kioskd.fleet import rolling
from kioskd.fleet.operating import operator
from kioskd.fleet.push import PackageEnvelope
from tests.support.linked import observer
from tests.support.updated_of import NEW, OLD, UpdatedOf
from tests.support.waiting import until

NAMES = ("Kiosk-A", "Kiosk-B", "Kiosk-C")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[UpdatedOf]:
    made = UpdatedOf(tmp_path)
    for name in NAMES:
        made.install(name)
    yield made
    made.close()


def taken(fleet: UpdatedOf) -> list[int]:
    """How often root took something over, by kiosk."""
    return [fleet.roots[name].took for name in NAMES]


async def told(fleet: UpdatedOf, name: str, step: str) -> None:
    """Until that kiosk, with the new version, has told everybody that it is that far."""
    async with observer(fleet.broker.settings("operator"), f"kioskd/{name}/update") as seen:

        def so() -> bool:
            states = [json.loads(came.payload) for came in seen.came]
            return any((state["version"], state["step"]) == (NEW, step) for state in states)

        await until(so)


def test_a_kiosk_that_dies_in_the_middle_is_not_waited_for_for_ever(
    fleet: UpdatedOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "GONE", 1.0)
    kiosk = fleet.kiosks["Kiosk-A"]
    fleet.roots["Kiosk-A"].close()  # root takes nothing over, and then the power is cut

    async def pushed() -> str | None:
        settings = fleet.broker.settings("operator")
        async with operator(settings, "operator") as made:
            seen = made.census.kiosks(kiosk="Kiosk-A")[0]
            now = int(time.time() * 1000)
            envelope = PackageEnvelope(
                mode="apply",
                to="Kiosk-A",
                number=now,
                by="Ana",
                url=fleet.shelf.url(fleet.package),
                size=fleet.package.stat().st_size,
                sha256=hashlib.sha256(fleet.package.read_bytes()).hexdigest(),
                version=NEW,
            )
            push = envelopes([envelope], fleet.signer.secret)[0]
            applying = asyncio.create_task(
                rolling.Rolling(made, "Ana", "update").apply(seen, push, 1800.0)
            )
            ready = kiosk.folder / "state/update/ready"
            await until(ready.exists, "it is handed over")
            kiosk.process.kill()
            return await applying

    assert asyncio.run(pushed()) == "is away, in the middle of it"


def test_a_canary_or_a_second_kiosk_that_fails_stops_it_and_it_is_begun_again(
    fleet: UpdatedOf,
) -> None:
    fleet.roots["Kiosk-A"].ill = True
    done = fleet.update("--soak", "0")
    assert done.code == 1, done
    assert f"went back by itself: {NEW} did not become healthy; {OLD} is back" in done.out
    assert "stopped at Kiosk-A; as before: Kiosk-B, Kiosk-C" in done.error
    assert taken(fleet) == [1, 0, 0]
    assert fleet.versions() == dict.fromkeys(NAMES, OLD)

    fleet.roots["Kiosk-A"].ill, fleet.roots["Kiosk-B"].ill = False, True
    done = fleet.update("--soak", "0")
    assert done.code == 1, done
    assert "Kiosk-A: healthy with it" in done.out
    assert "stopped at Kiosk-B; as before: Kiosk-C" in done.error
    assert taken(fleet) == [2, 1, 0]
    assert fleet.versions() == {"Kiosk-A": NEW, "Kiosk-B": OLD, "Kiosk-C": OLD}

    fleet.roots["Kiosk-B"].ill = False
    done = fleet.update("--soak", "0")
    assert done.code == 0, done
    assert "Kiosk-A: has it already" in done.out
    assert taken(fleet) == [2, 2, 1]
    assert fleet.versions() == dict.fromkeys(NAMES, NEW)
    assert NEW in fleet.run("list", "--kiosk", "Kiosk-C").out


def test_one_that_is_still_on_trial_is_waited_for_when_it_is_begun_again(fleet: UpdatedOf) -> None:
    fleet.roots["Kiosk-A"].judged.clear()
    begun = fleet.begin(*fleet.words("--soak", "0"))
    asyncio.run(told(fleet, "Kiosk-A", "trying"))
    begun.kill()
    begun.communicate(timeout=60)

    again = fleet.begin(*fleet.words("--soak", "0"))
    assert again.stdout is not None
    first = again.stdout.readline()
    assert first == "Kiosk-A: is on trial, from an earlier run; waiting for its end\n"
    assert taken(fleet) == [1, 0, 0]
    fleet.roots["Kiosk-A"].judged.set()
    out, error = again.communicate(timeout=120)
    assert again.returncode == 0, out + error
    assert out.startswith("Kiosk-A: has it already\n")
    assert taken(fleet) == [1, 1, 1]


def test_a_canary_that_is_lost_while_it_is_watched_stops_it(fleet: UpdatedOf) -> None:
    begun = fleet.begin(*fleet.words("--soak", "10m"))
    asyncio.run(told(fleet, "Kiosk-A", "kept"))
    fleet.kiosks["Kiosk-A"].process.send_signal(signal.SIGKILL)
    out, error = begun.communicate(timeout=120)
    assert begun.returncode == 1, out + error
    assert "\nKiosk-A is away\n" in out
    assert "stopped at Kiosk-A; as before: Kiosk-B, Kiosk-C" in error
    assert taken(fleet) == [1, 0, 0]


def test_a_canary_that_is_there_and_not_well_stops_it(fleet: UpdatedOf) -> None:
    fleet.roots["Kiosk-A"].blind = True
    done = fleet.update("--soak", "3s")
    assert done.code == 1, done
    assert "Kiosk-A was well before, and has now: source rest: " in done.out
    assert "stopped at Kiosk-A; as before: Kiosk-B, Kiosk-C" in done.error
    assert taken(fleet) == [1, 0, 0]


def test_a_kiosk_gives_the_package_to_all_even_while_it_is_updated_itself(
    fleet: UpdatedOf,
) -> None:
    url = fleet.offer("Kiosk-A")
    done = fleet.run(*fleet.words("--soak", "0", url=url))
    assert done.code == 0, done
    assert fleet.versions() == dict.fromkeys(NAMES, NEW)
    assert fleet.shelf.asked == []


def test_one_that_no_administrator_lets_be_updated_leaves_all_as_they_are(fleet: UpdatedOf) -> None:
    (fleet.folder / "root-Kiosk-B/enabled").unlink()
    done = fleet.update("--soak", "0")
    assert done.code == 1, done
    assert "Kiosk-B: refused: nobody let the fleet update this kiosk" in done.out
    assert "nothing was changed: Kiosk-B did not take it" in done.error
    assert (taken(fleet), fleet.shelf.asked) == ([0, 0, 0], [])


def test_a_package_that_the_release_has_not_signed_is_installed_nowhere(fleet: UpdatedOf) -> None:
    fleet.signer.sign(fleet.package)  # the fleet's own key is not enough
    done = fleet.update("--soak", "0")
    assert done.code == 1, done
    assert "stopped at Kiosk-A; as before: Kiosk-B, Kiosk-C" in done.error
    assert fleet.versions() == dict.fromkeys(NAMES, OLD)
