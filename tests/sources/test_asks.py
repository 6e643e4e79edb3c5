"""What panels ask for is fetched soon, and never as often as they ask."""

import asyncio

from kioskd.sources import Asks


async def test_the_first_is_answered_at_once_and_the_views_are_told() -> None:
    asks = Asks()
    asks.add("tickets")
    asks.add("projects")
    async with asyncio.timeout(1):
        assert await asks.wait(60) == {"tickets", "projects"}


async def test_who_asks_without_end_is_answered_ever_more_seldom() -> None:
    asks, answers = Asks(), 0
    loop = asyncio.get_running_loop()

    async def panel() -> None:
        while True:
            asks.add("tickets")
            await asyncio.sleep(0.02)

    asking = asyncio.create_task(panel())
    end = loop.time() + 3
    while loop.time() < end:
        if await asks.wait(60 if answers < 2 else 3):
            answers += 1
    asking.cancel()
    assert 1 <= answers <= 3  # of 150


async def test_a_source_is_never_asked_more_seldom_than_by_itself() -> None:
    asks = Asks()
    for _ in range(5):
        asks.add("tickets")
        async with asyncio.timeout(2):
            assert await asks.wait(0.1) == {"tickets"}
