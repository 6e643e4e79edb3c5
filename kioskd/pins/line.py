"""Input lines, and the one hop that brings their edges from the driver's thread into the loop."""

import asyncio
import contextlib
import importlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from kioskd.config import Pull
from kioskd.pins.factory import one_line

log = logging.getLogger(__name__)
MOST_WAITING = 1000  # edges that may wait for a busy loop; the oldest are lost first


@dataclass(frozen=True)
class Wire:
    """One input line; ``active`` is its level while the button is down."""

    pin: int
    pull: Pull = "up"
    active: Literal["low", "high"] = "low"


class Reader(Protocol):
    """What decides from edges; all times are the clock's."""

    def edge(self, line: int, down: bool, at: float) -> None: ...
    def due(self, at: float) -> None: ...
    def next_due(self) -> float | None: ...


class Lines:
    """The claimed lines of one part. Raises what gpiozero or its driver raises.

    ``read`` gets the first levels and returns what is fed with every edge, in order, in the loop
    that made this; ``after`` is called once whatever was fed has been decided.
    """

    def __init__(
        self,
        wires: tuple[Wire, ...],
        factory: Any,
        clock: Callable[[], float],
        read: Callable[[list[bool]], Reader],
        after: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._after = after
        self._edges: deque[tuple[int, bool, float]] = deque(maxlen=MOST_WAITING)
        self._called = False  # the loop was asked to take the edges and has not come yet
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._devices: list[tuple[Any, bool]] = []  # with whether it tells the opposite level
        try:
            for wire in wires:
                self._devices.append(_claim(wire, factory))
            self._reader = read([self._down(line) for line in range(len(wires))])
            for line in range(len(wires)):
                self._listen(line)
            # An edge between the first reading and the callbacks would else be lost.
            for line in range(len(wires)):
                self._reader.edge(line, self._down(line), clock())
        except Exception:
            self.close()
            raise
        self._plan()

    def close(self) -> None:
        """Give the lines back; nothing is fed after this."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for device, _ in self._devices:
            _release(device)
        self._devices.clear()

    def _down(self, line: int) -> bool:
        device, opposite = self._devices[line]
        return bool(device.value) != opposite

    def _listen(self, line: int) -> None:
        device, opposite = self._devices[line]
        device.when_activated = lambda: self._hop(line, not opposite)
        device.when_deactivated = lambda: self._hop(line, opposite)

    def _hop(self, line: int, down: bool) -> None:
        # In the driver's thread, where an exception would end that thread for good. One call
        # takes all edges that wait, so that a storm can't fill the loop.
        self._edges.append((line, down, self._clock()))
        if not self._called:
            self._called = True
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        self._called = False  # first: an edge that comes from here on calls again
        self._feed()
        self._plan()

    def _feed(self) -> None:
        for _ in range(len(self._edges)):
            edge = self._edges.popleft()
            if not self._closed:  # by what an earlier edge did
                self._reader.edge(*edge)

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        if (at := self._reader.next_due()) is not None:
            delay = max(0.0, at - self._clock())
            self._timer = self._loop.call_later(delay, self._on_time, at)
        self._after()

    def _on_time(self, at: float) -> None:
        # In a loop that was late, edges wait that came before ``at``: a tap must not become a
        # hold. So they go first, and then the time that was planned, not the time it is.
        self._feed()
        if not self._closed and self._clock() >= at:
            self._reader.due(at)
        self._plan()


def _claim(wire: Wire, factory: Any) -> tuple[Any, bool]:
    gpiozero = importlib.import_module("gpiozero")
    pull_up = {"up": True, "down": False, "none": None}[wire.pull]
    active_high = wire.active == "high"
    device = gpiozero.DigitalInputDevice(
        wire.pin,
        pull_up=pull_up,
        active_state=active_high if pull_up is None else None,
        pin_factory=factory,
    )
    # gpiozero ties the active level to the pull; a file that says otherwise is obeyed here.
    return device, pull_up is not None and pull_up == active_high


def _release(device: Any) -> None:
    try:
        if device.pin is not None:
            # Closing a device leaves lgpio's callback in place, which then fails on a closed chip.
            device.pin.when_changed = None
    except Exception as error:  # a driver whose chip is gone
        log.debug("edges of %r could not be switched off: %s", device, one_line(error))
    close(device)


def close(part: Any) -> None:
    """Close a device or a factory; one that can't must not keep the others from closing."""
    try:
        part.close()
    except Exception as error:  # a driver whose chip is gone
        log.warning("a GPIO line did not close cleanly: %s", one_line(error))
