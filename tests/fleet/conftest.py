import gc
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.broker import Broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path).start()
    yield made
    made.kill()


@pytest.fixture(autouse=True)
def no_socket_left() -> Iterator[None]:
    """paho leaves the socket of a handshake that failed to the collector: call it here, so that
    no later test is blamed.
    """
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
