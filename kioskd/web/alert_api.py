"""Alerts over HTTP: list, raise, resolve, acknowledge, snooze.

An answer of 200 comes when the card has it; ``kept`` false says that the card can't take it, and
that a power cut would undo it.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from kioskd.core import messages
from kioskd.core.alert_entry import Entry
from kioskd.core.alerting import Alerting
from kioskd.core.messages import Alert, Json
from kioskd.errors import ProtocolError
from kioskd.web.alert_fields import (
    SPACE,
    resolves,
    snooze_seconds,
    wanted_alert,
)
from kioskd.web.asked import asked, asking_actor
from kioskd.words import tr


class AlertApi:
    """``kept`` waits until everything so far is on the card; False: it can't be."""

    def __init__(self, alerting: Alerting, kept: Callable[[], Awaitable[bool]]) -> None:
        self._alerting = alerting
        self._kept = kept

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/alerts", self._list)
        router.add_get("/api/alerts/history", self._history)
        router.add_post("/api/alerts", self._raise)
        router.add_post("/api/acknowledge", self._acknowledge)
        router.add_post("/api/snooze", self._snooze)

    async def _list(self, request: web.Request) -> web.Response:
        return _json(self._alerting.alerts.status())

    async def _history(self, request: web.Request) -> web.Response:
        return _json(self._alerting.alerts.history())

    async def _raise(self, request: web.Request) -> web.Response:
        wanted = await asked(request, _raised_or_resolved)
        if isinstance(wanted, Alert):
            entry = self._alerting.take(wanted)
            return _json({"id": entry.id, "number": entry.number, "kept": await self._kept()})
        ended = self._alerting.resolve(SPACE, wanted)
        return _json({"ids": [entry.id for entry in ended], "kept": await self._kept()})

    async def _acknowledge(self, request: web.Request) -> web.Response:
        message = await asked(request, lambda m: m)
        found, identity = await asked(request, self._meant)
        actor = asking_actor(request, message)
        if identity and not found:
            self._alerting.acknowledge_id(identity, actor)
        ended = self._alerting.acknowledge(found, actor) if found or not identity else []
        return _json({"ids": [entry.id for entry in ended], "kept": await self._kept()})

    async def _snooze(self, request: web.Request) -> web.Response:
        message = await asked(request, lambda m: m)
        found, _ = await asked(request, self._meant)
        seconds = await asked(request, lambda m: snooze_seconds(m, self._alerting))
        snoozed = self._alerting.snooze(found, seconds, asking_actor(request, message))
        ids = [entry.id for entry in snoozed]
        return _json({"ids": ids, "seconds": round(seconds), "kept": await self._kept()})

    def _meant(self, message: Json) -> tuple[list[Entry], str]:
        """The alerts of a ``number`` or an ``id``, else all that call; and the id."""
        number, identity = messages.number_field(message), messages.text_field(message, "id")
        if number is not None:
            return self._alerting.alerts.find(number=number), ""
        if message.get("id") == "":
            raise ProtocolError(tr("`id` must not be empty; without one, all that call are meant"))
        return self._alerting.alerts.find(identity=identity or None), identity


def _raised_or_resolved(message: Json) -> Alert | str:
    over = resolves(message)
    return wanted_alert(message) if over is None else over


def _json(content: object) -> web.Response:
    return web.Response(body=messages.encode(content), content_type="application/json")
