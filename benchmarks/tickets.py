"""The update that everything is measured with: tickets of about 400 bytes, as Django sends them."""

import functools
import json
from typing import Any

COUNTS = (20, 200, 2000)
PRIORITIES = ("critical", "high", "medium", "low")
Ticket = dict[str, str]


def rows(count: int) -> list[Ticket]:
    return [
        {
            "id": str(10_000 + n),
            "title": f"Impressora fiscal {n:04} da recepção não responde",
            "description": "O usuário relata que o equipamento liga, mostra a fila e não imprime.",
            "assignedTo": "Ana Beatriz Oliveira",
            "priority": PRIORITIES[n % 4],
            "status": "open",
            "createdAt": "2025-11-18T10:30:00Z",
            "updatedAt": "2025-11-18T10:30:00Z",
            "entity": "Unidade Centro",
            "urgency": "Média",
        }
        for n in range(count)
    ]


def message(data: list[Ticket], timestamp: str = "2025-11-18T10:35:00Z") -> dict[str, Any]:
    counters = {p: sum(t["priority"] == p for t in data) for p in PRIORITIES}
    counters["total"] = len(data)
    return {
        "type": "tickets_update",
        "data": data,
        "counters": counters,
        "timestamp": timestamp,
    }


@functools.cache
def frame(count: int, turn: int = 0) -> bytes:
    """An update of ``count`` tickets; another ``turn`` differs in the very last ticket only,
    which is the longest way for whoever compares the two."""
    data = rows(count)
    data[-1]["updatedAt"] = f"2025-11-18T10:{turn % 60:02}:00Z"
    return json.dumps(message(data)).encode()
