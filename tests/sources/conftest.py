from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.django_server import Daphne


@pytest.fixture
def daphne(tmp_path: Path) -> Iterator[Daphne]:
    """A helpdesk on real Django Channels."""
    upstream = Daphne(tmp_path)
    yield upstream
    upstream.kill()
