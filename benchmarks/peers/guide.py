# mypy: allow-subclassing-any, allow-untyped-decorators, disable-error-code="import-untyped"
"""The guide's consumer for daphne, on the models of the test suite's Django project.

A ticket event of the group makes every connection do as the guide's consumer does: run its own
queries and send its own JSON (``queries``); or, kinder than the guide, send the rows that the event
brought (``given``). ``/ws/polled/`` only answers who asks. HTTP is the test suite's: ``/save``.
"""

import datetime
import json
from typing import Any

import django
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.apps import apps
from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.urls import re_path

from benchmarks import tickets

GROUP = "dashboard_group"
OPEN = ["open", "in_progress"]
django.setup()  # with the settings that the environment names
call_command("migrate", run_syncdb=True, verbosity=0)
Ticket = apps.get_model("desk", "Ticket")
Project = apps.get_model("desk", "Project")


def serialized(row: Any) -> dict[str, str]:
    return {
        "id": str(row.id),
        "title": row.title,
        "description": row.description,
        "assignedTo": row.assigned_to,
        "priority": row.priority,
        "status": row.status,
        "createdAt": row.created_at.isoformat(),
        "updatedAt": row.updated_at.isoformat(),
        "entity": row.entity,
        "urgency": "Média",
    }


@sync_to_async
def fill(count: int) -> None:
    if Ticket.objects.count() == count:
        return
    Ticket.objects.all().delete()
    fields = ("title", "description", "priority", "status", "entity")
    Ticket.objects.bulk_create(
        Ticket(assigned_to=row["assignedTo"], **{name: row[name] for name in fields})
        for row in tickets.rows(count)
    )


class DashboardConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.client_id = None
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def receive(self, text_data: str) -> None:
        data = json.loads(text_data)
        match data.get("type"):
            case "identify":
                self.client_id = data.get("clientId")
                await self.send_tickets_update()
                await self.send_projects_update()
            case "request_data":
                await self.send_tickets_update()
            case "given":
                event = {"type": "given_update", "tickets": tickets.rows(data["count"])}
                await self.channel_layer.group_send(GROUP, event)
            case "queries":
                await fill(data["count"])
                await self.channel_layer.group_send(GROUP, {"type": "ticket_update"})

    async def given_update(self, event: dict[str, Any]) -> None:
        message = tickets.message(event["tickets"], self.get_timestamp())
        await self.send(text_data=json.dumps(message))

    async def ticket_update(self, event: dict[str, Any]) -> None:
        await self.send_tickets_update()

    async def send_tickets_update(self) -> None:
        data = await self.get_tickets()
        counters = await self.get_ticket_counters()
        await self.send(
            text_data=json.dumps(
                {
                    "type": "tickets_update",
                    "data": data,
                    "counters": counters,
                    "timestamp": self.get_timestamp(),
                }
            )
        )

    async def send_projects_update(self) -> None:
        await self.send(
            text_data=json.dumps(
                {
                    "type": "projects_update",
                    "data": await self.get_projects(),
                    "timestamp": self.get_timestamp(),
                }
            )
        )

    @sync_to_async
    def get_tickets(self) -> list[dict[str, str]]:
        return [serialized(row) for row in Ticket.objects.filter(status__in=OPEN)]

    @sync_to_async
    def get_ticket_counters(self) -> dict[str, int]:
        counters = {
            priority: Ticket.objects.filter(priority=priority, status="open").count()
            for priority in tickets.PRIORITIES
        }
        return counters | {"total": Ticket.objects.filter(status__in=OPEN).count()}

    @sync_to_async
    def get_projects(self) -> list[str]:
        return [row.name for row in Project.objects.filter(status="in_progress")]

    def get_timestamp(self) -> str:
        return datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat() + "Z"


class PolledConsumer(DashboardConsumer):
    async def connect(self) -> None:
        await self.accept()

    async def disconnect(self, close_code: int) -> None:
        pass


routes = URLRouter(
    [
        re_path(r"ws/dashboard_control/$", DashboardConsumer.as_asgi()),
        re_path(r"ws/polled/$", PolledConsumer.as_asgi()),
    ]
)
application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": AllowedHostsOriginValidator(routes)}
)
