"""What goes out when nobody answers an alert: a program is started, and another one is called.

The call is tried until it is taken, somebody answered, or a day has passed.
"""

import asyncio
import random
import time
from collections.abc import Mapping

import aiohttp

from kioskd.config import Call, Config
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import encode
from kioskd.core.ports import Changed, Commands
from kioskd.errors import SourceError
from kioskd.sources import Context
from kioskd.sources.diagnosis import explain, refusal
from kioskd.sources.link import way_to

TIMEOUT = 10.0  # seconds for one try
FIRST_RETRY, LONGEST_RETRY = 5.0, 600.0  # seconds
GIVE_UP = 86400.0  # seconds
WAITING, SENT = "waiting", "sent"


class Escalations:
    """``noted`` is called when what is noted in ``alerts`` changed."""

    def __init__(
        self,
        config: Config,
        kiosk_id: str,
        alerts: ActiveAlerts,
        commands: Commands,
        noted: Changed,
    ) -> None:
        self._config = config
        self._kiosk_id = kiosk_id
        self._alerts = alerts
        self._commands = commands
        self._noted = noted
        self._calls: dict[tuple[int, float | None], asyncio.Task[None]] = {}
        """By the alert, and when it escalated: one that was put off may escalate again."""

    def configure(self, config: Config, kiosk_id: str) -> None:
        """Take other settings, for alerts that escalate from now on."""
        self._config, self._kiosk_id = config, kiosk_id

    def escalate(self, alert: Entry) -> None:
        """Start the program, and call until the call is taken."""
        if (settings := self._config.alerts.escalate) is None:
            return
        if settings.run is not None:
            self._commands.start(settings.run, environment(alert))
        self.resume(alert)

    def resume(self, alert: Entry) -> None:
        """Call, unless the call was taken before a restart."""
        settings = self._config.alerts.escalate
        if settings is None or settings.webhook is None or alert.escalation == SENT:
            return
        if (alert.number, alert.escalated_at) in self._calls:
            return
        self._note(alert, WAITING)
        call = alert.number, alert.escalated_at
        task = asyncio.create_task(self._call(settings.webhook, alert), name="escalation")
        self._calls[call] = task
        task.add_done_callback(lambda done: self._calls.pop(call, None))

    def stop(self) -> list[asyncio.Task[None]]:
        """Call nobody from now on; the tasks that are ending."""
        ending = list(self._calls.values())
        for task in ending:
            task.cancel()
        return ending

    async def _call(self, settings: Call, alert: Entry) -> None:
        delay, until = FIRST_RETRY, time.monotonic() + GIVE_UP
        escalated_at = alert.escalated_at
        while True:
            try:
                await self._try(settings, alert)
                state = SENT
            except SourceError as error:
                state = f"{WAITING}: {error}"
            if alert.escalated_at != escalated_at:
                return  # it was put off, and called again meanwhile
            self._note(alert, state)
            if state == SENT:
                return
            await asyncio.sleep(delay * random.uniform(0.5, 1))
            delay = min(2 * delay, LONGEST_RETRY)
            put_off = alert.state == "snoozed" or alert.escalated_at != escalated_at
            if put_off or alert.ended is not None:
                return
            if time.monotonic() > until:
                self._note(alert, alert.escalation.replace(WAITING, "given up"))
                return

    async def _try(self, settings: Call, alert: Entry) -> None:
        proxy = None if self._config.proxy == "direct" else self._config.proxy
        way = way_to(settings.url, settings.ca_file, proxy)
        headers = {"Content-Type": "application/json"}
        if settings.token_file is not None:
            try:
                headers["Authorization"] = f"Bearer {read_secret(settings.token_file).reveal()}"
            except OSError as error:
                raise SourceError(why_no_secret(error, settings.token_file)) from None
        told = alert.told(time.monotonic(), standing=False)
        body = encode({"kioskId": self._kiosk_id, "event": "escalated", "alert": told})
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
                ) as session,
                session.post(
                    way.url,
                    data=body,
                    headers=headers,
                    ssl=way.tls,
                    proxy=way.proxy,
                    allow_redirects=False,
                ) as answer,
            ):
                if wrong := refusal(answer.status, way, answer.headers.get("Location", "")):
                    raise wrong
        except (aiohttp.ClientError, TimeoutError) as error:
            raise explain(error, way, Context(self._kiosk_id)) from None

    def _note(self, alert: Entry, state: str) -> None:
        self._alerts.escalated(alert, state)
        self._noted()


def environment(alert: Entry) -> Mapping[str, str]:
    """What a program is told of the alert for which it is started."""
    found = {
        "ID": alert.id,
        "TITLE": alert.title,
        "SEVERITY": alert.severity,
        "DESCRIPTION": alert.description,
        "ENTITY": alert.entity,
        "ASSIGNED_TO": alert.assigned_to,
        "SOURCE": alert.source,
        "LINK": alert.link,
    }
    return {f"KIOSKD_ALERT_{name}": text.replace("\0", "") for name, text in found.items()}
