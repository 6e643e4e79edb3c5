"""One message of each kind that an upstream sends."""

import json
from typing import Any

from tests.support.frames import TICKET, tickets

HEARD: list[Any] = [
    json.loads(tickets(TICKET, TICKET | {"id": 8, "priority": "critical"})),
    {
        "type": "projects_update",
        "data": [
            {"id": "p", "name": "Nuvem", "responsible": "Ana", "status": "in_progress"}
            | {
                "completed": 1,
                "inProgress": 2,
                "pending": 3,
                "progress": 50,
                "dueDate": "2025-12-15",
            }
        ],
    },
    {
        "type": "dashboard_update",
        "kpis": {"openTickets": 1, "avgResponseTime": "2h", "resolutionRate": 9},
        "technicians": [
            {"name": "Ana", "specialization": "x", "available": True, "assignedCount": 3}
        ],
        "analysts": [],
        "recentActivity": [
            {"timestamp": "2025-11-18T14:35:00Z", "description": "d", "type": "new"}
        ],
    },
    {"type": "critical_alert", "data": {"id": "c", "title": "Queda", "severity": "critical"}},
    {"type": "new_ticket_alert", "data": {"id": 1, "title": "t", "severity": "high"}},
    {"type": "alert_resolved", "ids": ["c"]},
    {"type": "remote_switch", "target": "tickets"},
]
