"""``kioskd fleet config`` with a real broker and real kiosks: what they do with a pushed file."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kioskd.fleet.wire import Outgoing
from tests.support.fleet_of import QUIET, FleetOf
from tests.support.linked import flushed, observer
from tests.support.signing import Signer
from tests.support.waiting import until

SECONDS = "stale_after: {tickets: 7m}\n"
BY_COMMAND = "display: {backend: command}\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetOf]:
    made = FleetOf(tmp_path)
    yield made
    made.close()


def display(program: str) -> str:
    """A kiosk's own file whose display is switched by this program, once that is wanted."""
    argv = ", ".join(f"{name}: [{program}]" for name in ("on", "off"))
    return f"{QUIET}display: {{backend: none, commands: {{{argv}}}}}\n"


def listed(fleet: FleetOf) -> dict[str, str]:
    """Which file `kioskd fleet list` names for each kiosk."""
    head, *lines = fleet.run("list").out.splitlines()
    at = head.index("file")
    return {line.split()[0]: line[at:].split()[0] for line in lines}


def effective(fleet: FleetOf, name: str) -> str:
    """What ``kioskd config`` says of a kiosk."""
    kiosk = fleet.kiosks[name]
    command = [sys.executable, "-m", "kioskd", "config", str(kiosk.config)]
    environment = os.environ | {"HOME": str(kiosk.folder)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return done.stdout


def test_a_file_is_tried_on_one_kiosk_after_the_other_kept_and_taken_back(fleet: FleetOf) -> None:
    for name in ("Kiosk-A", "Kiosk-B"):
        fleet.add(name, groups="terreo")
    fleet.add("Kiosk-C", groups="alto")
    file = fleet.file("kiosk: {name: Modelo}\n" + SECONDS)
    for dry in (["diff", file], ["push", file, "--dry-run"]):
        ran = fleet.run("config", *dry, "--group", "terreo")
        assert ran.code == 0, ran
        assert "Kiosk-A, Kiosk-B: it fits\n    stale_after.tickets: none -> 7m\n" in ran.out
        assert "kiosk: left out, it is each kiosk's own" in ran.out
        assert fleet.settings("Kiosk-A") is None
    ran = fleet.run("config", "push", file, "--group", "terreo")
    assert ran.code == 0, ran
    steps = [line for line in ran.out.splitlines() if "trying" in line or "healthy" in line]
    assert steps == [
        "Kiosk-A: trying it",
        "Kiosk-A: healthy with it",
        "Kiosk-B: trying it",
        "Kiosk-B: healthy with it",
    ]
    kept = fleet.settings("Kiosk-A")
    assert (kept["trying"], kept["fits"]) == (False, True)
    mark = kept["mark"]
    assert f"the file is {mark} in: kioskd fleet list" in ran.out
    fleet.until(lambda: listed(fleet) == {"Kiosk-A": mark, "Kiosk-B": mark, "Kiosk-C": "own"})
    assert fleet.settings("Kiosk-C") is None
    assert "tickets: 7m" in effective(fleet, "Kiosk-A")
    assert "name: Modelo" not in effective(fleet, "Kiosk-A")

    fleet.kiosks["Kiosk-A"].stop(signal.SIGKILL)  # a power cut takes nothing of it
    fleet.kiosks["Kiosk-A"].start()
    fleet.until(lambda: fleet.settings("Kiosk-A")["number"] == kept["number"])
    assert fleet.run("config", "diff", file, "--kiosk", "Kiosk-A").out.startswith(
        "Kiosk-A: it fits, and nothing would change"
    )

    ran = fleet.run("config", "withdraw", "--group", "terreo")
    assert ran.code == 0, ran
    assert "    stale_after.tickets: 7m -> none\n" in ran.out
    assert fleet.settings("Kiosk-A") is None
    assert "tickets: 7m" not in effective(fleet, "Kiosk-A")


def test_a_kiosk_whose_check_refuses_it_keeps_it_from_all(fleet: FleetOf) -> None:
    fleet.add("Kiosk-A", display("/bin/true"))
    fleet.add("Kiosk-B")  # its own file names no program for that
    ran = fleet.run("config", "push", fleet.file(display("/bin/sh")), "--all")
    assert ran.code == 1
    assert "Kiosk-B: refused: its own check refuses it" in ran.out
    assert "display.commands: is each kiosk's own" in ran.out
    assert "nothing was changed: Kiosk-B did not take it" in ran.error
    assert fleet.settings("Kiosk-A") is None


def test_a_kiosk_that_turns_ill_goes_back_by_itself_and_stops_the_rollout(fleet: FleetOf) -> None:
    fleet.add("Kiosk-A", display("/bin/true"))
    fleet.add("Kiosk-B", display("/bin/false"))
    fleet.add("Kiosk-C", display("/bin/true"))
    file = fleet.file(BY_COMMAND)
    ran = fleet.run("config", "push", file, "--all", "--wait", "8s")
    assert ran.code == 1
    assert "Kiosk-A: healthy with it" in ran.out
    assert "Kiosk-B: went back by itself: " in ran.out
    assert "display" in ran.out.partition("went back by itself: ")[2]
    assert "stopped at Kiosk-B; as before: Kiosk-C" in ran.error
    assert fleet.settings("Kiosk-A")["fits"]
    assert fleet.settings("Kiosk-B") is None
    assert fleet.status("Kiosk-B")["display"]["state"] == "on"
    assert fleet.settings("Kiosk-C") is None


def test_a_kiosk_that_is_killed_in_the_middle_has_the_file_before(fleet: FleetOf) -> None:
    kiosk = fleet.add("Kiosk-A", display("/bin/false"))
    fleet.add("Kiosk-B", display("/bin/true"))
    pushing = fleet.begin("config", "push", fleet.file(BY_COMMAND), "--all", "--wait", "60s")
    fleet.until(lambda: fleet.settings("Kiosk-A")["trying"])
    kiosk.stop(signal.SIGKILL)
    kiosk.start()
    out, error = pushing.communicate(timeout=120)
    assert pushing.returncode == 1
    assert "Kiosk-A: started anew in the middle; it has what it had before" in out, error
    assert fleet.settings("Kiosk-A") is None
    assert fleet.settings("Kiosk-B") is None
    assert "backend: none" in effective(fleet, "Kiosk-A")


def test_without_the_broker_a_kiosk_goes_back_by_itself(fleet: FleetOf) -> None:
    fleet.add("Kiosk-A")
    fleet.add("Kiosk-B")
    pushing = fleet.begin("config", "push", fleet.file(SECONDS), "--all", "--wait", "8s")
    fleet.until(lambda: fleet.settings("Kiosk-A")["trying"])
    fleet.broker.kill()
    fleet.until(lambda: fleet.settings("Kiosk-A") is None)
    fleet.broker.start()
    out, error = pushing.communicate(timeout=120)
    assert pushing.returncode == 1, out
    assert "stopped at Kiosk-A; as before: Kiosk-B" in error
    assert fleet.settings("Kiosk-B") is None


async def _tries(fleet: FleetOf, payload: bytes, **more: Any) -> Any:
    """What Kiosk-A says to a message on the topic of pushed files."""
    result = "kioskd/Kiosk-A/result"
    async with observer(fleet.broker.settings("operator"), result) as seen:
        seen.link.say(Outgoing("kioskd/Kiosk-A/set/config", payload, **more))
        await flushed(seen.link)
        await until(lambda: seen.came)
        return json.loads(seen.came[0].payload)


def test_only_what_a_trusted_key_signed_for_this_kiosk_is_taken_and_once(fleet: FleetOf) -> None:
    fleet.add("Kiosk-A", groups="terreo")
    fleet.add("Kiosk-B", groups="alto")
    fleet.add("Kiosk-C", trust=False, groups="solto")
    file = fleet.file(SECONDS)

    stranger = Signer(fleet.folder, "stranger")
    ran = fleet.run("config", "push", file, "--kiosk", "Kiosk-A", key=stranger.secret)
    assert "refused: it is not what the key in" in ran.out
    assert fleet.settings("Kiosk-A") is None
    ran = fleet.run("config", "push", file, "--kiosk", "Kiosk-C")
    assert "its own file has no mqtt.trust" in ran.out

    async def recorded() -> list[bytes]:
        """All that a thief of the operator's password hears of a push to the group alto."""
        topics = ("kioskd/group/alto/set/config", "kioskd/Kiosk-B/set/config")
        async with observer(fleet.broker.settings("operator"), *topics) as seen:
            pushing = asyncio.to_thread(fleet.run, "config", "push", file, "--group", "alto")
            assert (await pushing).code == 0
            return [message.payload for message in seen.came]

    check, apply = asyncio.run(recorded())
    assert fleet.settings("Kiosk-B")["fits"]
    # It was signed for another group, and Kiosk-B had it already.
    said = asyncio.run(_tries(fleet, apply))
    assert "it was signed for group/alto, which this kiosk is not" in said["error"]
    torn = json.loads(apply)
    torn["envelope"] = json.loads(check)["envelope"]
    said = asyncio.run(_tries(fleet, json.dumps(torn).encode()))
    assert "it is not what the key in" in said["error"]
    for payload, why in (
        (b"{}", "missing required field"),
        (b"{", "truncated"),
        (b"x" * 600_000, "larger than"),
        (json.dumps(torn | {"signature": "x" * 5000}).encode(), "length <= 4096"),
    ):
        assert why in asyncio.run(_tries(fleet, payload))["error"]
    assert fleet.settings("Kiosk-A") is None
