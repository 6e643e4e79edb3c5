"""The alerts on the card: whatever tears the file, only the torn line is lost."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import pytest

from kioskd.config import Alerts, Sound
from kioskd.config.scalars import TimeZone
from kioskd.core.actor import Actor
from kioskd.core.alert_lines import MOST_CHANGED
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert
from kioskd.core.sounding import Sounding
from kioskd.host import alert_keeper, alert_log
from kioskd.host.alert_keeper import AlertKeeper
from kioskd.host.alert_log import AlertLog, encode

ANA = Actor("phone", "Ana")


class Kept:
    """The alerts of one run, and what keeps them."""

    def __init__(self, folder: Path, boot: str = "boot 1") -> None:
        self.now = 100.0
        self.faults: list[str | None] = []
        self.alerts = ActiveAlerts(Alerts(), lambda: self.now, lambda: 1_795_000_000.0)
        zone = TimeZone("UTC").zone
        self.sounding = Sounding(Alerts(), Sound(), zone, lambda: self.now, lambda: 1_795_000_000.0)
        self.keeper = AlertKeeper(folder, self.alerts, self.sounding, self.faults.append, boot)
        self.keeper.restore()

    def take(self, identity: str, title: str = "Queda") -> None:
        self.alerts.take(Alert("critical_alert", identity, title, "critical"))

    def acknowledge(self, identity: str) -> None:
        self.alerts.acknowledge(self.alerts.find(identity=identity), ANA)

    def active(self) -> list[str]:
        return [entry.id for entry in self.alerts.active.values()]


async def test_what_was_promised_is_there_after_a_restart_with_its_life(tmp_path: Path) -> None:
    run = Kept(tmp_path)
    for identity in ("1", "2", "3"):
        run.take(identity)
        assert await run.keeper.kept()
    run.acknowledge("2")
    run.sounding.mute(60)
    assert await run.keeper.kept()
    again = Kept(tmp_path)
    assert again.active() == ["1", "3"]
    (life,) = again.alerts.history().alerts
    assert (life.id, life.state, life.by) == ("2", "acknowledged", ANA)
    assert again.sounding.muted() == 60


async def test_a_file_torn_in_its_last_line_loses_that_change_only(tmp_path: Path) -> None:
    run, path = Kept(tmp_path), tmp_path / "alerts.log"
    run.take("1")
    await run.keeper.kept()
    run.take("2")
    await run.keeper.kept()
    before = path.stat().st_size
    run.acknowledge("1")
    await run.keeper.kept()
    whole = path.read_bytes()
    for cut in range(before, len(whole)):
        for torn in (whole[:cut], whole[:cut] + bytes(len(whole) - cut)):
            path.write_bytes(torn)
            again = Kept(tmp_path)
            only_its_end_is_lost = torn == whole[:-1]
            assert again.active() == (["2"] if only_its_end_is_lost else ["1", "2"])
            again.take("3")
            assert await again.keeper.kept()
            assert "3" in Kept(tmp_path).active()  # what comes after a torn line is not glued to it


async def test_garbage_anywhere_costs_the_lines_it_stands_in(tmp_path: Path) -> None:
    run, path = Kept(tmp_path), tmp_path / "alerts.log"
    for number in range(50):
        run.take(str(number))
        await run.keeper.kept()
    whole, draw = path.read_bytes(), random.Random(7)
    for _ in range(300):
        at = draw.randrange(len(whole))
        path.write_bytes(whole[:at] + draw.randbytes(draw.randrange(1, 40)) + whole[at + 1 :])
        assert len(Kept(tmp_path).active()) >= 48


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"<html>\n" * 100, b"00000000 {}\n"])
async def test_what_are_no_alerts_is_no_reason_not_to_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alerts.log").write_bytes(content)
    run = Kept(tmp_path)
    run.take("1")
    assert await run.keeper.kept()
    assert Kept(tmp_path).active() == ["1"]


async def test_a_pipe_or_a_folder_in_its_place_is_said_and_blocks_nothing(tmp_path: Path) -> None:
    (tmp_path / "alerts.log").mkdir()
    run = Kept(tmp_path)
    run.take("1")
    assert not await run.keeper.kept()
    assert run.faults[-1] is not None
    (tmp_path / "alerts.log").rmdir()
    assert await run.keeper.kept()  # all of it, not only what came since
    assert run.faults[-1] is None
    assert Kept(tmp_path).active() == ["1"]


async def test_a_file_that_somebody_removed_is_written_again_whole(tmp_path: Path) -> None:
    run = Kept(tmp_path)
    run.take("1")
    assert await run.keeper.kept()
    (tmp_path / "alerts.log").unlink()
    run.take("2")
    assert await run.keeper.kept()
    assert Kept(tmp_path).active() == ["1", "2"]


async def test_the_file_stays_small_however_much_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_log, "ROOM", 10_000)
    run = Kept(tmp_path)
    run.take("stays")
    sizes = []
    for number in range(300):
        run.take(str(number))
        run.acknowledge(str(number))
        run.alerts.resolve_id("", str(number))
        run.now += 100
        run.alerts.tick()
        assert await run.keeper.kept()
        sizes.append((tmp_path / "alerts.log").stat().st_size)
    last = len(encode(run.alerts.everything("boot 1")))
    assert max(sizes) < 3 * last + 20_000
    assert Kept(tmp_path).active() == ["stays"]


async def test_a_storm_between_two_writes_takes_no_memory_and_loses_nothing(tmp_path: Path) -> None:
    run = Kept(tmp_path)
    run.take("first")
    run.take("stays")
    assert await run.keeper.kept()
    for number in range(10 * MOST_CHANGED):
        run.take(str(number))
        run.alerts.resolve(run.alerts.find(identity=str(number)))
        assert len(run.alerts.unwritten._lives) <= MOST_CHANGED
    run.acknowledge("first")
    assert await run.keeper.kept()
    assert not run.alerts.unwritten
    assert Kept(tmp_path).active() == ["stays"]


async def test_nothing_is_written_while_nothing_changes_and_a_storm_is_written_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    run, path, writes = Kept(tmp_path), tmp_path / "alerts.log", 0
    size = 0
    for second in range(600):
        clock[0] += 1
        if 100 <= second < 500:
            run.take("flaps")
            run.alerts.resolve_id("", "flaps")
        run.keeper.keep()
        if (task := run.keeper._writing) is not None:
            await task
        now = path.stat().st_size if path.exists() else 0
        writes += now != size
        size = now
        if second == 99:
            assert writes == 0
    assert alert_keeper.BURST <= writes <= alert_keeper.BURST + 400 / alert_keeper.EVERY + 2


async def test_an_escalation_is_on_the_card_with_the_next_look_and_a_banner_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    run = Kept(tmp_path)

    async def after(seconds: float) -> list[tuple[str, str]]:
        """What another run would find once the keeper was asked again."""
        clock[0] += seconds
        run.keeper.keep()
        if (task := run.keeper._writing) is not None:
            await task
        found = Kept(tmp_path).alerts.active.values()
        return [(entry.id, entry.escalation) for entry in found]

    run.take("7")
    assert await after(1) == [("7", "")]
    (entry,) = run.alerts.critical()
    for state in ("waiting", "waiting: nothing listens there", "sent"):
        run.alerts.escalated(entry, state)
        assert await after(1) == [("7", state)]
    run.alerts.take(Alert("new_ticket_alert", "8", "Impressora", "low"))
    assert await after(1) == [("7", "sent")]
    assert await after(alert_keeper.LAZY) == [("7", "sent"), ("8", "")]


async def test_many_who_wait_for_their_alert_to_be_kept_share_the_writes(tmp_path: Path) -> None:
    run = Kept(tmp_path)
    written: list[bytes] = []
    add = AlertLog.add

    def counted(log: AlertLog, content: bytes) -> None:
        written.append(content)
        add(log, content)

    run.keeper._log.add = counted.__get__(run.keeper._log)  # type: ignore[method-assign]

    async def one(number: int) -> bool:
        run.take(str(number))
        return await run.keeper.kept()

    assert all(await asyncio.gather(*(one(number) for number in range(200))))
    assert len(written) <= 3
    assert len(Kept(tmp_path).active()) == 200


@pytest.mark.parametrize("steps", range(10))
async def test_a_write_that_begins_while_somebody_waits_takes_nobody_its_answer(
    tmp_path: Path, steps: int
) -> None:
    run = Kept(tmp_path)
    run.take("1")
    assert await run.keeper.kept()
    first = asyncio.create_task(run.keeper.kept())
    for _ in range(steps):  # of the loop
        await asyncio.sleep(0)
    run.take("2")
    run.keeper.keep()  # as each second does
    assert await first
    assert await run.keeper.kept()
    assert Kept(tmp_path).active() == ["1", "2"]


FILLING = """
import resource, sys
from pathlib import Path
from kioskd.host.alert_log import AlertLog
log = AlertLog(Path(sys.argv[1]))
log.read()
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    log.add(b"x" * 5000)
except OSError as error:
    print(error.strerror)
"""


async def test_a_disk_that_fills_in_the_middle_of_a_line_loses_none_before_it(
    tmp_path: Path,
) -> None:
    run = Kept(tmp_path)
    run.take("1")
    await run.keeper.kept()
    path = tmp_path / "alerts.log"
    command = [sys.executable, "-c", FILLING, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert said.stdout == "File too large\n"
    assert path.stat().st_size == 2000
    again = Kept(tmp_path)
    assert again.active() == ["1"]
    again.take("2")
    assert await again.keeper.kept()
    assert Kept(tmp_path).active() == ["1", "2"]


def test_others_may_not_read_the_file(tmp_path: Path) -> None:
    AlertLog(tmp_path / "alerts.log").add(b"x\n")
    assert (tmp_path / "alerts.log").stat().st_mode & 0o777 == 0o600
