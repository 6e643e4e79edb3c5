"""What doctor and status say of the clock, and when they say nothing."""

import time
from pathlib import Path

import pytest

from kioskd.cli import status_text
from kioskd.cli.doctor import machine
from kioskd.cli.doctor.clock import NO_ANSWER, NO_CLIENT, clock
from kioskd.core.status import ClockStatus
from tests.support.status import told

DOUBTED = told(clock=ClockStatus(4000.0, 240.0))
ENABLE = "sudo timedatectl set-ntp true"


class Timedatectl:
    """Answers as Debian's does."""

    def __init__(self, synchronized: str, more: str = "") -> None:
        self.synchronized, self.more = synchronized, more

    def __call__(self, *argv: str) -> str:
        assert argv[:2] == ("timedatectl", "show")
        return self.synchronized if "--property=NTPSynchronized" in argv else self.more


def test_a_clock_that_was_never_set_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock(Path("/")).state == "bad"


@pytest.mark.parametrize(
    ("more", "remedy"),
    [
        ("CanNTP=no\nNTP=no", NO_CLIENT),
        ("CanNTP=yes\nNTP=no", ENABLE),
        ("CanNTP=yes\nNTP=yes", NO_ANSWER),
        ("", NO_ANSWER),
    ],
    ids=["no client", "switched off", "no answer", "no timedatectl"],
)
def test_nobody_who_vouches_is_told_with_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, more: str, remedy: str
) -> None:
    monkeypatch.setattr(machine, "ask", Timedatectl("no" if more else "", more))
    for status in (DOUBTED, None):
        found = clock(tmp_path, status)
        assert (found.part, found.state, found.do) == ("clock", "warn", remedy)
        assert found.said.startswith("nobody vouches for it")


def test_who_vouches_is_believed_whatever_else_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machine, "ask", Timedatectl("yes"))
    assert clock(tmp_path, DOUBTED).state == "ok"  # the daemon has not asked again yet
    monkeypatch.setattr(machine, "ask", Timedatectl("no", "CanNTP=yes\nNTP=yes"))
    assert clock(tmp_path, told()).said == "set, but not kept by the network"
    monkeypatch.setattr(machine, "ask", Timedatectl(""))
    assert clock(tmp_path, told()).state == "ok"
    chip = tmp_path / "sys/class/rtc/rtc0/since_epoch"
    chip.parent.mkdir(parents=True)
    chip.write_text(f"{time.time():.0f}\n")
    assert clock(tmp_path).state == "ok"  # without a daemon, doctor looks itself
    early = told(clock=ClockStatus(3.0, None))  # and before the daemon has
    assert clock(tmp_path, early).state == "ok"
    assert clock(tmp_path, DOUBTED).state == "warn"


@pytest.mark.parametrize("quiet", [ClockStatus(), ClockStatus(600.0, 12.0)])
def test_status_says_nothing_of_a_clock_that_is_right_or_was_just_started(
    quiet: ClockStatus,
) -> None:
    assert not [each for each in status_text.lines(told(clock=quiet)) if each.startswith("clock")]


def test_a_doubt_that_lasts_is_one_line_of_the_status() -> None:
    said = [each for each in status_text.lines(DOUBTED) if "clock" in each]
    assert said == [
        "clock: nobody has vouched for it for 1 h, asked 4 min ago; "
        "no figures are recorded meanwhile; kioskd doctor says what to do"
    ]
    unset = status_text.lines(told(clock=ClockStatus(4000.0, None)))
    assert any(each.startswith("clock: nobody has vouched for it for 1 h; no") for each in unset)
