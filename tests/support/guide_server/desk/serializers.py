"""As the framework's serializers behave: ``Serializer(rows, many=True).data``."""

import os
from typing import Any


class Serializer:
    fields: dict[str, str] = {}  # the guide's name, and the model's

    def __init__(self, instance: Any, many: bool = False) -> None:
        self.data: Any = [self.row(each) for each in instance] if many else self.row(instance)

    def row(self, instance: Any) -> dict[str, Any]:
        snake = os.environ.get("GUIDE_NAMES") == "snake_case"
        row: dict[str, Any] = {}
        for name, attribute in self.fields.items():
            value = getattr(instance, attribute)
            plain = value.isoformat() if hasattr(value, "isoformat") else value
            row[attribute if snake else name] = plain
        return row


class TicketSerializer(Serializer):
    fields = {
        "id": "id",
        "title": "title",
        "description": "description",
        "assignedTo": "assigned_to",
        "priority": "priority",
        "status": "status",
        "createdAt": "created_at",
        "updatedAt": "updated_at",
        "entity": "entity",
    }


class ProjectSerializer(Serializer):
    fields = {
        "id": "id",
        "name": "name",
        "responsible": "responsible",
        "status": "status",
        "completed": "completed",
        "inProgress": "in_progress",
        "pending": "pending",
        "progress": "progress",
        "dueDate": "due_date",
        "updatedAt": "updated_at",
    }
