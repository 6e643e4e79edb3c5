import asyncio
import datetime
import json
from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import connection

from tests.support.django_upstream.desk.models import GROUP, Acknowledgement, Project, Ticket

Json = dict[str, Any]
OPEN = ["open", "in_progress"]


def ticket(row: Ticket) -> Json:
    return {
        "id": row.id,  # a number, as Django's serializers give it
        "title": row.title,
        "description": row.description,
        "assignedTo": row.assigned_to or None,
        "priority": row.priority,
        "status": row.status,
        "createdAt": row.created_at.isoformat() + "Z",  # the guide's "+00:00Z"
        "updatedAt": row.updated_at.isoformat() + "Z",
        "entity": row.entity,
        "urgency": "",
    }


def project(row: Project) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "responsible": row.responsible,
        "status": row.status,
        "completed": row.completed,
        "inProgress": row.in_progress,
        "pending": row.pending,
        "progress": row.progress,
        "dueDate": row.due_date.isoformat(),
    }


class DashboardConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        self.pushing = asyncio.create_task(self.push())

    async def disconnect(self, close_code: int) -> None:
        self.pushing.cancel()
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def receive(self, text_data: str) -> None:
        message = json.loads(text_data)
        if message.get("type") == "identify":
            for view in ("tickets", "projects", "dashboard"):
                await self.say(view)
        elif message.get("type") == "request_data":
            await self.say(message.get("view"))
        elif message.get("type") == "acknowledge":
            await self.acknowledged(message)

    async def acknowledged(self, message: Json) -> None:
        """Kept, unless the ticket is locked, and answered."""
        identity = message["id"]
        if await Ticket.objects.filter(id=identity, entity="locked").aexists():
            await self.tell("error", id=identity, message=f"ticket {identity} is locked")
            return
        await Acknowledgement.objects.acreate(
            ticket=identity, by=message["by"], at=message["at"], client=message["clientId"]
        )
        await self.tell("acknowledged", id=int(identity))

    async def push(self) -> None:
        while True:
            await asyncio.sleep(30)
            for view in ("tickets", "projects", "dashboard"):
                await self.say(view)

    async def ticket_update(self, event: Json) -> None:
        if event["created"]:
            row = await Ticket.objects.aget(id=event["ticket_id"])
            kind = "critical_alert" if row.priority == "critical" else "new_ticket_alert"
            await self.tell(
                kind,
                data={
                    "id": row.id,
                    "title": row.title,
                    "severity": row.priority,
                    "soundUrl": "/static/sounds/notification.mp3",
                },
            )
        await self.say("tickets")

    async def say(self, view: str) -> None:
        await self.tell(f"{view}_update", **await getattr(self, view)())

    async def tell(self, kind: str, **body: Any) -> None:
        now = datetime.datetime.now(datetime.UTC).isoformat() + "Z"
        await self.send(text_data=json.dumps({"type": kind, **body, "timestamp": now}))

    @sync_to_async
    def tickets(self) -> Json:
        rows = list(Ticket.objects.filter(status__in=OPEN).order_by("id"))
        counters = {
            p: sum(row.priority == p for row in rows) for p in ("critical", "high", "medium", "low")
        }
        return {"data": [ticket(row) for row in rows], "counters": counters | {"total": len(rows)}}

    @sync_to_async
    def projects(self) -> Json:
        return {"data": [project(row) for row in Project.objects.order_by("id")]}

    @sync_to_async
    def dashboard(self) -> Json:
        count = Ticket.objects.filter(status="open").count()
        return {
            "kpis": {"openTickets": count, "avgResponseTime": "2h 30m"},
            "technicians": [],
            "analysts": [],
            "recentActivity": [],
        }


class LockedConsumer(AsyncWebsocketConsumer):
    """Lets nobody in whom it doesn't know, and it knows nobody."""

    async def connect(self) -> None:
        await self.close()


class WithoutDatabaseConsumer(AsyncWebsocketConsumer):
    """Says hello, and fails as soon as it needs the database."""

    async def connect(self) -> None:
        await self.accept()
        await self.send(text_data=json.dumps({"type": "settings", "name": "Central"}))

    async def receive(self, text_data: str) -> None:
        await sync_to_async(self.ask)()

    def ask(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM no_such_table")
