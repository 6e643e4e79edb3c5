"""Waiting for what a test can only look at."""

import asyncio
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0  # seconds; a busy machine is slow, not wrong


async def until(holds: Callable[[], Any], what: str = "", patience: float = PATIENCE) -> None:
    """Return when ``holds()`` is true, looking again and again; ``what`` is said if it never is."""
    try:
        async with asyncio.timeout(patience):
            while not holds():
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError(f"it never came about: {what}") from None
