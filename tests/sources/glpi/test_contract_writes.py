"""What the room sees of a change, and GLPI of the room, with a ticket made for it in a real GLPI.

As test_contract.py, and with the API token of an account that may open, change and delete tickets:

    KIOSKD_GLPI_URL=… KIOSKD_GLPI_USER_TOKEN=… KIOSKD_GLPI_WRITE_TOKEN=… \\
    pytest tests/sources/glpi/test_contract_writes.py

The ticket is deleted for good at the end, whatever fails; where the account may not, it is put in
the trash.
"""

import contextlib
import datetime
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kioskd.config import Glpi
from kioskd.config.scalars import Duration
from kioskd.core.messages import Alert
from kioskd.errors import RefusedError, SourceError
from kioskd.sources import Context
from kioskd.sources.glpi.session import Session, client
from kioskd.sources.glpi.writeback import acknowledge
from tests.support.glpi_real import WRITES, real_settings
from tests.support.glpi_source import SAO_PAULO, Heard, hearing

pytestmark = WRITES
TITLE = 'kioskd <b>contract</b> & "5 > 3" é 😀'
SOON = 15.0  # seconds until the room sees a change, with a look every 5
PURGE = [("force_purge", "true")]


class Writer:
    """The account that writes, and the ticket that it opened."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.ticket = 0

    async def ask(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        login = await self._session.log_in()
        headers = {"Session-Token": login.token}
        return (await self._session._ask(method, path, query, body, headers)).data

    def now(self) -> datetime.datetime:
        """The time on GLPI's own clock."""
        return self._session.now()

    async def open(self) -> None:
        made = {"name": TITLE, "content": "kioskd", "urgency": 3, "impact": 3, "priority": 3}
        self.ticket = (await self.ask("POST", "Ticket", {"input": made}))["id"]

    async def change(self, **columns: int) -> None:
        made = {"input": {"id": self.ticket} | columns}
        await self.ask("PUT", f"Ticket/{self.ticket}", made)

    async def delete(self) -> None:
        for query in (PURGE, None):
            with contextlib.suppress(SourceError, RefusedError):
                await self.ask("DELETE", f"Ticket/{self.ticket}", None, query)
                return
        pytest.fail(f"ticket {self.ticket} could not be deleted: delete it by hand")


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    settings = real_settings(tmp_path)
    made = msgspec.structs.replace(settings, user_token_file=settings.acknowledge_token_file)
    async with client(made) as http:
        session = Session(made, Context("Kiosk-T", zone=SAO_PAULO), http)
        found = Writer(session)
        try:
            yield found
        finally:
            if found.ticket:
                await found.delete()
            await session.close()


def calls(heard: Heard, reason: str) -> list[Alert]:
    return [alert for alert in heard.alerts if alert.data.get("reason") == reason]


async def test_the_room_sees_a_ticket_come_get_worse_go_and_come_back(
    writer: Writer, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(real_settings(tmp_path), check=Duration(5))
    async with hearing(settings, Context("Kiosk-T", zone=SAO_PAULO)) as heard:
        await heard.view("tickets")
        began = time.monotonic()
        await writer.open()
        row = await heard.until(lambda heard: heard.ticket(writer.ticket))
        assert time.monotonic() - began < SOON
        assert row["title"] == TITLE
        assert (row["priority"], row["status"]) == ("medium", "new") or row["status"] == "assigned"
        opened = datetime.datetime.fromisoformat(row["createdAt"])
        away = abs(writer.now() - opened)
        assert away < datetime.timedelta(minutes=5), "GLPI's zone was not found"
        await writer.change(priority=4)  # that it becomes critical, the core sees in the list
        await heard.until(lambda heard: calls(heard, "escalated"))
        await heard.until(lambda heard: heard.ticket(writer.ticket)["priority"] == "high")
        await writer.change(status=5)
        await heard.until(lambda heard: heard.ticket(writer.ticket) is None)
        await writer.change(status=2)
        await heard.until(lambda heard: calls(heard, "reopened"))
        assert len(calls(heard, "escalated")) == len(calls(heard, "reopened")) == 1
        await writer.delete()
        await heard.until(lambda heard: heard.ticket(writer.ticket) is None)
        writer.ticket = 0


@pytest.fixture
async def opened(writer: Writer) -> Writer:
    await writer.open()
    return writer


async def acknowledged(opened: Writer, settings: Glpi, who: str) -> None:
    context = Context("Kiosk-CONTRACT", zone=SAO_PAULO)
    await acknowledge(settings, context, str(opened.ticket), who)


async def test_what_the_room_has_seen_stands_in_the_ticket_once(
    opened: Writer, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(real_settings(tmp_path), acknowledge="followup")
    for _ in range(2):  # the answer to the first one was lost
        await acknowledged(opened, settings, "Zé & <Ana>")
    (told,) = await opened.ask("GET", f"Ticket/{opened.ticket}/ITILFollowup")
    assert told["is_private"] == 1
    assert "Kiosk-CONTRACT" in told["content"]


async def test_the_account_that_writes_takes_the_ticket_once(
    opened: Writer, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(real_settings(tmp_path), acknowledge="assign")
    for _ in range(2):
        await acknowledged(opened, settings, "Ana")
    told = await opened.ask("GET", f"Ticket/{opened.ticket}/Ticket_User")
    assert len([row for row in told if row["type"] == 2]) == 1


async def test_the_account_that_reads_may_not_write_and_says_so(
    opened: Writer, tmp_path: Path
) -> None:
    settings = real_settings(tmp_path)
    made = msgspec.structs.replace(
        settings, acknowledge="followup", acknowledge_token_file=settings.user_token_file
    )
    before = await opened.ask("GET", f"Ticket/{opened.ticket}/ITILFollowup")
    with contextlib.suppress(RefusedError):  # of a profile that may, it is taken
        await acknowledged(opened, made, "Ana")
        pytest.skip("the account that reads may write, too")
    assert await opened.ask("GET", f"Ticket/{opened.ticket}/ITILFollowup") == before
