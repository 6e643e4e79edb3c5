"""A real kioskd that is killed at random moments: what it answered is there, exactly once.

``KIOSKD_KILLS`` says how often (500 for the figure of issue 15); ``KIOSKD_SEED`` repeats a run.
"""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.support.process import free_port

KILLS = int(os.environ.get("KIOSKD_KILLS", "12"))
SEED = int(os.environ.get("KIOSKD_SEED", str(random.randrange(1 << 32))))
LONGEST = 0.4  # seconds of load before a kill: many writes long


class Killed:
    """kioskd on a port of its own, and what its clients know of each alert."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.file = folder / "kioskd.yaml"
        self.log = folder / "log"
        self.file.write_text(
            f"kiosk: {{id: Kiosk-T, state_directory: {folder}/state}}\n"
            f"server: {{port: {self.port}}}\nsound: {{enabled: false}}\n"
            "sources: [{kind: rest, url: 'http://127.0.0.1:9/'}]\n"
            "alerts: {banner: 0s, critical_timeout: 0s}\n"
        )
        self.active: set[str] = set()
        """Answered as raised, and nothing asked since."""
        self.over: set[str] = set()
        """Answered as acknowledged or resolved."""
        self.unsure: set[str] = set()
        """Asked for and not answered: either may be."""
        self.answers = 0

    async def start(self) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "kioskd", "run", "--config", str(self.file)),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30), self.log.read_text()
        return process

    async def ask(self, session: ClientSession, path: str, body: dict[str, Any]) -> bool:
        """Whether it was answered 200 and is said to be on the card."""
        try:
            async with session.post(f"{self.url}{path}", json=body) as answer:
                assert answer.status == 200, self.log.read_text()[-3000:]
                self.answers += 1
                return bool((await answer.json())["kept"])
        except (ClientError, TimeoutError, OSError):
            return False

    async def client(self, session: ClientSession, name: str, draw: random.Random) -> None:
        """Raises alerts, and acknowledges or resolves some, until it is cancelled."""
        mine: list[str] = []
        for number in range(100_000):
            identity = f"{name}-{number}"
            severity = draw.choice(["critical", "high", "low"])
            body = {"id": identity, "severity": severity, "title": f"Falha {identity}"}
            self.unsure.add(identity)
            if not await self.ask(session, "/api/alerts", body):
                return
            self.unsure.discard(identity)
            self.active.add(identity)
            mine.append(identity)
            if draw.random() < 0.7:
                await self.end(session, mine.pop(draw.randrange(len(mine))), draw)

    async def end(self, session: ClientSession, identity: str, draw: random.Random) -> None:
        self.active.discard(identity)
        self.unsure.add(identity)
        if draw.random() < 0.5:
            path, body = "/api/acknowledge", {"id": identity}
        else:
            path, body = "/api/alerts", {"id": identity, "state": "resolved"}
        if await self.ask(session, path, body):
            self.unsure.discard(identity)
            self.over.add(identity)

    async def check(self, session: ClientSession) -> None:
        async with session.get(f"{self.url}/api/alerts") as answer:
            told = [alert["id"] for alert in (await answer.json())["alerts"] if _active(alert)]
        assert len(told) == len(set(told)), f"twice there: {sorted(told)}"
        assert self.active <= set(told), f"lost: {sorted(self.active - set(told))}"
        back = set(told) & self.over
        assert not back, f"ended, and back: {sorted(back)}"
        assert set(told) <= self.active | self.unsure
        # What nobody was promised is now one or the other.
        self.active |= set(told)
        self.over |= self.unsure - set(told)
        self.unsure.clear()


def _active(alert: dict[str, Any]) -> bool:
    return alert["state"] in ("active", "snoozed")


@pytest.mark.timeout(60 + 10 * KILLS)
async def test_every_alert_that_was_answered_is_there_exactly_once_after_each_kill(
    tmp_path: Path,
) -> None:
    print(f"KIOSKD_SEED={SEED} KIOSKD_KILLS={KILLS}")
    draw, kiosk = random.Random(SEED), Killed(tmp_path)
    process = await kiosk.start()
    try:
        async with ClientSession(timeout=ClientTimeout(total=10)) as session:
            for kill in range(KILLS):
                clients = [
                    asyncio.create_task(kiosk.client(session, f"{kill}-{n}", draw))
                    for n in range(3)
                ]
                await asyncio.sleep(draw.uniform(0, LONGEST))
                process.send_signal(signal.SIGKILL)
                await process.wait()
                for client in clients:
                    await client
                process = await kiosk.start()
                await kiosk.check(session)
                while len(kiosk.active) > 200:  # the list has room for 500
                    identity = kiosk.active.pop()
                    assert await kiosk.ask(session, "/api/acknowledge", {"id": identity})
                    kiosk.over.add(identity)
        assert kiosk.answers > KILLS
        print(f"{kiosk.answers} answers, {len(kiosk.over)} ended, {len(kiosk.active)} active")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
