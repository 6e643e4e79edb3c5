"""The words that a key may hold, and that the rest of kioskd calls things by."""

from typing import Literal, get_args

View = Literal["tickets", "projects", "dashboard"]
BuiltIn = Literal["tickets", "projects", "dashboard", "remote"]
"""The screens that there always are."""
Severity = Literal["critical", "high", "medium", "low"]
Status = Literal[
    "open",
    "new",
    "assigned",
    "planned",
    "in_progress",
    "pending",
    "solved",
    "closed",
    "planning",
    "testing",
    "on_hold",
    "done",
    "cancelled",
]
Meaning = Literal[Severity, Status]
GuideField = Literal[
    "id",
    "title",
    "description",
    "assignedTo",
    "priority",
    "status",
    "createdAt",
    "updatedAt",
    "entity",
    "urgency",
    "dueAt",
    "late",
    "groups",
    "name",
    "responsible",
    "completed",
    "inProgress",
    "pending",
    "progress",
    "dueDate",
    "openTickets",
    "avgResponseTime",
    "resolutionRate",
    "customerSatisfaction",
    "surveyCount",
    "specialization",
    "available",
    "assignedCount",
    "role",
    "timestamp",
    "type",
    "severity",
    "data",
    "counters",
    "kpis",
    "technicians",
    "analysts",
    "recentActivity",
]
"""The names of the guide's messages that a source may have by other names."""
Language = Literal["pt-BR", "en", "es"]
Role = Literal["view", "control", "admin"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SoundName = Literal["notification", "project", "high", "critical", "resolved", "self-test"]
HookPreset = Literal["alertmanager", "grafana", "zabbix", "uptime-kuma", "glpi"]
VIEWS: tuple[View, ...] = ("tickets", "projects", "dashboard")
SCREENS: tuple[BuiltIn, ...] = (*VIEWS, "remote")
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
STATUSES: tuple[Status, ...] = get_args(Status)
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
