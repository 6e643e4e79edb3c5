"""How long whoever commands waits for what a broker keeps, without one."""

import asyncio

import pytest

from kioskd.config import Mqtt
from kioskd.errors import KioskdError
from kioskd.fleet import operating
from kioskd.fleet.operating import Operator
from kioskd.fleet.wire import Incoming

APART = 0.05  # seconds between two kiosks


def told(made: Operator, number: int) -> None:
    made._take(Incoming(f"kioskd/Wall-{number}/availability", b"online", True))


async def test_a_broker_that_goes_on_telling_of_kiosks_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(operating, "PATIENCE", 20 * APART)
    made = Operator(Mqtt(url="mqtt://127.0.0.1"), "operator")
    ready = asyncio.create_task(made.ready())
    for number in range(40):
        told(made, number)
        await asyncio.sleep(APART)
    assert not ready.done()
    made._fenced(Incoming("kioskd/operator/fence", b"", False))
    await ready
    assert len(made.census.kiosks()) == 40


@pytest.mark.parametrize("name", ["PATIENCE", "LONGEST"])
async def test_one_that_falls_silent_or_never_comes_to_an_end_is_not(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(operating, name, 10 * APART)
    made = Operator(Mqtt(url="mqtt://127.0.0.1"), "operator")
    ready = asyncio.create_task(made.ready())
    number = 0
    while not ready.done():
        if name == "LONGEST":
            told(made, number := number + 1)
        await asyncio.sleep(APART)
    with pytest.raises(KioskdError, match="rights"):
        await ready
