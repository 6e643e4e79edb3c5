"""What a panel's socket hears."""

from collections.abc import Callable
from typing import Any

from aiohttp import ClientWebSocketResponse

PATIENCE = 30.0  # seconds for one message; a busy machine is slow, not wrong


async def hear(
    ws: ClientWebSocketResponse, kind: str, right: Callable[[dict[str, Any]], Any] | None = None
) -> dict[str, Any]:
    """The next message of ``kind`` that is ``right``; others are passed over."""
    while True:
        message: dict[str, Any] = await ws.receive_json(timeout=PATIENCE)
        if message["type"] == kind and (right is None or right(message)):
            return message


async def hear_each(ws: ClientWebSocketResponse, *kinds: str) -> list[dict[str, Any]]:
    """The next message of each kind, in this order."""
    return [await hear(ws, kind) for kind in kinds]
