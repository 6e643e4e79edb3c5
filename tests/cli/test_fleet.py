"""``kioskd fleet`` against a real broker and real kiosks' links: the table, and orders."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.broker import Broker
from tests.support.waiting import until
from tests.support.walls import WallWithBroker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path).start()
    yield made
    made.kill()


async def fleet(broker: Broker, *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of ``kioskd fleet``."""
    file = broker.folder / "fleet.yaml"
    file.write_text("sources: [{kind: demo}]\n" + broker.section())
    command = [sys.executable, "-m", "kioskd", "fleet", *words]
    command += ["--config", str(file), "--password-file", str(broker.folder / "operator")]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, error = await process.communicate()
    return process.returncode or 0, out.decode(), error.decode()


async def test_the_table_has_every_kiosk_and_an_order_reaches_its_group_only(
    broker: Broker,
) -> None:
    here = WallWithBroker(broker.settings(groups=("terreo",)))
    there = WallWithBroker(broker.settings("Kiosk-B", groups=("alto",)), "Kiosk-B")
    async with WallWithBroker(broker.settings("Kiosk-C"), "Kiosk-C").running() as gone:
        await until(lambda: gone.fleet._link is not None and gone.fleet._link.proved)
    async with here.running(), there.running():
        await until(lambda: all(w.fleet._link and w.fleet._link.proved for w in (here, there)))
        code, out, error = await fleet(broker, "list")
        assert (code, error) == (0, "")
        lines = [line.split() for line in out.splitlines()]
        assert [line[:2] for line in lines] == [
            ["kiosk", "state"],
            ["Kiosk-A", "online"],
            ["Kiosk-B", "online"],
            ["Kiosk-C", "AWAY"],
        ]
        code, out, error = await fleet(broker, "switch", "projects", "--group", "terreo")
        assert (code, out) == (0, "Kiosk-A: shows projects\n"), error
        assert (here.switched(), there.switched()) == (["projects"], [])
        code, out, error = await fleet(broker, "notice", "Rede às 18h", "--all")
        assert code == 1  # one is away, and said so
        assert "Kiosk-C: is away" in out
        assert "Kiosk-B: notice 1 stands" in out
        code, out, error = await fleet(broker, "list", "--json", "--kiosk", "Kiosk-A")
        assert [seen["screen"] for seen in json.loads(out)] == ["projects"]


async def test_whoever_may_not_is_told_so(broker: Broker) -> None:
    (broker.folder / "operator").write_text("guessed\n")
    code, _, error = await fleet(broker, "list")
    assert code == 1
    assert "doesn't let operator in" in error
    code, _, error = await fleet(broker, "switch", "tickets")
    assert code == 2  # for whom?
    code, _, error = await fleet(broker, "list", "--user", "Kiosk-B")
    assert code == 1
