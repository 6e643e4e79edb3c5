"""A sound card that is missing, late, dead, or takes the whole sound process with it."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from kioskd.audio import player as player_module
from kioskd.audio.card import RATE, built_in
from kioskd.audio.player import Player
from kioskd.config import Sound, Sounds
from kioskd.config.scalars import Duration
from kioskd.core.status import SoundPart
from tests.support.players import settled
from tests.support.recording import Recording, likeness, own

# A sound process in which a call hangs or crashes as often as the file at argv[1] is long. What it
# patches is put in at PATCH; `struck()` is true so often, and then no more.
FAULTY = """
import pathlib, sys, time
from kioskd.audio import card, process
left = pathlib.Path(sys.argv[1])
def struck():
    count = len(left.read_bytes())
    left.write_bytes(bytes(max(0, count - 1)))
    return count > 0
real_open, real_load = card.open_card, card.load
PATCH
process.main()
"""
OPEN_HANGS = """
def hang(settings):
    if struck(): time.sleep(1000)
    return real_open(settings)
process.Mixer.__init__.__defaults__ = (hang,)
"""
READ_HANGS = """
def hang(mixer, file, lead_in):
    if "theirs" in str(file) and struck(): time.sleep(1000)
    return real_load(mixer, file, lead_in)
card.load = hang
"""
ROUNDS = int(os.environ.get("KIOSKD_ROUNDS", "200"))  # make fuzz: 1,000
READ_CRASHES = READ_HANGS.replace("time.sleep(1000)", "import ctypes; ctypes.string_at(0)")
# A rate of -1 is taken, no sound can be loaded then, and SDL's own quit() never returns: really.
QUIT_HANGS = """
def hang(settings):
    card.RATE = -1 if struck() else 44100
    return real_open(settings)
process.Mixer.__init__.__defaults__ = (hang,)
"""
# A monitor that sleeps: the first sound that is played plays for ever, and is not heard.
STANDS_STILL = """
from kioskd.audio import mixer_channels as channels
def play(lane, sound, real=channels.Lane.play):
    real(lane, sound)
    if struck():
        lane.channel.pause()
        lane.ends = lane.due = time.monotonic() + 0.2
channels.Lane.play = play
"""
COUNTED = """
def counted(settings):
    with open("FILE", "ab") as file: file.write(b".")
    return real_open(settings)
process.Mixer.__init__.__defaults__ = (counted,)
"""
NO_LIBRARY = """
def missing(settings): raise ImportError({!r})
process.Mixer.__init__.__defaults__ = (missing,)
"""
Make = Callable[..., Player]


@pytest_asyncio.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    players = []

    def one(settings: Sound, patch: str = "", strikes: int = 1, patience: float = 1.5) -> Player:
        strikes_left = tmp_path / "strikes"
        strikes_left.write_bytes(bytes(strikes))
        program = FAULTY.replace("PATCH", patch)
        command = (sys.executable, "-c", program, str(strikes_left))
        players.append(Player(settings, "en", lambda: None, command, patience))
        players[-1].start()
        return players[-1]

    yield one
    for player in players:
        await player.close()


async def test_without_a_card_it_says_what_was_tried_and_stops_at_once(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = make(Sound(driver="alsa", device="HDMI"))
    status = await settled(player, "failed")
    assert status.detail.startswith("no sound card (alsa, HDMI): ")
    player.play("critical", "critical")
    async with asyncio.timeout(2):
        await player.close()


async def test_without_the_system_s_library_for_sound_it_names_the_package(make: Make) -> None:
    missing = "libgthread-2.0.so.0: cannot open shared object file: No such file or directory"
    player = make(Sound(), NO_LIBRARY.format(missing))
    status = await settled(player, "failed")
    assert status.detail == (
        "no sound: this system has no libgthread-2.0.so.0; try: sudo apt install libglib2.0-0"
    )


async def test_a_card_that_comes_later_plays_the_critical_sound_that_waited(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording(tmp_path / "later" / "card.raw")
    recording.use(monkeypatch)
    player = make(Sound(lead_in=Duration(0.5)))
    await settled(player, "failed", "no sound card")
    player.play("high", "high")
    player.play("critical", "critical")
    recording.path.parent.mkdir()  # now SDL can open its file: the card is there
    await settled(player, "ok")
    first, played = await recording.found()
    assert first >= 0.5 * RATE
    assert likeness(played, own("critical")) > 0.98


async def test_a_card_that_goes_away_is_shown_while_nothing_plays_and_comes_back(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording(tmp_path / "card")
    recording.use(monkeypatch)
    recording.path.symlink_to("/dev/full")  # opens, and takes nothing: SDL gives it up
    player = make(Sound())
    await settled(player, "failed", "the sound card is gone")
    player.play("critical", "critical")
    recording.path.unlink()
    assert likeness(await recording.sound(), own("critical")) > 0.98
    await settled(player, "ok")


async def test_a_card_that_takes_no_sound_any_more_is_opened_again_and_plays_the_critical_one(
    make: Make, recording: Recording
) -> None:
    player = make(Sound(), STANDS_STILL)
    await settled(player, "ok")
    player.play("critical", "critical")
    await settled(player, "failed", "takes no sound")
    assert likeness(await recording.sound(), own("critical")) > 0.98


async def test_an_acknowledged_sound_does_not_wait_for_a_card(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = Recording(tmp_path / "later" / "card.raw")
    recording.use(monkeypatch)
    player = make(Sound())
    await settled(player, "failed", "no sound card")
    player.play("critical", "critical")
    player.stop_all()
    recording.path.parent.mkdir()
    await settled(player, "ok")
    await recording.until(1)
    assert not recording.samples().any()


async def test_settings_that_name_a_card_are_tried_at_once(
    make: Make, recording: Recording
) -> None:
    player = make(Sound(driver="none such"), "process.FIRST_RETRY = process.LONGEST_RETRY = 1000.0")
    await settled(player, "failed", "no sound card (none such)")
    player.reconfigure(Sound(driver="disk"), "en")
    await settled(player, "ok")  # long before the next attempt


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (OPEN_HANGS, "does not answer (opening the sound card)"),
        (QUIT_HANGS, "does not answer (closing the sound card)"),
    ],
    ids=["open", "quit"],
)
async def test_a_call_that_hangs_is_shown_and_sound_comes_back_without_a_restart(
    make: Make, recording: Recording, patch: str, said: str
) -> None:
    player = make(Sound(), patch)
    player.play("critical", "critical")
    await settled(player, "failed", said)
    await settled(player, "ok")
    assert likeness(await recording.sound(), own("critical")) > 0.98


async def test_sound_comes_back_after_three_hangs_in_a_row(
    make: Make, recording: Recording
) -> None:
    player = make(Sound(), QUIT_HANGS, strikes=3, patience=2)
    await settled(player, "failed", "closing the sound card")
    await settled(player, "ok")
    player.play("high", "high")
    assert likeness(await recording.sound(), own("high")) > 0.98


@pytest.mark.parametrize(
    ("patch", "said"),
    [(READ_HANGS, "does not answer (reading "), (READ_CRASHES, "ended unasked (exit code -11 ")],
    ids=["hangs", "crashes"],
)
async def test_a_file_in_which_the_decoder_hangs_or_crashes_is_not_read_again(
    make: Make, recording: Recording, tmp_path: Path, patch: str, said: str
) -> None:
    theirs = tmp_path / "theirs.wav"
    shutil.copy(built_in("project"), theirs)
    player = make(Sound(), patch, strikes=100)
    await settled(player, "ok")
    player.play("critical", "critical", theirs)
    await settled(player, "failed", said)
    status = await settled(player, "ok", "hung or crashed")
    assert status.detail.startswith(f"{theirs}: ")
    assert likeness(await recording.sound(), own("critical")) > 0.98


async def test_300_sounds_with_wrong_bytes_end_no_process(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    player = make(Sound(), patience=10)
    await settled(player, "ok")
    (child,) = children()
    chance = random.Random(1)
    for number in range(300):
        content = bytearray(built_in("high").read_bytes())
        for _ in range(chance.choice((1, 3, 20))):
            content[chance.randrange(44)] = chance.randrange(256)
        torn = tmp_path / f"{number}.wav"
        torn.write_bytes(content)
        player.play("high", "critical", torn)
        while player._report.handled < player._sent or player._report.calling:
            await asyncio.sleep(0.001)
            assert children() == [child]


async def test_a_configured_file_that_hangs_is_tried_again_after_a_reload(
    make: Make, recording: Recording, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.wav"
    shutil.copy(built_in("project"), theirs)
    settings = Sound(sounds=Sounds(high=str(theirs)))
    player = make(settings, READ_HANGS)
    await settled(player, "failed", "does not answer")
    assert str(theirs) in (await settled(player, "ok")).detail
    player.reconfigure(settings, "en")
    while player.status().detail:
        await asyncio.sleep(0.01)
    player.play("high", "high")
    assert likeness(await recording.sound(), own("project")) > 0.98


async def test_a_sound_process_that_is_killed_is_started_anew(
    make: Make, recording: Recording
) -> None:
    player = make(Sound())
    await settled(player, "ok")
    (child,) = children()
    os.kill(child, signal.SIGKILL)
    await settled(player, "failed", "ended unasked (exit code -9)")
    await settled(player, "ok")
    player.play("high", "high")
    assert likeness(await recording.sound(), own("high")) > 0.98


@pytest.mark.parametrize(
    ("patch", "calling"), [(OPEN_HANGS, "opening"), (QUIT_HANGS, "closing")], ids=["open", "quit"]
)
async def test_a_hang_holds_the_stop_up_no_longer_than_it_may(
    make: Make, recording: Recording, patch: str, calling: str
) -> None:
    player = make(Sound(), patch, patience=60)
    while not player._report.calling.startswith(calling):
        await asyncio.sleep(0.01)
    before = time.monotonic()
    await player.close(0.3)
    assert time.monotonic() - before < 1
    assert children() == []


async def test_10000_orders_to_a_process_that_stands_still_neither_wait_nor_pile_up(
    make: Make, recording: Recording
) -> None:
    player = make(Sound(), patience=1.0)
    await settled(player, "ok")
    (child,) = children()
    os.kill(child, signal.SIGSTOP)
    before = time.monotonic()
    for number in range(10_000):
        player.play("high", "critical" if number % 100 == 0 else "high", say="x" * 10_000)
    assert time.monotonic() - before < 1
    assert player._sent < 300
    player.play("critical", "critical")
    await settled(player, "failed", "does not answer (taking a message)")
    await settled(player, "ok")
    assert child not in children()
    assert likeness(await recording.sound(), own("critical")) > 0.98


async def test_of_processes_that_even_kill_does_not_end_there_are_three_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(subprocess.Popen, "kill", lambda process: ended.append(process))
    for name, value in (("FIRST_RETRY", 0.01), ("LONGEST_RETRY", 0.02), ("TO_DIE", 0.01)):
        monkeypatch.setattr(player_module, name, value)
    player = Player(Sound(), "en", lambda: None, ("sleep", "1000"), patience=0.02)
    player.start()
    await settled(player, "failed", "3 sound processes hang in the kernel")
    await asyncio.sleep(0.2)
    assert len(children()) == 3
    os.kill(ended[0].pid, signal.SIGKILL)
    await settled(player, "failed", "does not answer")  # a fourth was started
    await player.close(0)
    for process in ended:
        process.send_signal(signal.SIGKILL)
        process.wait()


async def test_a_program_that_cant_be_started_is_named(recording: Recording) -> None:
    player = Player(Sound(), "en", lambda: None, ("/nowhere/python",))
    player.start()
    await settled(player, "failed", "can't be started: No such file")
    await player.close()


@pytest.mark.timeout(400)
async def test_rounds_of_opening_anew_against_alerts_lose_no_process(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    opened = tmp_path / "opened"
    player = make(Sound(), COUNTED.replace("FILE", str(opened)), patience=10)
    await settled(player, "ok")
    (child,) = children()
    for number in range(ROUNDS):
        player.reconfigure(Sound(buffer=256 if number % 2 else 128), "en")
        for severity in ("low", "critical", "high"):
            player.play("critical" if severity == "critical" else "high", severity)
        if number % 3 == 0:
            player.stop_all()
        while player._report.handled < player._sent:
            assert children() == [child]
            await asyncio.sleep(0.001)
    while player._report.calling:
        await asyncio.sleep(0.01)
    assert (children(), player.status()) == ([child], SoundPart("ok", card="dummy"))
    assert len(opened.read_bytes()) >= ROUNDS


def children() -> list[int]:
    """The processes that this one started and that are not dead."""
    found = []
    for path in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for pid in path.read_text().split():
            with contextlib.suppress(OSError):  # it may be reaped while we look
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z":
                    found.append(int(pid))
    return found
