"""Rest between two tries, unless somebody is in a hurry."""

import asyncio


async def hurried(hurry: asyncio.Event, seconds: float) -> bool:
    """Rest; True when somebody wants the next try now."""
    try:
        async with asyncio.timeout(seconds):
            await hurry.wait()
    except TimeoutError:
        return False
    return True
