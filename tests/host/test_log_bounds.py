"""A log that nobody can flood, with the lines that it is given from elsewhere."""

import io
import logging

import pytest

from kioskd.host.log_bounds import AT_ONCE, EVERY, LONGEST, Bounded


class Log:
    """A logger of its own; ``lines`` is what came out."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._stream = io.StringIO()
        self._handler = logging.StreamHandler(self._stream)
        self._handler.addFilter(Bounded(lambda: self.now))
        self._logger = logging.Logger("test")
        self._logger.addHandler(self._handler)

    def say(self, text: str) -> None:
        self._logger.warning("%s", text)

    def say_otherwise(self, text: str) -> None:
        self._logger.warning("otherwise %s", text)

    @property
    def lines(self) -> list[str]:
        return self._stream.getvalue().splitlines()


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_flood_of_one_kind_ends_and_other_kinds_go_on(log: Log) -> None:
    for number in range(10_000):
        log.say(f"line {number}")
    assert log.lines == [f"line {number}" for number in range(AT_ONCE)]
    log.say_otherwise("told")
    assert log.lines[-1] == "otherwise told"


def test_what_was_held_back_is_counted_in_the_next_line_of_its_kind(log: Log) -> None:
    for number in range(AT_ONCE + 40):
        log.say(f"line {number}")
    log.now += EVERY
    log.say("later")
    log.say("too soon")
    assert log.lines[AT_ONCE:] == ["later (and 40 more of this kind since)"]


def test_a_day_of_a_flood_takes_little_more_than_a_megabyte(log: Log) -> None:
    for _ in range(86_400):
        log.now += 1
        log.say("x" * 100)
    assert AT_ONCE + 8_000 < len(log.lines) < AT_ONCE + 8_700
    assert sum(map(len, log.lines)) < 1_250_000


def test_a_line_is_no_longer_than_a_screen(log: Log) -> None:
    log.say("x" * 1_000_000)
    assert log.lines == ["x" * LONGEST + " [...]"]
