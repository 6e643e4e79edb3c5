"""What the fuzzers have in common."""

import logging
from collections.abc import Iterator

import pytest


class _Unkept(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        self.format(record)


@pytest.fixture
def unkept_log() -> Iterator[None]:
    """Every line of the log is made, and goes nowhere."""
    logger, handler = logging.getLogger("kioskd"), _Unkept()
    logger.addHandler(handler)
    logger.propagate = False
    yield
    logger.propagate = True
    logger.removeHandler(handler)
