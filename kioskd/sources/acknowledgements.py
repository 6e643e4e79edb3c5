"""Tells an alert's source that the room has acknowledged it: once, later where it is away.

What waits is noted on the alert itself, which outlives a restart: no file of its own. A source that
can't be told (its kind can't, or nobody configured it) is told nothing.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable

from kioskd.config import Channels, Config, Glpi, Webhook
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry, iso
from kioskd.core.alert_status import Upstream
from kioskd.core.alerts import MOST_ACTIVE, ActiveAlerts
from kioskd.core.backoff import Backoff
from kioskd.core.faults import Fault
from kioskd.core.outgoing import UpstreamAcknowledge
from kioskd.core.pause import hurried
from kioskd.core.ports import Changed
from kioskd.errors import RefusedError, SourceError
from kioskd.sources import Context
from kioskd.sources.uplink import Uplink
from kioskd.words import tr

FIRST_RETRY, LONGEST_RETRY = 5.0, 600.0  # seconds
GIVE_UP = 86400.0  # seconds after the acknowledgement
MOST = MOST_ACTIVE  # that wait at a time; beyond it the newest are not told, and say so
AT_ONCE = 20  # requests to one source; who acknowledges everything floods nobody
OURS = ("upstream", "rotation", "motion")  # nobody in the room


class Acknowledgements:
    """``noted`` is called when what is noted in ``alerts`` changed; ``uplink`` gives the one of a
    source by its name.
    """

    def __init__(
        self,
        config: Config,
        kiosk_id: str,
        alerts: ActiveAlerts,
        noted: Changed,
        uplink: Callable[[str], Uplink],
    ) -> None:
        self._config = config
        self._kiosk_id = kiosk_id
        self._alerts = alerts
        self._noted = noted
        self._uplink = uplink
        self._telling: dict[int, asyncio.Task[None]] = {}
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    def configure(self, config: Config, kiosk_id: str) -> None:
        """Take other settings, for what is told from now on."""
        self._config, self._kiosk_id = config, kiosk_id

    def acknowledged(self, alert: Entry, by: Actor) -> None:
        """Tell the alert's source, where it wants to know."""
        if by.kind in OURS or self._source(alert) is None or alert.number in self._telling:
            return
        if len(self._telling) >= MOST:
            self._note(alert, "failed", tr("{count} others still wait", count=MOST))
            return
        self._note(alert, "waiting")
        who = f"{by.name or by.kind} ({by.kiosk})" if by.kiosk else by.name or by.kind
        task = asyncio.create_task(self._tell(alert, who), name="acknowledge")
        self._telling[alert.number] = task
        task.add_done_callback(lambda done: self._telling.pop(alert.number, None))

    def snoozed(self, alert: Entry, by: Actor) -> None:
        """No source has a word for it."""

    def resume(self) -> None:
        """After a restart: what had not gone out when it came goes out now."""
        for alert in self._alerts.ended.untold():
            if alert.by is not None:
                self.acknowledged(alert, alert.by)

    def stop(self) -> list[asyncio.Task[None]]:
        """Tell nobody from now on; the tasks that are ending."""
        ending = list(self._telling.values())
        for task in ending:
            task.cancel()
        return ending

    def _source(self, alert: Entry) -> Channels | Glpi | Webhook | None:
        """The source of an alert, if it is one that wants to be told and knows it by its id.

        That of another kiosk's alert is told by that one.
        """
        if not alert.named or alert.kiosk:
            return None
        for source in self._config.sources:
            if source.title != alert.source:
                continue
            match source:
                case Glpi() if source.acknowledge != "off" and not alert.space:
                    from kioskd.sources.glpi.calls import ticket_of  # late: few have a GLPI

                    return source if ticket_of(alert.id) is not None else None
                case Webhook() if source.acknowledge is not None:
                    return source
                case Channels() if source.acknowledge and not alert.space:
                    return source
        return None

    async def _tell(self, alert: Entry, who: str) -> None:
        clock, backoff = asyncio.get_running_loop().time, Backoff(FIRST_RETRY, LONGEST_RETRY)
        until = clock() + GIVE_UP - self._alerts.ended_ago(alert)
        while (source := self._source(alert)) is not None:
            next_link = self._uplink(source.title).next_link
            try:
                async with self._turns[source.title]:
                    await self._try(source, alert, who)
            except RefusedError as error:
                self._note(alert, "failed", str(error), getattr(error, "fault", None))
                return
            except (SourceError, OSError, TimeoutError) as error:
                fault = getattr(error, "fault", None)
                if clock() > until:
                    self._note(alert, "failed", str(error), fault)
                    return
                self._note(alert, "waiting", str(error), fault)
            else:
                self._note(alert, "sent")
                return
            await hurried(next_link, backoff.next() * random.uniform(0.5, 1))
        self._note(alert, "failed", tr("the source is configured no more"))

    async def _try(self, source: Channels | Glpi | Webhook, alert: Entry, who: str) -> None:
        kiosk = self._config.kiosk
        context = Context(self._kiosk_id, kiosk.language, proxy=self._config.proxy)
        match source:
            case Channels():
                told = UpstreamAcknowledge(alert.id, who, iso(alert.by_at), self._kiosk_id)
                await self._uplink(source.title).tell(source.title, told)
            case Glpi():
                from kioskd.sources.glpi.writeback import acknowledge as tell_glpi

                await tell_glpi(source, context, alert.id, who)
            case Webhook():
                from kioskd.sources.webhook.acknowledge import acknowledge as tell_sender

                await tell_sender(source, context, alert, who)

    def _note(
        self, alert: Entry, state: Upstream, detail: str = "", fault: Fault | None = None
    ) -> None:
        self._alerts.told_upstream(alert.number, state, detail, fault)
        self._noted()
