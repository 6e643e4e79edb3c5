"""Follows every configured source, and passes on what panels ask for."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from kioskd.config import Config, NetworkSource, View, Webhook
from kioskd.config.origins import origins
from kioskd.config.secret import shown_path
from kioskd.config.sections.sources import REFRESH
from kioskd.core.identity import kiosk_id
from kioskd.core.links import Link, Links
from kioskd.core.messages import Message
from kioskd.core.ports import Neighbours
from kioskd.sources import Context, definitions
from kioskd.sources.retry import follow
from kioskd.sources.uplink import Uplink


class Ingest(Protocol):
    """Takes in what a source said; ``origin`` is the source's address, ``source`` its name."""

    def __call__(self, message: Message, origin: str, source: str) -> None: ...


class Following:
    """``trust(origin, ca_file)`` is told which private CA vouches for a source's address."""

    def __init__(
        self,
        links: Links,
        trust: Callable[[str, str | None], None],
        has_network: Callable[[], bool],
        neighbours: Neighbours,
    ) -> None:
        self._neighbours = neighbours
        self._links = links
        self._trust = trust
        self._has_network = has_network
        self._tasks: list[asyncio.Task[None]] = []
        self._contexts: dict[View, Context] = {}
        self._followed: list[tuple[Link, Context]] = []
        self._uplinks: dict[str, Uplink] = {}

    def start(self, config: Config, ingest: Ingest) -> None:
        """Follow these sources from now on, and no others."""
        self.stop()
        self._links.clear()
        self._contexts, self._followed = {}, []
        for settings in config.sources:
            if isinstance(settings, Webhook):
                continue  # nothing to follow: it is posted to
            context = Context(
                kiosk_id(config),
                config.kiosk.language,
                has_network=self._has_network,
                proxy=config.proxy,
                refresh=min(
                    [settings.asked_every(view, config.stale_after) for view in settings.views],
                    default=REFRESH,
                ),
                zone=config.kiosk.time_zone.zone,
                uplink=self.uplink(settings.title),
                neighbours=self._neighbours,
            )
            origin, secret = "", None
            if isinstance(settings, NetworkSource):
                origin = settings.url or ""
                secret = next((shown_path(auth.file) for auth in settings.auth), None)
                self._trust(origin, settings.ca_file)
            link = Link(
                settings.title,
                settings.kind,
                settings.views,
                secret,
                origins([settings]),
                definitions(settings),
            )
            self._contexts |= dict.fromkeys(settings.views, context)
            self._followed.append((link, context))
            self._links.add(link)
            following = follow(
                settings,
                context,
                partial(ingest, origin=origin, source=settings.title),
                partial(self._links.report, link),
            )
            task = asyncio.create_task(following, name=f"source {settings.title}")
            self._tasks.append(task)

    def uplink(self, title: str) -> Uplink:
        """What goes up the link of the source of that name, over all its links."""
        return self._uplinks.setdefault(title, Uplink())

    def ask(self, view: View) -> None:
        """Ask the source of a view for it, soon; nothing where no source has it."""
        if context := self._contexts.get(view):
            context.asks.add(view)

    def hurry(self) -> None:
        """Try every source that gives no data again at once: something may have been mended."""
        for link, context in self._followed:
            if link.state != "connected":
                context.hurry.set()

    def stop(self) -> list[asyncio.Task[None]]:
        """Follow nothing from now on; the tasks that are ending."""
        ending, self._tasks = self._tasks, []
        for task in ending:
            task.cancel()
        return ending
