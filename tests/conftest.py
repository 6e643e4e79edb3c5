import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from kioskd import words
from tests.support.ran import pytest_sessionfinish as pytest_sessionfinish

# A busy machine is slow, not wrong. The seed is the command line's: `make test` takes the same one
# each time, CI takes fresh ones; a failure prints the line that repeats it.
settings.register_profile(
    "kioskd",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=False,
    print_blob=True,
)
settings.load_profile("kioskd")

# A shell ignores Ctrl+C for what it runs in the background, and so would every program that the
# tests start from there.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What commands say in a test is English, whatever language the developer's terminal has; a test of
# other languages says which. A file with `kiosk.language` goes before it.
os.environ["LANGUAGE"] = "en"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A command that a test runs in this process leaves its language behind."""
    yield
    words.speak(words.ENGLISH)
