import asyncio

from kioskd.core.hub import LAGGING, MOST_WAITING, Hub, websocket_frame
from tests.support.clock import Clock


class Wire:
    """A transport that a test can clog and free."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.clogged = self.aborted = False
        self.unsent = LAGGING

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return self.unsent if self.clogged else 0

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True


def hub(clock: Clock | None = None) -> Hub:
    return Hub(waiting_events=3, stall=15, clock=clock or Clock(0.0))


def test_a_frame_is_what_rfc_6455_says_at_every_length() -> None:
    assert websocket_frame(b"hi") == b"\x81\x02hi"
    assert websocket_frame(b"x" * 126)[:4] == b"\x81\x7e\x00\x7e"
    assert websocket_frame(b"x" * 65536)[:10] == b"\x81\x7f" + (65536).to_bytes(8)


async def test_every_panel_that_keeps_up_gets_the_frame_at_once() -> None:
    wires, fan = [Wire(), Wire()], hub()
    for wire in wires:
        fan.attach("127.0.0.1", wire)
    fan.publish(b"a")
    assert [wire.written for wire in wires] == [[b"\x81\x01a"]] * 2


async def test_a_waiting_update_is_replaced_and_events_keep_their_order() -> None:
    wire, fan = Wire(), hub()
    panel = fan.attach("127.0.0.1", wire)
    wire.clogged = True
    for payload, view in ((b"1", "tickets"), (b"a", None), (b"2", "tickets"), (b"b", None)):
        fan.publish(payload, view)
    assert wire.written == []
    wire.clogged = False
    task = asyncio.create_task(fan.deliver())
    async with asyncio.timeout(5):
        while panel.waiting:
            await asyncio.sleep(0)
    task.cancel()
    assert [frame[2:] for frame in wire.written] == [b"2", b"a", b"b"]


async def test_a_panel_with_too_many_waiting_events_is_dropped_and_others_notice_nothing() -> None:
    slow, quick, fan = Wire(), Wire(), hub()
    fan.attach("127.0.0.1", slow)
    fan.attach("127.0.0.1", quick)
    slow.clogged = True
    for _ in range(5):
        fan.publish(b"alert")
    assert (slow.aborted, quick.aborted, len(quick.written)) == (True, False, 5)
    assert len(fan.panels) == 1


async def test_a_panel_that_takes_nothing_for_too_long_is_dropped() -> None:
    clock, wire = Clock(0.0), Wire()
    fan = hub(clock)
    fan.attach("127.0.0.1", wire)
    wire.clogged = True
    fan.publish(b"1", "tickets")
    clock.now = 16
    task = asyncio.create_task(fan.deliver())
    async with asyncio.timeout(5):
        while not wire.aborted:
            await asyncio.sleep(0)
    task.cancel()
    assert fan.dropped == 1


async def test_a_slow_panel_that_keeps_taking_is_not_dropped_until_it_takes_nothing() -> None:
    clock, wire = Clock(0.0), Wire()
    fan = hub(clock)
    panel = fan.attach("127.0.0.1", wire)
    wire.clogged, wire.unsent = True, LAGGING + 500
    fan.publish(b"1", "tickets")
    for _ in range(5):  # 50 s in all, of the 15 that a panel may take nothing
        clock.now += 10
        wire.unsent -= 100
        fan.catch_up(panel)
    assert (wire.aborted, len(panel.waiting)) == (False, 1)
    clock.now += 16
    fan.catch_up(panel)
    assert wire.aborted


async def test_events_that_wait_for_a_panel_are_bounded_in_bytes() -> None:
    wire, fan = Wire(), Hub(200, 15, Clock(0.0))
    panel = fan.attach("10.0.0.1", wire)
    wire.clogged = True
    for _ in range(30):
        fan.publish(b"x" * 1_000_000)
        assert sum(map(len, panel.waiting.values())) <= MOST_WAITING
    assert fan.dropped == 1
    assert fan.panels == {}


async def test_what_was_delivered_no_longer_counts() -> None:
    wire, fan = Wire(), Hub(200, 15, Clock(0.0))
    panel = fan.attach("10.0.0.1", wire)
    for _ in range(10):
        wire.clogged = True
        fan.publish(b"x" * 1_000_000)
        fan.publish(b"y" * 1_000_000, "tickets")
        wire.clogged = False
        fan.catch_up(panel)
    assert panel.waiting_bytes == 0
    assert fan.dropped == 0
