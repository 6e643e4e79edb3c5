from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Key
from tests.support.keys import KeyRoom, MakeRoom


@pytest.fixture
async def make_room(tmp_path: Path) -> AsyncIterator[MakeRoom]:
    made: list[KeyRoom] = []

    def make(*keys: Key, **more: Any) -> KeyRoom:
        made.append(KeyRoom(tmp_path, keys, **more))
        return made[-1]

    yield make
    for room in made:
        room.close()
