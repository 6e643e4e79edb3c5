"""The other kiosks, seen from this one: with an identity of its own, and only while somebody looks.

A kiosk's own identity speaks for itself and hears nobody else. ``mqtt.fleet`` names the broker's
user that may see them all; it has a link of its own, which ends when nobody has looked for a while.
"""

import asyncio
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from kioskd.config import Config, Mqtt, MqttAuth
from kioskd.core import messages
from kioskd.core.fleet_status import FleetState, FleetStatus, Order, Outcome
from kioskd.core.status import FaultStatus
from kioskd.errors import KioskdError, ProtocolError
from kioskd.fleet.topics import to_group
from kioskd.words import tr

if TYPE_CHECKING:
    from kioskd.fleet.operating import Operator

LOOKED_AT = 60.0  # seconds after the last look for which the link is kept
_GROUP = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")  # as the configuration has it
_FIELDS = {
    "switch": ("screen",),
    "notice": ("text", "seconds"),
    "mute": ("seconds",),
    "acknowledge": (),
}


class OtherKiosks:
    """The port ``Others``."""

    def __init__(self, config: Config, clock: Callable[[], float] = time.monotonic) -> None:
        self._config = config
        self._clock = clock
        self._operator: Operator | None = None
        self._task: asyncio.Task[None] | None = None
        self._looked = 0.0

    def configure(self, config: Config) -> None:
        """Take another configuration."""
        if config.mqtt != self._config.mqtt:
            self.stop()
        self._config = config

    def stop(self) -> "list[asyncio.Task[None]]":
        """End the link; the task that is ending."""
        task, self._task, self._operator = self._task, None, None
        if task is None:
            return []
        task.cancel()
        return [task]

    def tick(self) -> None:
        """Once a second."""
        if self._task is not None and self._clock() - self._looked > LOOKED_AT:
            self.stop()

    def look(self) -> FleetStatus:
        self._looked = self._clock()
        settings = self._config.mqtt
        if settings is None or settings.fleet is None:
            return self._status("off" if settings is None else "blind")
        made = self._operator or self._begin(settings)
        fault = made.fault
        if fault is not None:
            told = FaultStatus(fault.code, fault.params, str(fault))
            return self._status("failed", told, made)
        return self._status("ready" if made.ready_now else "connecting", None, made)

    def _begin(self, settings: Mqtt) -> "Operator":
        from kioskd.fleet.operating import Operator  # late: it brings the MQTT libraries

        assert settings.fleet is not None
        user, file = settings.fleet.user, settings.fleet.password_file
        auth = MqttAuth(user=user, password_file=file)
        made = self._operator = Operator(msgspec.structs.replace(settings, auth=auth), user)
        self._task = asyncio.create_task(made.run(), name="mqtt fleet")
        return made

    def _status(
        self,
        state: FleetState,
        fault: FaultStatus | None = None,
        made: "Operator | None" = None,
    ) -> FleetStatus:
        kiosk = self._config.kiosk
        return FleetStatus(
            state=state,
            fault=fault,
            kiosks=[] if made is None else made.census.kiosks(),
            language=kiosk.language,
            time_zone=str(kiosk.time_zone),
            name=kiosk.name,
            timestamp=messages.timestamp(),
        )

    async def order(self, order: Order) -> list[Outcome]:
        found = self.look()
        made = self._operator
        if found.state != "ready" or made is None:
            said = "" if found.fault is None else f": {found.fault.message}"
            raise ProtocolError(tr("the other kiosks can't be reached now{said}", said=said))
        if order.group is not None and not _GROUP.fullmatch(order.group):
            raise ProtocolError(tr("`group` is none that a kiosk can have"))
        meant = made.census.kiosks(order.group, order.kiosk)
        if not meant:
            raise ProtocolError(tr("no kiosk is meant; look at the table again"))
        to = order.kiosk or ("all" if order.group is None else to_group(order.group))
        given = {name: getattr(order, name) for name in _FIELDS[order.command]}
        fields: dict[str, object] = {k: v for k, v in given.items() if v is not None}
        try:
            answers = await made.order(to, order.command, {**fields, "by": order.by[:60]}, meant)
        except KioskdError as error:
            raise ProtocolError(str(error)) from None
        outcomes = []
        for seen in meant:
            if (answer := answers.get(seen.kiosk)) is None:
                outcomes.append(Outcome(seen.kiosk, False, True, ""))
            else:
                outcomes.append(
                    Outcome(seen.kiosk, answer.ok, False, answer.did if answer.ok else answer.error)
                )
        return outcomes
