"""Nobody floods the log: not an upstream, not a webhook's sender, not a broker, not a panel."""

import asyncio
import itertools
import json
import statistics
from collections.abc import Iterator
from pathlib import Path

import aiomqtt
import pytest
from aiohttp import ClientSession

from tests.support.bad_peer import BadServer, Peer
from tests.support.besieged import TOKEN, Besieged, watched
from tests.support.broker import PROGRAM, Broker
from tests.support.crowd import SOCKET

SECONDS = 6.0
LOG = 100_000  # bytes that it may grow by
ESCAPE = "\x1b[2J\x1b]0;owned\x07\u202e"


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Besieged]:
    process = Besieged(tmp_path)
    yield process
    if hasattr(process, "process"):
        process.close()


def check(kioskd: Besieged, did: int, updates: list[float]) -> None:
    log = kioskd.log
    print(f"{did:,} messages in {SECONDS:g} s; log {len(log):,} bytes; {len(updates)} updates")
    assert did > 100
    assert len(log) < LOG
    assert "Traceback" not in log
    assert log.isascii() or "\u202e" not in log
    assert "\x1b" not in log
    assert updates
    assert statistics.median(updates) < 0.25


async def test_of_a_source_that_chatters_all_the_time(kioskd: Besieged) -> None:
    numbers = itertools.count()

    def chatter(number: int) -> bytes:
        said = {
            0: {"type": "remote_switch", "target": f"no-{number}{ESCAPE}"},
            1: {"type": "remote_switch", "target": ["projects", "dashboard"][number // 7 % 2]},
            2: {"type": "critical_alert", "data": {"id": number, "title": f"a{ESCAPE}" * 50}},
            3: {"type": "alert_resolved", "ids": [number - 1]},
            4: {"type": f"x{number}{ESCAPE}", "data": 1},
            5: {"type": "projects_update", "data": f"{number}{ESCAPE}"},
            6: {"type": "projects_update", "data": [{"id": number, "name": [ESCAPE], "x": number}]},
        }[number % 7]
        return json.dumps(said).encode()

    async def talk(peer: Peer) -> None:
        await peer.handshake()
        listening = asyncio.create_task(peer.listen())
        try:
            while not listening.done():
                for _ in range(50):
                    peer.frame(chatter(next(numbers)))
                await peer.writer.drain()
                await asyncio.sleep(0.1)
        finally:
            listening.cancel()

    async with BadServer(talk) as server:
        url = f"ws://127.0.0.1:{server.port}/"
        kioskd.source = f", {{kind: channels, name: bad, url: '{url}', views: [projects]}}"
        async with watched(kioskd) as wall:
            await asyncio.sleep(SECONDS)
            check(kioskd, next(numbers), wall.updates)
        kioskd.close()


async def test_of_a_sender_with_the_secret_of_a_webhook_and_a_program_with_a_token(
    kioskd: Besieged,
) -> None:
    (kioskd.folder / "hook").write_text(f"{TOKEN}-hook")
    kioskd.source = (
        f", {{kind: webhook, name: x, token_file: {kioskd.folder}/hook, preset: zabbix}}"
    )
    bearer = {"Authorization": f"Bearer {TOKEN}-hook"}
    bodies = itertools.cycle([b"{", b"[]", b"{}", json.dumps({"event_id": ESCAPE}).encode()])
    asked = itertools.cycle(
        [
            ("/api/notice", {"text": f"a{ESCAPE}" * 20, "seconds": 60}),
            ("/api/notice/end", {}),
            ("/api/switch", {"target": f"no{ESCAPE}"}),
            ("/api/switch", {"target": "tickets"}),
            ("/api/mute", {"seconds": 1}),
            ("/api/mute", {"seconds": 0}),
            ("/api/alerts", {"title": f"b{ESCAPE}" * 20, "severity": "critical"}),
            ("/api/snooze", {"seconds": 60}),
            ("/api/acknowledge", {}),
        ]
    )
    did = 0
    async with watched(kioskd) as wall, ClientSession() as session:
        end = asyncio.get_running_loop().time() + SECONDS

        async def post() -> None:
            nonlocal did
            while asyncio.get_running_loop().time() < end:
                url = f"{kioskd.url}/hooks/x"
                async with session.post(url, data=next(bodies), headers=bearer) as answer:
                    await answer.read()
                path, body = next(asked)
                async with session.post(kioskd.url + path, json=body) as answer:
                    assert answer.status < 500, await answer.text()
                did += 2

        await asyncio.gather(*(post() for _ in range(4)))
        check(kioskd, did, wall.updates)


async def test_of_a_panel_that_may_control(kioskd: Besieged) -> None:
    kinds = itertools.cycle(
        [
            {"type": "remote_switch", "target": "projects"},
            {"type": f"x{ESCAPE}"},
            {"type": "identify", "clientId": f"p{ESCAPE}"},
            {"type": "notice", "text": ESCAPE},
            {"type": "mute", "seconds": 5},
        ]
    )
    did = 0
    async with watched(kioskd) as wall, ClientSession() as session:
        end = asyncio.get_running_loop().time() + SECONDS
        while asyncio.get_running_loop().time() < end:
            async with session.ws_connect(kioskd.url + SOCKET, max_msg_size=0) as ws:
                for _ in range(100):
                    await ws.send_json(next(kinds))
                    did += 1
            await asyncio.sleep(0.05)
        check(kioskd, did, wall.updates)


@pytest.mark.skipif(PROGRAM is None, reason="needs mosquitto")
async def test_of_who_may_command_it_by_the_broker(kioskd: Besieged, tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    broker = Broker(tmp_path / "broker").start()
    kioskd.id, kioskd.sections = "Kiosk-A", broker.section("Kiosk-A")
    names = itertools.cycle(["switch", "nothing", "notice", "mute"])
    did = 0
    try:
        async with watched(kioskd) as wall:
            settings = broker.settings("operator")
            assert settings.auth is not None
            tls = aiomqtt.TLSParameters(ca_certs=settings.ca_file)
            password = Path(str(settings.auth.password_file)).read_text().strip()
            client = aiomqtt.Client(
                "localhost", broker.port, username="operator", password=password, tls_params=tls
            )
            end = asyncio.get_running_loop().time() + SECONDS
            async with client:
                while asyncio.get_running_loop().time() < end:
                    for _ in range(100):
                        topic = f"kioskd/Kiosk-A/set/{next(names)}"
                        await client.publish(topic, json.dumps({"by": ESCAPE, "x": did}))
                        did += 1
                    await asyncio.sleep(0.05)
            check(kioskd, did, wall.updates)
            assert "mqtt: the command" in kioskd.log
    finally:
        broker.kill()
