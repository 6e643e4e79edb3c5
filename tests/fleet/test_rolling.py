"""What whoever pushes concludes from what a kiosk tells, without a broker."""

import asyncio
import json
from typing import Any, cast

import pytest

from kioskd.core.fleet_status import Seen
from kioskd.fleet.operating import Operator
from kioskd.fleet.rolling import Rolling, Signed
from kioskd.fleet.wire import Incoming, Take

NUMBER = 7


class Census:
    def kiosks(self, kiosk: str) -> list[Seen]:
        return [Seen(kiosk, online=True)]


class Rolled:
    """An operator to whom the kiosk tells these states, one after the other, and no answer."""

    fault = None
    census = Census()

    def __init__(self, states: list[dict[str, Any]]) -> None:
        self._states = iter(states)

    def hear(self, topic: str, take: Take) -> None:
        self._take = take

    async def order(self, *_: Any) -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {}

    async def any_news(self, seconds: float) -> None:
        await asyncio.sleep(0)
        payload = json.dumps(next(self._states)).encode()
        self._take(Incoming("kioskd/Kiosk-A/config", payload, False))


@pytest.mark.parametrize(
    ("states", "why"),
    [
        ([{"tried": 6, "step": "kept"}, {"tried": NUMBER, "step": "kept"}], None),
        ([{"tried": NUMBER, "step": "back", "said": "no"}], "went back by itself: no"),
        # It started anew before it was on the card, and after.
        ([{"tried": NUMBER, "step": "trying"}, {"number": 6}], "started anew in the middle"),
        ([{"tried": NUMBER, "step": "trying"}, {"number": NUMBER}], None),
    ],
)
async def test_what_became_of_a_push_is_known_from_the_kiosks_own_state(
    states: list[dict[str, Any]], why: str | None
) -> None:
    rolling = Rolling(cast(Operator, Rolled(states)), "Ana", "config")
    found = await rolling.apply(Seen("Kiosk-A"), Signed(b"", "", NUMBER), 60.0)
    assert found == why if why is None else str(found).startswith(why)
