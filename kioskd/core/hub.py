"""Fan-out: every frame to every panel, and no panel delays another.

A frame is framed once and written straight into the transport of a panel that keeps up. A panel
that lags gets a mailbox: a waiting update is replaced by the newer one of its view, events wait in
order up to a limit, and a panel that takes nothing for too long is dropped.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

# Bytes in a transport beyond which a panel counts as lagging: asyncio's own mark.
LAGGING = 64 * 1024
MOST_WAITING = 4_000_000  # bytes of events that wait for one panel; those of states are shared


class Transport(Protocol):
    def write(self, data: bytes) -> None: ...
    def get_write_buffer_size(self) -> int: ...
    def is_closing(self) -> bool: ...
    def abort(self) -> None: ...


def websocket_frame(payload: bytes) -> bytes:
    """``payload`` as one unmasked text frame of RFC 6455, section 5.2."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2) + payload
    return b"\x81\x7f" + size.to_bytes(8) + payload


class Panel:
    """One connected browser, as the hub sees it."""

    def __init__(self, number: int, address: str, transport: Transport) -> None:
        self.number = number
        self.address = address
        self.transport = transport
        self.client_id = ""
        self.phone = False
        self.person = ""
        self.screen: str | None = None
        self.build = ""
        self.painted: float | None = None
        self.waiting: OrderedDict[object, bytes] = OrderedDict()
        self.since = 0.0
        self.unsent = 0
        self.events = 0
        self.waiting_bytes = 0  # of events


class Hub:
    def __init__(self, waiting_events: int, stall: float, clock: Callable[[], float]) -> None:
        self.panels: dict[int, Panel] = {}
        self.dropped = 0
        self.configure(waiting_events, stall)
        self._clock = clock
        self._numbers = 0
        self._lagging = asyncio.Event()

    def configure(self, waiting_events: int, stall: float) -> None:
        """Take other limits: events that may wait for a panel, and seconds it may take nothing."""
        self._limit, self._stall = waiting_events, stall

    def attach(self, address: str, transport: Transport) -> Panel:
        self._numbers += 1
        panel = self.panels[self._numbers] = Panel(self._numbers, address, transport)
        return panel

    def detach(self, panel: Panel) -> None:
        self.panels.pop(panel.number, None)
        panel.waiting.clear()
        panel.waiting_bytes = 0

    def publish(self, payload: bytes, view: str | None = None) -> None:
        """To every panel. With ``view`` it is state, and replaces what still waits of that view."""
        framed = websocket_frame(payload)
        for panel in list(self.panels.values()):
            self._put(panel, framed, view)

    def send(self, panel: Panel, payload: bytes, view: str | None = None) -> None:
        """To one panel."""
        self._put(panel, websocket_frame(payload), view)

    def drop(self, panel: Panel) -> None:
        """Cut a panel off; it gets a fresh snapshot when it comes back."""
        self.dropped += 1
        self.detach(panel)
        panel.transport.abort()

    def _put(self, panel: Panel, framed: bytes, view: str | None) -> None:
        transport = panel.transport
        if transport.is_closing():
            return
        if not panel.waiting and transport.get_write_buffer_size() < LAGGING:
            transport.write(framed)
            return
        if not panel.waiting:
            panel.since, panel.unsent = self._clock(), transport.get_write_buffer_size()
        if view is None:
            panel.events += 1
            panel.waiting["event", panel.events] = framed
            panel.waiting_bytes += len(framed)
            if len(panel.waiting) > self._limit or panel.waiting_bytes > MOST_WAITING:
                self.drop(panel)
                return
        else:
            panel.waiting[view] = framed
        self._lagging.set()

    async def deliver(self) -> None:
        """Bring what waits to the panels that lag, as they catch up; one task for all of them."""
        while True:
            await self._lagging.wait()
            lagging = [panel for panel in self.panels.values() if panel.waiting]
            if not lagging:
                self._lagging.clear()
                continue
            for panel in lagging:
                self.catch_up(panel)
            await asyncio.sleep(0.02)

    def catch_up(self, panel: Panel) -> None:
        """Write what waits for a panel as far as it takes it; drop it when it takes nothing."""
        transport = panel.transport
        unsent = transport.get_write_buffer_size()
        if unsent < panel.unsent:  # slow, as a phone far from the router is, but not stuck
            panel.since = self._clock()
        while panel.waiting and transport.get_write_buffer_size() < LAGGING:
            key, framed = panel.waiting.popitem(last=False)
            panel.waiting_bytes -= len(framed) if isinstance(key, tuple) else 0
            transport.write(framed)
            panel.since = self._clock()
        panel.unsent = transport.get_write_buffer_size()
        if panel.waiting and self._clock() - panel.since > self._stall:
            self.drop(panel)
