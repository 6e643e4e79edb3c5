"""The history on the card: over restarts, power cuts and a year, with whatever stands there."""

import errno
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.core.history import FINE, HOUR, HOURS, PLACES, STEP, WHOLE, History, fine_place
from kioskd.core.samples import SIZE, Sample, pack, right, unpack
from kioskd.host.history_keeper import EVERY, HistoryKeeper
from tests.support.clock import Clock

NOON = 1_795_781_100  # 2026-11-27 12:05 UTC: no hour ends
SEED = int(os.environ.get("KIOSKD_SEED", str(random.randrange(1 << 32))))
FIGURES = Sample(
    at=NOON,
    tickets=0xFFFFFFFF,
    dashboard=2,
    critical=0,
    high=3,
    medium=2000,
    low=None,
    unknown=1,
    open=2001,
    opened=4,
    closed=None,
    covers=12,
    oldest=31_000_000,
    open_tickets=12.0,
    response=None,
    resolution=92.5,
    satisfaction=0.0,
    surveys=None,
)


class Run:
    """One life of kioskd on a card."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.history, self.said = History(), list[str | None]()
        self.keeper = HistoryKeeper(folder, self.history, self.said.append, self.clock)
        self.keeper.restore()

    async def write(self) -> None:
        self.clock.now += EVERY
        self.keeper.keep()
        if self.keeper._writing is not None:
            await self.keeper._writing

    def samples(self) -> Iterator[Sample]:
        contents = map(self.history.kept, range(PLACES))
        return (unpack(content) for content in contents if any(content))


def sample(at: int, high: int = 3) -> Sample:
    return Sample(
        at=at, tickets=7, high=high, opened=1, closed=1, covers=1, open_tickets=float(high)
    )


def test_a_sample_is_the_same_after_the_card() -> None:
    content = pack(FIGURES)
    assert unpack(content) == FIGURES
    assert len(content) == SIZE == 64
    assert right(content)
    for at in range(SIZE):
        assert not right(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])


def test_figures_that_no_place_holds_are_bounded_and_no_error() -> None:
    large = Sample(at=NOON, high=10**9, oldest=10**12, surveys=1e300, response=float("inf"))
    found = unpack(pack(large))
    assert (found.high, found.oldest, found.surveys, found.response) == (
        65534,
        2**32 - 2,
        None,
        None,
    )


async def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first = Run(tmp_path)
    for step in range(1, 30):
        first.history.add(sample(NOON + step * STEP))
    await first.keeper.close()
    assert (tmp_path / "history").stat().st_size == WHOLE == 175_104
    again = Run(tmp_path)
    assert list(again.samples()) == list(first.samples())
    assert again.history.unkept == set()


async def test_it_is_written_every_ten_minutes_and_only_what_changed(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.history.add(sample(NOON))
    run.keeper.keep()
    assert not (tmp_path / "history").exists()
    await run.write()
    before = (tmp_path / "history").stat()
    run.history.add(sample(NOON + STEP))
    run.history.add(sample(NOON + 2 * STEP))
    await run.write()
    after = (tmp_path / "history").stat()
    assert (before.st_ino, before.st_size) == (after.st_ino, after.st_size)
    assert set(run.said) == {None}


def tear(chance: random.Random, path: Path, place: int) -> range:
    """What a power cut does to the file while ``place`` is written; the places that it may cost."""
    match chance.randrange(3):
        case 0:  # a card writes pages of 4 KB
            page = place * SIZE // 4096 * 4096
            with path.open("r+b") as file:
                file.seek(page + chance.randrange(4096 - 64))
                file.write(chance.randbytes(64))
            return range(page // SIZE, (page + 4096) // SIZE)
        case 1:
            length = chance.randrange(WHOLE)
            os.truncate(path, length)
            return range(length // SIZE, PLACES)
    return range(0)


async def test_a_year_with_power_cuts_stays_small_and_loses_what_was_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sample of a year, and every second day a power cut, in the middle of a write or not."""
    monkeypatch.setattr(os, "fdatasync", lambda number: None)  # a year of them takes a minute
    chance, clock, path = random.Random(SEED), Clock(), tmp_path / "history"
    run, at, cuts, pages = Run(tmp_path, clock), NOON, 0, 0
    written: dict[int, bytes] = {}
    while at < NOON + 365 * 86400:
        at += STEP
        run.history.add(sample(at, high=at // STEP % 500))
        clock.now += STEP
        places = set(run.history.unkept)
        before = run.keeper._writing
        run.keeper.keep()
        if (writing := run.keeper._writing) is not before and writing is not None:
            await writing
            written |= {place: run.history.kept(place) for place in places}
            pages += len({place * SIZE // 4096 for place in places})
        if written and chance.random() < 0.0018:
            cuts += 1
            for place in tear(chance, path, fine_place(at)):
                written.pop(place, None)
            run = Run(tmp_path, clock)
            held = {place: run.history.kept(place) for place in written}
            assert held == written, f"KIOSKD_SEED={SEED}"
            at += chance.randrange(20) * STEP
    hourly = pages * 4608 / (365 * 24)  # what a page costs a card, measured: docs/performance.md
    print(f"{cuts} power cuts, {path.stat().st_size:,} bytes, {hourly / 1000:.1f} KB an hour")
    assert path.stat().st_size == WHOLE < 2_000_000
    assert hourly < 50_000
    assert cuts > 100


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"\xff" * WHOLE, b"{}", os.urandom(WHOLE), os.urandom(WHOLE + 1)],
    ids=["empty", "short", "ones", "json", "noise", "too much"],
)
async def test_a_file_that_is_none_of_ours_is_replaced(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "history").write_bytes(content)
    run = Run(tmp_path)
    assert list(run.samples()) == []
    assert len(caplog.records) <= 1
    run.history.add(sample(NOON))
    await run.write()
    assert list(Run(tmp_path).samples()) == list(run.samples())
    assert run.said[-1] is None


def test_a_sample_at_anothers_place_is_none(tmp_path: Path) -> None:
    (tmp_path / "history").write_bytes(bytes(SIZE) + pack(sample(NOON)))
    assert list(Run(tmp_path).samples()) == []


async def test_huge_files_pipes_folders_and_links_cost_only_the_history(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "history"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)
    assert list(Run(tmp_path).samples()) == []
    assert path.with_suffix(".broken").exists()
    os.mkfifo(path)
    run = Run(tmp_path)
    run.history.add(sample(NOON))
    await run.write()  # a pipe is no file that could be written in place
    path.unlink(missing_ok=True)
    path.mkdir()
    run = Run(tmp_path)
    run.history.add(sample(NOON))
    await run.write()
    assert run.said
    assert run.said[-1]
    assert "can't be kept" in run.said[-1]
    path.rmdir()
    await run.write()
    assert run.said[-1] is None
    assert list(Run(tmp_path).samples()) == [sample(NOON)]
    assert all("history" in record.message for record in caplog.records)


async def test_a_full_disk_costs_only_what_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path)
    run.history.add(sample(NOON))
    await run.write()

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    for step in (1, 2):
        run.history.add(sample(NOON + step * STEP))
        await run.write()
    assert run.said[-1]
    assert "the disk is full" in run.said[-1]
    assert list(Run(tmp_path).samples()) == [sample(NOON)]
    monkeypatch.undo()
    await run.write()
    assert run.said[-1] is None
    assert len(list(Run(tmp_path).samples())) == 3


async def test_a_disk_that_is_too_small_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        run = Run(disk)
        run.history.add(sample(NOON))
        await run.write()
        assert run.said[-1]
        assert "the disk is full" in run.said[-1]
        assert list(disk.iterdir()) == []
        assert list(run.samples()) == [sample(NOON)]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_an_hour_of_a_year_ago_is_at_its_place_and_not_told(tmp_path: Path) -> None:
    old = Sample(at=(NOON - 365 * 86400) // HOUR * HOUR, tickets=7, high=1)
    place = FINE + old.at // HOUR % HOURS
    (tmp_path / "history").write_bytes(bytes(place * SIZE) + pack(old))
    run = Run(tmp_path)
    assert list(run.samples()) == [old]
    assert list(run.history.hourly(NOON - 90 * 86400, NOON)) == []
