"""What the core needs of the world outside. Each part is handed over when the core is made."""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

from kioskd.config import Command, Severity, SoundName, View
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.faults import Fault
from kioskd.core.messages import Alert


class Sounds(Protocol):
    """Plays alert sounds; never waits."""

    def play(self, name: SoundName, severity: Severity = "medium") -> None:
        """Play one of the named sounds."""

    def ring(self, name: SoundName, alert: Alert, volume: int | None = None) -> None:
        """Play what belongs to an alert, at this volume in per cent; None: as configured."""

    def hush(self) -> None:
        """End what still sounds."""

    def set_volume(self, percent: int) -> None:
        """How loud everything is from now on, until the configuration of sound changes."""


class Display(Protocol):
    """The display behind which the panel stands."""

    def wake(self) -> bool:
        """Light it for a while; whether it was dark."""

    def hold(self, on: bool) -> bool:
        """Keep it on or off until its hours would switch it anyway, or somebody wakes it.

        Whether it will be so: a critical alert keeps it on. Raises ``ProtocolError`` where the
        configuration has no way to switch it.
        """


class Commands(Protocol):
    """Runs the commands of the configuration; never waits."""

    def start(self, command: Command, environment: Mapping[str, str] | None = None) -> None:
        """Run it with these variables more."""


class Browser(Protocol):
    """What shows the panel on this machine's screen."""

    def restart(self) -> None:
        """Start it anew, soon."""


class Invitation(Protocol):
    """Shows on the wall how a phone is paired."""

    def invite(self) -> None: ...


class Asks(Protocol):
    """Asks the sources for a view, soon; never waits."""

    def ask(self, view: View) -> None: ...


class Outbox(Protocol):
    """Tells whoever an alert comes from that it is acknowledged; never waits.

    What becomes of it is noted with ``ActiveAlerts.told_upstream``.
    """

    def acknowledged(self, alert: Entry, by: Actor) -> None: ...

    def snoozed(self, alert: Entry, by: Actor) -> None:
        """It is put off; most sources have no use for that."""


class Escalation(Protocol):
    """Does what is configured for an alert that nobody answers; never waits.

    What becomes of it is noted with ``ActiveAlerts.escalated``.
    """

    def escalate(self, alert: Entry) -> None: ...

    def resume(self, alert: Entry) -> None:
        """Go on with what a restart interrupted; what was done is not done again."""


class Heard(Struct, frozen=True):
    """A message of another kiosk: the last level of its topic, and what it says.

    ``left``: seconds for which the broker would still keep it; None: it says nothing of that.
    """

    part: str
    payload: bytes
    retained: bool
    left: int | None


class Hearing(Protocol):
    """What another kiosk says over the broker, from now on; of each part only the newest waits."""

    async def next(self, seconds: float) -> Heard | None:
        """What comes next; None: nothing came in so long."""

    def close(self) -> None:
        """Hear it no more."""


class Neighbours(Protocol):
    """The other kiosks at the broker."""

    @property
    def place(self) -> str:
        """Host and port of the broker."""

    @property
    def connected(self) -> bool: ...

    @property
    def fault(self) -> Fault | None:
        """Why there is no link; None where one stands, or is made for the first time."""

    def hear(self, kiosk: str) -> Hearing:
        """Listen to what this kiosk shares, and to whether it is there."""


Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds, as the event loop's ``call_later`` does."""


class Changed:
    """A signal without a value: whoever holds it calls it, and every listener is called."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def connect(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` on every change from now on."""
        self._listeners.append(listener)

    def __call__(self) -> None:
        for listener in self._listeners:
            listener()
