"""``sources``: every kind of source."""

from typing import Annotated

from msgspec import Meta

from kioskd.config.scalars import ByteSize, Duration
from kioskd.config.sections.base import HttpUrl, Section, UpToADay, UpToAnHour, WsUrl
from kioskd.config.sections.glpi import Glpi
from kioskd.config.sections.neighbour import Neighbour
from kioskd.config.sections.source_base import Source, TranslatedSource
from kioskd.config.sections.wall import StaleAfter
from kioskd.config.sections.webhook import Webhook
from kioskd.config.sections.words import View
from kioskd.words import tr

REFRESH = 60.0  # seconds between two questions for all views of a server that pushes


class Channels(TranslatedSource, tag_field="kind", tag="channels", frozen=True, kw_only=True):
    url: WsUrl
    """The address of the server's WebSocket, such as wss://host/ws/dashboard_control/."""
    origin: str | None = None
    """The Origin header; empty: the url's own scheme and host."""
    heartbeat: UpToAnHour = Duration(20)
    """How often the link is tried when it is quiet."""
    refresh: UpToADay | None = None
    """How often all views are asked for again, since a channel layer may lose messages; empty: once
    a minute, or twice in the shortest time of stale_after that is given."""
    max_message: ByteSize = ByteSize(8_000_000)
    """The largest message that is taken."""
    acknowledge: bool = False
    """Tell the server what the room acknowledged, by a message of docs/protocol.md."""

    def asked_every(self, view: View, stale_after: StaleAfter) -> float:
        if self.refresh is not None:
            return float(self.refresh)
        given = [getattr(stale_after, each) for each in self.views]
        return min([REFRESH, *(float(each) / 2 for each in given if each is not None)])


class RestUrls(Section, frozen=True, kw_only=True):
    tickets: HttpUrl | None = None
    """The address that answers a tickets_update."""
    projects: HttpUrl | None = None
    """The address that answers a projects_update."""
    dashboard: HttpUrl | None = None
    """The address that answers a dashboard_update."""


class Rest(TranslatedSource, tag_field="kind", tag="rest", frozen=True, kw_only=True):
    url: HttpUrl | None = None
    """One address that answers every view."""
    urls: RestUrls | None = None
    """Or one address a view."""
    interval: UpToADay = Duration(30)
    """How often it is asked."""
    max_message: ByteSize = ByteSize(8_000_000)
    """The largest answer that is taken."""

    def __post_init__(self) -> None:
        if (self.url is None) == (self.urls is None):
            raise ValueError(tr("needs either url (one for all views) or urls (one a view)"))
        if self.urls is not None:
            missing = [view for view in self.views if getattr(self.urls, view) is None]
            if missing:
                raise ValueError(
                    tr("urls lacks {missing}; add it or shorten views", missing=", ".join(missing))
                )

    def addresses(self) -> dict[View, str]:
        if self.urls is None:
            return super().addresses()
        return {view: getattr(self.urls, view) for view in self.views}

    def asked_every(self, view: View, stale_after: StaleAfter) -> float:
        return float(self.interval)


class Demo(Source, tag_field="kind", tag="demo", frozen=True, kw_only=True):
    seed: int = 1
    """The same seed tells the same story."""
    tempo: Annotated[float, Meta(gt=0, le=100)] = 1.0
    """How fast the story runs: 2 is twice as fast."""
    tickets: Annotated[int, Meta(ge=0, le=5000)] = 14
    """How many tickets are open at the start."""


AnySource = Channels | Rest | Glpi | Webhook | Neighbour | Demo
