"""Input lines, and the one hop that brings their edges from the driver's thread into the loop."""

import asyncio
import contextlib
import importlib
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Literal, Protocol

from msgspec import Struct

from kioskd.config import Pull
from kioskd.gpio.pins.factory import one_line
from kioskd.words import tr

log = logging.getLogger(__name__)
MOST_WAITING = 1000  # edges that may wait for a busy loop; the oldest are lost first
LATEST = 0.5  # seconds that a driver's thread may be late


class Wire(Struct, frozen=True):
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
        self._stamps = Stamps(factory, clock)
        self._lines: list[Line] = []
        try:
            for number, wire in enumerate(wires):
                self._lines.append(Line(number, wire, factory, self._hop))
            self._reader = read([line.down() for line in self._lines])
            for line in self._lines:
                line.listen()
            # An edge between the first reading and the callbacks would else be lost.
            for number, line in enumerate(self._lines):
                self._reader.edge(number, line.down(), clock())
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
        for line in self._lines:
            line.close()
        self._lines.clear()

    def catch_up(self, at: float) -> None:
        """Feed what waits now, and let time pass until ``at``: another part is about to decide."""
        self._feed()
        if not self._closed:
            self._reader.due(at)
        self._plan()

    def _hop(self, number: int, down: bool, ticks: Any) -> None:
        # In the driver's thread, where an exception would end that thread for good. One call
        # takes all edges that wait, so that a storm can't fill the loop.
        self._edges.append((number, down, self._stamps.when(ticks)))
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
        come = self._clock() >= at
        self._feed()
        if come and not self._closed:
            self._reader.due(at)
        self._plan()


class Line:
    """One claimed line; ``hop`` is called in the driver's thread."""

    def __init__(
        self, number: int, wire: Wire, factory: Any, hop: Callable[[int, bool, Any], None]
    ) -> None:
        gpiozero = importlib.import_module("gpiozero")
        pull_up = {"up": True, "down": False, "none": None}[wire.pull]
        self._number = number
        self._high = wire.active == "high"
        self._hop = hop
        # gpiozero ties the active level to the pull, the file does not: only levels are used.
        self._device: Any = gpiozero.InputDevice(
            wire.pin,
            pull_up=pull_up,
            active_state=True if pull_up is None else None,
            pin_factory=factory,
        )

    def down(self) -> bool:
        return bool(self._device.pin.state) == self._high

    def listen(self) -> None:
        self._device.pin.edges = "both"
        self._device.pin.when_changed = self._changed  # a weak reference

    def close(self) -> None:
        try:
            # Closing a device leaves lgpio's callback in place, which then fails on a closed chip.
            self._device.pin.when_changed = None
        except Exception as error:  # a driver whose chip is gone
            log.debug("edges of %r could not be switched off: %s", self._device, one_line(error))
        close(self._device)

    def _changed(self, ticks: Any, state: Any) -> None:
        self._hop(self._number, bool(state) == self._high, ticks)


class Stamps:
    """When edges happened, by the driver's own time for them.

    The driver's thread may run late, behind a busy loop or a busy machine: by the time at which
    it comes around, a tap could look as short as a spike.
    """

    def __init__(self, factory: Any, clock: Callable[[], float]) -> None:
        self._difference = factory.ticks_diff
        self._clock = clock
        self._ticks, self._at = factory.ticks(), clock()

    def when(self, ticks: Any) -> float:
        """The time on the clock for the driver's ``ticks``."""
        now = self._clock()
        at = self._at + float(self._difference(ticks, self._ticks))
        if not now - LATEST <= at <= now:  # another clock than the driver claims, or it was set
            self._ticks, self._at, at = ticks, now, now
        return at


def close(part: Any) -> None:
    """Close a device or a factory; one that can't must not keep the others from closing."""
    try:
        part.close()
    except Exception as error:  # a driver whose chip is gone
        log.warning(tr("a GPIO line did not close cleanly: {error}", error=one_line(error)))
