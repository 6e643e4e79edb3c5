"""Follows every configured source, and passes on what panels ask for."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from kioskd.config import Language, Source, View
from kioskd.config.origins import origins
from kioskd.core.links import Link, Links
from kioskd.core.messages import Message
from kioskd.sources import Context, follow


class Ingest(Protocol):
    """Takes in what a source said; ``origin`` is the source's address."""

    def __call__(self, message: Message, origin: str) -> None: ...


class Following:
    """``trust(origin, ca_file)`` is told which private CA vouches for a source's address."""

    def __init__(self, links: Links, trust: Callable[[str, str | None], None]) -> None:
        self._links = links
        self._trust = trust
        self._tasks: list[asyncio.Task[None]] = []
        self._contexts: dict[View, Context] = {}

    def start(
        self, sources: Iterable[Source], kiosk_id: str, language: Language, ingest: Ingest
    ) -> None:
        """Follow these sources from now on, and no others."""
        self.stop()
        self._links.clear()
        self._contexts = {}
        for settings in sources:
            secret = next((auth.file for auth in getattr(settings, "auth", ())), None)
            link = Link(settings.title, settings.kind, settings.views, secret, origins([settings]))
            context = Context(kiosk_id, language)
            self._contexts |= dict.fromkeys(settings.views, context)
            self._links.add(link)
            origin = str(getattr(settings, "url", None) or "")
            self._trust(origin, getattr(settings, "ca_file", None))
            following = follow(
                settings,
                context,
                partial(ingest, origin=origin),
                partial(self._links.report, link),
            )
            task = asyncio.create_task(following, name=f"source {settings.title}")
            self._tasks.append(task)

    def ask(self, view: View) -> None:
        """Ask the source of a view for it, soon; nothing where no source has it."""
        if context := self._contexts.get(view):
            context.asks.add(view)

    def stop(self) -> list[asyncio.Task[None]]:
        """Follow nothing from now on; the tasks that are ending."""
        ending, self._tasks = self._tasks, []
        for task in ending:
            task.cancel()
        return ending
