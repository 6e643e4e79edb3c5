"""The guide's consumer, and its two ways of pushing. What it leaves to the reader is marked."""

import asyncio
import json
import os
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from .models import Project, Ticket
from .serializers import ProjectSerializer, TicketSerializer


class DashboardConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.client_id = None
        if os.environ.get("GUIDE_LOGIN") and self.scope["user"].is_anonymous:
            await self.close()  # the reader's: the guide lets everybody in
            return
        await self.accept()

    async def disconnect(self, close_code: int) -> None:
        pass

    async def receive(self, text_data: str) -> None:
        try:
            data = json.loads(text_data)
            message_type = data.get("type")

            if message_type == "identify":
                self.client_id = data.get("clientId")
                await self.send_initial_data()

            elif message_type == "request_data":
                view = data.get("view")
                await self.handle_data_request(view)

        except json.JSONDecodeError:
            await self.send_error("Erro ao decodificar JSON")

    async def send_initial_data(self) -> None:
        await self.send_tickets_update()
        await self.send_projects_update()
        await self.send_dashboard_update()

    async def send_tickets_update(self) -> None:
        tickets = await self.get_tickets()
        counters = await self.get_ticket_counters()

        await self.send(
            text_data=json.dumps(
                {
                    "type": "tickets_update",
                    "data": tickets,
                    "counters": counters,
                    "timestamp": self.get_timestamp(),
                }
            )
        )

    async def send_projects_update(self) -> None:
        projects = await self.get_projects()

        await self.send(
            text_data=json.dumps(
                {
                    "type": "projects_update",
                    "data": projects,
                    "timestamp": self.get_timestamp(),
                }
            )
        )

    async def send_dashboard_update(self) -> None:
        kpis = await self.get_dashboard_kpis()
        technicians = await self.get_technicians()
        analysts = await self.get_analysts()
        activities = await self.get_recent_activities()

        await self.send(
            text_data=json.dumps(
                {
                    "type": "dashboard_update",
                    "kpis": kpis,
                    "technicians": technicians,
                    "analysts": analysts,
                    "recentActivity": activities,
                    "timestamp": self.get_timestamp(),
                }
            )
        )

    async def send_new_ticket_alert(self, ticket_id: int, sound_url: str | None = None) -> None:
        ticket = await self.get_ticket(ticket_id)

        await self.send(
            text_data=json.dumps(
                {
                    "type": "new_ticket_alert",
                    "data": {
                        "id": ticket["id"],
                        "title": ticket["title"],
                        "severity": ticket["priority"],
                        "soundUrl": sound_url or "/static/sounds/notification.mp3",
                    },
                    "timestamp": self.get_timestamp(),
                }
            )
        )

    async def send_error(self, message: str) -> None:
        await self.send(text_data=json.dumps({"type": "error", "message": message}))

    @sync_to_async
    def get_tickets(self) -> Any:
        tickets = Ticket.objects.filter(status__in=["open", "in_progress"])
        return TicketSerializer(tickets, many=True).data

    @sync_to_async
    def get_ticket(self, ticket_id: int) -> Any:
        ticket = Ticket.objects.get(id=ticket_id)
        return TicketSerializer(ticket).data

    @sync_to_async
    def get_ticket_counters(self) -> Any:
        return {
            "critical": Ticket.objects.filter(priority="critical", status="open").count(),
            "high": Ticket.objects.filter(priority="high", status="open").count(),
            "medium": Ticket.objects.filter(priority="medium", status="open").count(),
            "low": Ticket.objects.filter(priority="low", status="open").count(),
            "total": Ticket.objects.filter(status__in=["open", "in_progress"]).count(),
        }

    @sync_to_async
    def get_projects(self) -> Any:
        projects = Project.objects.filter(status__in=["planning", "in_progress", "testing"])
        return ProjectSerializer(projects, many=True).data

    @sync_to_async
    def get_dashboard_kpis(self) -> Any:
        open_tickets = Ticket.objects.filter(status="open").count()
        return {
            "openTickets": open_tickets,
            "avgResponseTime": "2h 30m",
            "resolutionRate": 92,
            "customerSatisfaction": 88,
            "surveyCount": 47,
        }

    @sync_to_async
    def get_technicians(self) -> Any:
        return []

    @sync_to_async
    def get_analysts(self) -> Any:
        return []

    @sync_to_async
    def get_recent_activities(self) -> Any:
        return []

    def get_timestamp(self) -> str:
        return datetime.now(UTC).replace(tzinfo=None).isoformat() + "Z"

    async def handle_data_request(self, view: str) -> None:
        if view == "tickets":
            await self.send_tickets_update()
        elif view == "projects":
            await self.send_projects_update()
        elif view == "dashboard":
            await self.send_dashboard_update()


class PollingConsumer(DashboardConsumer):
    """Option 1: every so often, 30 s in the guide."""

    async def connect(self) -> None:
        await super().connect()
        self.polling_task = asyncio.create_task(self.periodic_update())

    async def disconnect(self, close_code: int) -> None:
        if hasattr(self, "polling_task"):
            self.polling_task.cancel()

    async def periodic_update(self) -> None:
        while True:
            try:
                await asyncio.sleep(float(os.environ.get("GUIDE_EVERY", "30")))
                await self.send_tickets_update()
                await self.send_projects_update()
                await self.send_dashboard_update()
            except asyncio.CancelledError:
                break


class SignalsConsumer(DashboardConsumer):
    """Option 2: on change only, and then an alert only; the group is the reader's to join."""

    async def connect(self) -> None:
        await self.channel_layer.group_add("dashboard_group", self.channel_name)
        await super().connect()

    async def disconnect(self, close_code: int) -> None:
        await self.channel_layer.group_discard("dashboard_group", self.channel_name)

    async def ticket_update(self, event: dict[str, Any]) -> None:
        await self.send_new_ticket_alert(event["ticket_id"], event["sound_url"])
