"""The retry loop: what counts as connected, what the log is told, and who wants a try sooner."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any

import pytest

from kioskd.config import Channels, Demo
from kioskd.config.scalars import Duration
from kioskd.core.faults import Fault
from kioskd.core.links import Link, Links, LinkState
from kioskd.core.messages import Message, Update
from kioskd.core.ports import Changed
from kioskd.sources import Context, retry
from kioskd.sources.outage import Outage
from kioskd.sources.retry import follow
from tests.support.bad_peer import BadServer, Peer
from tests.support.frames import TICKET, tickets

HELLO = b'{"type": "settings", "name": "Central"}'


class Told:
    """What a real ``Links`` made of the reports, each as (state, code)."""

    def __init__(self) -> None:
        self.now = 100.0
        changed = Changed()
        changed.connect(self._changed)
        self.links = Links(changed, lambda: self.now)
        self.link = Link("central", "channels", ("tickets",), changed_at=self.now)
        self.seen: list[tuple[LinkState, str | None]] = []
        self._news = asyncio.Event()
        self.links.add(self.link)

    def report(self, state: LinkState, fault: Fault | None, ago: float = 0.0) -> None:
        self.links.report(self.link, state, fault, ago)

    def _changed(self) -> None:
        fault = self.link.fault
        self.seen.append((self.link.state, fault.code if fault else None))
        self._news.set()

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not reached():
                self._news.clear()
                await self._news.wait()


async def following(settings: Any, context: Context, told: Told) -> AsyncGenerator[None, None]:
    task = asyncio.create_task(follow(settings, context, lambda message: None, told.report))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_server_that_greets_and_closes_stays_offline_since_the_first_time() -> None:
    told, healthy = Told(), asyncio.Event()

    async def without_database(peer: Peer) -> None:
        await peer.handshake()
        peer.frame(HELLO)
        if healthy.is_set():
            peer.frame(tickets(TICKET))
        else:
            told.now += 60
            peer.frame((1011).to_bytes(2), first=0x88)
        await peer.listen()

    async with BadServer(without_database) as server:
        context = Context("K")
        settings = Channels(url=f"ws://127.0.0.1:{server.port}/")
        async with aclosing(following(settings, context, told)) as running:
            await anext(running)
            await told.until(lambda: told.link.state == "offline")
            since = told.link.changed_at
            while len(server.connects) < 4:
                context.hurry.set()
                await asyncio.sleep(0)
            assert told.link.state == "offline"
            assert told.link.changed_at == since < told.now
            assert told.seen == [("connecting", None), ("offline", "server_failed")]
            healthy.set()
            context.hurry.set()
            await told.until(lambda: told.link.state == "connected")
    assert told.seen[2:] == [("connected", None)]


async def test_a_server_that_takes_the_link_and_sends_nothing_is_not_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kioskd.sources.channels.WELCOME", 0.05)
    told, speak = Told(), asyncio.Event()

    async def silent(peer: Peer) -> None:
        await peer.handshake()
        peer.frame(HELLO)
        await speak.wait()
        peer.frame(tickets(TICKET))
        await peer.listen()

    async with BadServer(silent) as server:
        settings = Channels(url=f"ws://127.0.0.1:{server.port}/ws/?key=s3cret")
        async with aclosing(following(settings, Context("K"), told)) as running:
            await anext(running)
            await told.until(lambda: told.link.fault is not None)
            assert told.seen[-1] == ("connecting", "silent")
            assert str(told.link.fault).startswith(
                f"127.0.0.1:{server.port} accepts the connection"
            )
            speak.set()
            await told.until(lambda: told.link.state == "connected")
    assert told.link.fault is None


async def test_a_server_whose_every_view_is_broken_is_not_connected_and_says_why() -> None:
    told = Told()

    async def broken(peer: Peer) -> None:
        await peer.handshake()
        peer.frame(b'{"type": "tickets_update", "data": "none"}')
        await peer.listen()

    async with BadServer(broken) as server:
        settings = Channels(url=f"ws://127.0.0.1:{server.port}/")
        async with aclosing(following(settings, Context("K"), told)) as running:
            await anext(running)
            await told.until(lambda: told.link.fault is not None)
    assert told.seen[-1] == ("connecting", "bad_message")


class Script:
    """A source that does what a list says, one try after the other, on a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tries: list[tuple[float, Exception]]):
        self.now = 0.0
        self.tries = iter(tries)
        monkeypatch.setattr(retry, "opener", lambda kind: self.messages)
        monkeypatch.setattr(retry, "hurried", self.rested)
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)

    async def messages(self, settings: Any, context: Context) -> AsyncGenerator[Message, None]:
        held, error = next(self.tries, (0.0, None))
        if error is None:
            raise asyncio.CancelledError
        if held:
            yield Update("tickets", b"", None)
            self.now += held
        raise error

    async def rested(self, hurry: asyncio.Event, seconds: float) -> bool:
        self.now += seconds
        return False

    async def run(self) -> None:
        with suppress(asyncio.CancelledError):
            await follow(Demo(name="central"), Context("K"), lambda m: None, lambda *_: None)


WEEK = 7 * 24 * 3600


async def test_an_upstream_that_is_away_for_a_week_is_logged_once_and_then_hourly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    script = Script(monkeypatch, [(0, Outage("no_answer", place="desk:443"))] * 20_000)
    await script.run()
    assert script.now > WEEK
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("source central: desk:443 doesn't answer in time; trying again")
    assert len(lines) <= script.now / 3600 + 1
    assert len(lines) > script.now / 3700
    assert "without data for 60 min" in lines[1] or "without data for 61 min" in lines[1]


async def test_a_link_that_comes_and_goes_every_minute_does_not_fill_the_card(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    script = Script(monkeypatch, [(40.0, Outage("hung_up", place="desk:443"))] * 1000)
    await script.run()
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) <= 2 * (script.now / 3600 + 1)  # that it is lost, and that it is back


async def test_another_fault_and_one_after_a_long_good_time_are_news(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    gone, dns = Outage("hung_up", place="d:1"), Outage("no_dns", place="d:1", detail="x")
    script = Script(monkeypatch, [(0, gone), (0, dns), (0, gone), (700.0, gone)])
    await script.run()
    said = [record.getMessage().partition("; ")[0] for record in caplog.records]
    assert said == [
        "source central: d:1 hung up without a word",
        "source central: d:1 can't be reached: the name server doesn't answer (x)",
        "source central: connected again",
        "source central: d:1 hung up without a word",
    ]


async def test_a_fault_of_the_program_is_logged_with_its_place_once_an_hour(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    script = Script(monkeypatch, [(0, RuntimeError("oops"))] * 50)
    await script.run()
    assert script.now < 3600
    assert [record.exc_info is not None for record in caplog.records] == [True, False]


async def test_a_hurried_source_tries_again_at_once_and_a_connected_one_stays() -> None:
    told, refuse = Told(), True
    context = Context("K")

    async def refuses(peer: Peer) -> None:
        if refuse:
            await peer.request()
            peer.answer("401 Unauthorized")
            return
        await peer.handshake()
        peer.frame(tickets(TICKET))
        await peer.listen()

    async with BadServer(refuses) as server:
        settings = Channels(url=f"ws://127.0.0.1:{server.port}/", timeout=Duration(5))
        async with aclosing(following(settings, context, told)) as running:
            await anext(running)
            await told.until(lambda: told.link.state == "refused")
            refuse = False
            context.hurry.set()  # else the next try is in a minute at the soonest
            await told.until(lambda: told.link.state == "connected")
        assert len(server.connects) == 2
