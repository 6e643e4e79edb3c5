"""What the core needs of the world outside. Each part is handed over when the core is made."""

from collections.abc import Callable, Mapping
from typing import Protocol

from kioskd.config import Command, Severity, SoundName, View
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
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

    def hold(self, on: bool) -> None:
        """Keep it on or off until its hours would switch it anyway, or somebody wakes it."""


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
    """Tells the source of an alert that it is acknowledged; never waits.

    What becomes of it is noted with ``ActiveAlerts.told_upstream``.
    """

    def acknowledged(self, alert: Entry, by: Actor) -> None: ...


class Escalation(Protocol):
    """Does what is configured for an alert that nobody answers; never waits.

    What becomes of it is noted with ``ActiveAlerts.escalated``.
    """

    def escalate(self, alert: Entry) -> None: ...

    def resume(self, alert: Entry) -> None:
        """Go on with what a restart interrupted; what was done is not done again."""


Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds, as the event loop's ``call_later`` does."""


class Changed:
    """One signal for "something that kioskd says of itself has changed"."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def connect(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` on every change from now on."""
        self._listeners.append(listener)

    def __call__(self) -> None:
        for listener in self._listeners:
            listener()
