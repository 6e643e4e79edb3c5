"""Frames as the guide has them, for tests to vary."""

import json
from typing import Any

from kioskd.core import messages
from kioskd.core.parser import Parser

TICKET = {
    "id": "7",
    "title": "Impressora",
    "assignedTo": "Ana",
    "priority": "high",
    "status": "open",
    "createdAt": "2025-11-18T10:30:00Z",
}
COUNTERS = {"critical": 0, "high": 1, "medium": 0, "low": 0, "total": 1}


def tickets(*items: dict[str, Any], **more: Any) -> bytes:
    message = {
        "type": "tickets_update",
        "data": list(items),
        "counters": COUNTERS,
        "timestamp": "2025-11-18T10:35:00Z",
    } | more
    return json.dumps(message).encode()


def update(frame: bytes) -> messages.Update:
    found = Parser().parse(frame)
    assert isinstance(found, messages.Update)
    return found
