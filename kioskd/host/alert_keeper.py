"""Keeps the alerts on the card: at once where somebody was promised it, else when it is worth it.

A card wears out by writes, so what is critical or what a person did is written within a second, in
a storm within half a minute. A banner of a new ticket waits: its ticket is in the list anyway.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from kioskd.config.files import reason
from kioskd.core.alert_lines import Line
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.sounding import Sounding
from kioskd.host.alert_log import AlertLog, encode
from kioskd.words import tr

BURST = 30  # writes in a row, one a second
EVERY = 30.0  # seconds until another one is allowed
LAZY = 600.0  # seconds until what is not urgent is written: 6 writes of some 8 KB an hour
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class AlertKeeper:
    """``say`` shows why nothing can be kept; None: it can."""

    def __init__(
        self,
        folder: Path,
        alerts: ActiveAlerts,
        sounding: Sounding,
        say: Callable[[str | None], None],
        boot: str | None = None,
    ) -> None:
        self._log = AlertLog(folder / "alerts.log")
        self._alerts = alerts
        self._sounding = sounding
        self._say = say
        self._boot = boot or _boot()
        self._anew = False  # the file does not hold all that it should
        self._at = time.monotonic()
        self._allowed = float(BURST)
        self._writing: asyncio.Task[bool] | None = None

    def restore(self) -> None:
        """Put back what an earlier run kept."""
        lines, bad = self._log.read()
        self._alerts.restore(lines, self._boot)
        now = self._alerts.moment(self._boot)
        muted = [line for line in lines if line.muted_until is not None]
        if muted and (until := muted[-1].muted_until) is not None:
            self._sounding.restore(until, muted[-1].at, now)
        self._anew = bad > 0

    def keep(self) -> None:
        """Called once a second: write what is worth it, in a thread."""
        now = time.monotonic()
        waited, busy = now - self._at, self._writing is not None and not self._writing.done()
        allowed = min(BURST, self._allowed + waited / EVERY)
        urgent = self._alerts.unwritten.urgent or self._sounding.unkept
        late = (self._alerts.unwritten and waited >= LAZY) or (self._anew and waited >= EVERY)
        if busy or not (late or (urgent and allowed >= 1)):
            return
        self._at, self._allowed = now, allowed - urgent
        self._start()

    async def kept(self) -> bool:
        """Wait until all that has changed so far is on the card; False: it can't be kept."""
        if (before := self._writing) is not None:
            await asyncio.wait([before])
        if self._dirty() and (self._writing is None or self._writing.done()):
            self._start()
        # Whoever waits beside may have started the one that holds this change, too.
        if (writing := self._writing) is None:
            return True
        await asyncio.wait([writing])
        return not writing.cancelled() and writing.result()

    async def close(self) -> None:
        """Write what is not yet kept, with what is left of each time; at most 2 s."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2.0):
                self._anew |= bool(self._alerts.active) or self._sounding.muted() > 0
                await self.kept()

    def _dirty(self) -> bool:
        return bool(self._alerts.unwritten) or self._sounding.unkept or self._anew

    def _start(self) -> None:
        self._writing = asyncio.create_task(self._write(), name="keep alerts")

    async def _write(self) -> bool:
        anew = self._anew or self._alerts.unwritten.anew or self._log.grown()
        lines = self._alerts.everything(self._boot) if anew else self._alerts.drain(self._boot)
        if anew or self._sounding.unkept:
            at = self._alerts.moment(self._boot)
            lines.append(Line(at, muted_until=self._sounding.muted_until))
        self._sounding.unkept = self._anew = False
        content = encode(lines)
        try:
            await asyncio.to_thread(self._log.rewrite if anew else self._log.add, content)
        except OSError as error:
            self._anew = True
            self._say(tr("alerts can't be kept over a power cut: {reason}", reason=reason(error)))
            return False
        self._say(None)
        return True


def _boot() -> str:
    """Which boot of the machine this is; unknown: one that never was."""
    try:
        return BOOT_ID.read_text().strip()[:8]
    except OSError:
        return uuid.uuid4().hex[:8]
