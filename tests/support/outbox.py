"""Active alerts, and the outbox that tells their source what the room acknowledged."""

import asyncio
import time

from kioskd.config import Alerts, AnySource, Config, Kiosk
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert
from kioskd.core.ports import Changed
from kioskd.sources.acknowledgements import Acknowledgements
from kioskd.sources.uplink import Uplink


class TellingRoom:
    """A room with one source."""

    def __init__(self, source: AnySource) -> None:
        self.config = Config(kiosk=Kiosk(id="Kiosk-T"), sources=(source,))
        self.alerts = ActiveAlerts(Alerts(), time.monotonic, time.time)
        self._news = asyncio.Event()
        self._noted = Changed()
        self._noted.connect(self._news.set)
        self.outbox = self._outbox()

    def raised(self, alert: Alert) -> Entry:
        return self.alerts.take(alert).entry

    def acknowledge(self, entry: Entry, by: Actor) -> Entry:
        self.alerts.acknowledge([entry], by)
        self.outbox.acknowledged(entry, by)
        return entry

    async def until(self, entry: Entry, state: str) -> Entry:
        """Returns when the source was told, or was not and why."""
        async with asyncio.timeout(20):
            while entry.upstream != state:
                self._news.clear()
                await self._news.wait()
        return entry

    async def restarts(self) -> None:
        """Go on as a new daemon does: with what was written down, and nothing else."""
        await asyncio.gather(*self.outbox.stop(), return_exceptions=True)
        written = self.alerts.everything("boot")
        self.alerts = ActiveAlerts(Alerts(), time.monotonic, time.time)
        self.alerts.restore(written, "boot")
        self.outbox = self._outbox()
        self.outbox.resume()

    def _outbox(self) -> Acknowledgements:
        return Acknowledgements(self.config, "Kiosk-T", self.alerts, self._noted, _no_link)


def _no_link(title: str) -> Uplink:
    return Uplink()
