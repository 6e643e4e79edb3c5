"""What kioskd relies on, asked of a real GLPI of any name, zone and content.

    KIOSKD_GLPI_URL=https://glpi.example/apirest.php KIOSKD_GLPI_USER_TOKEN=… \\
    KIOSKD_GLPI_APP_TOKEN=… pytest tests/sources/glpi/test_contract.py

Nothing is written to it. Without an address the played GLPI answers, so that these tests are right
themselves.
"""

import asyncio
import datetime
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from kioskd.config import Glpi, GlpiPeople
from kioskd.core.messages import Confirmed, Failed, Update
from kioskd.sources import Context, opener
from kioskd.sources.glpi.answers import RightMissing
from kioskd.sources.glpi.search import OPEN, Criterion, number, search
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import instant
from kioskd.sources.glpi.tickets import COLUMNS
from tests.support.glpi_replay import PlayedGlpi
from tests.support.glpi_source import SAO_PAULO, source_of

URL = os.environ.get("KIOSKD_GLPI_URL")
REAL = pytest.mark.skipif(URL is None, reason="needs a real GLPI: set KIOSKD_GLPI_URL")


@pytest.fixture(params=["played", pytest.param("real", marks=REAL)])
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Glpi]:
    """A source's settings for the GLPI under test."""
    if request.param == "played":
        glpi = PlayedGlpi()
        yield source_of(await glpi.start(), glpi, tmp_path)
        await glpi.close()
        return
    assert URL is not None
    user, app = tmp_path / "user", tmp_path / "app"
    user.write_text(os.environ["KIOSKD_GLPI_USER_TOKEN"])
    app_token = os.environ.get("KIOSKD_GLPI_APP_TOKEN", "")
    app.write_text(app_token)
    yield Glpi(url=URL, user_token_file=str(user), app_token_file=str(app) if app_token else None)


@pytest.fixture
async def session(settings: Glpi) -> AsyncIterator[Session]:
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        found = Session(settings, Context("Kiosk-T", zone=SAO_PAULO), http)
        yield found
        await found.close()


async def ticket_search(
    session: Session, *criteria: Criterion, most: int = 49, sort: int = 2, order: str = "ASC"
) -> Answer:
    query = search(criteria, COLUMNS, sort, order)
    return await session.get("search/Ticket", [*query, ("range", f"0-{most}")])


async def test_the_login_tells_version_profile_and_zone(session: Session) -> None:
    login = await session.log_in()
    assert login.major in (9, 10, 11, 12)
    assert login.profile
    assert login.user
    away = abs(session.now().astimezone(datetime.UTC) - datetime.datetime.now(datetime.UTC))
    assert session.now().utcoffset() is not None
    if URL is not None and str(session.url).startswith(URL):
        assert away < datetime.timedelta(minutes=10)


async def test_a_search_gives_the_columns_that_are_asked_for(session: Session) -> None:
    found = await ticket_search(session, OPEN)
    for row in found.rows:
        missing = {str(column) for column in COLUMNS if column != 80} - set(row)
        assert missing == set()
        assert number(row["2"])
        assert number(row["12"]) not in (5, 6, None)
        assert number(row["3"]) in range(1, 7)
        assert instant(row["15"], session.zone) is not None


async def test_pages_by_id_are_in_order_and_make_up_the_total(session: Session) -> None:
    query = search([OPEN], (2,))
    seen: list[int] = []
    total = 1
    while len(seen) < min(total, 500):
        places = ("range", f"{len(seen)}-{len(seen) + 19}")
        page = await session.get("search/Ticket", [*query, places])
        total = page.total
        if not page.rows:
            break
        seen += [found for row in page.rows if (found := number(row["2"]))]
    assert seen == sorted(set(seen))
    assert len(seen) >= min(total, 500)


async def test_modified_since_gives_the_newest_first_and_nothing_older(session: Session) -> None:
    newest = await ticket_search(session, most=0, sort=19, order="DESC")
    if not newest.rows:
        pytest.skip("this GLPI has no ticket")
    last = newest.rows[0]["19"]
    moment = instant(last, session.zone)
    assert moment is not None
    before = (moment - datetime.timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S")
    since = Criterion(19, "morethan", before)
    found = await ticket_search(session, since, sort=19, order="DESC")
    dates = [row["19"] for row in found.rows]
    assert dates == sorted(dates, reverse=True)
    assert all(date > before for date in dates)
    assert number(newest.rows[0]["2"]) in {number(row["2"]) for row in found.rows}
    none = await ticket_search(session, Criterion(19, "morethan", "2999-01-01 00:00:00"))
    assert (none.rows, none.total) == ([], 0)


async def test_a_window_of_days_is_understood(session: Session) -> None:
    await session.log_in()
    for days in (30, 90):
        found = await ticket_search(session, Criterion(15, "morethan", f"-{days}DAY"))
        since = session.now() - datetime.timedelta(days=days, hours=2)
        moments = [instant(row["15"], session.zone) for row in found.rows]
        assert all(moment and moment >= since for moment in moments)


async def test_the_list_of_assignments_agrees_with_the_technicians_column(
    session: Session,
) -> None:
    query = [*search([OPEN], (2, 5)), ("range", "0-29")]
    rows = (await session.get("search/Ticket", query)).rows
    try:
        listed: list[Any] = []
        total = 1
        while len(listed) < total:
            page = await session.get(
                "Ticket_User",
                [
                    ("get_hateoas", "false"),
                    ("searchText[type]", "^2$"),
                    ("sort", "id"),
                    ("order", "DESC"),
                    ("range", f"{len(listed)}-{len(listed) + 1999}"),
                ],
            )
            listed, total = listed + page.rows, page.total
            if total > 20_000:
                pytest.skip("kioskd asks a GLPI of this age for the column")
    except RightMissing:
        pytest.skip("the profile may not read the assignments; kioskd asks for the column then")
    assert all(number(row["type"]) == 2 for row in listed)
    for row in rows:
        cell = row.get("5")
        column = {int(each) for each in (cell if isinstance(cell, list) else [cell]) if each}
        mine = {r["users_id"] for r in listed if r["tickets_id"] == number(row["2"])}
        assert mine - {0} == column  # 0: somebody who is known by an address only


async def test_users_are_found_by_their_numbers_and_nobody_else(session: Session) -> None:
    login = await session.log_in()
    criteria = [[Criterion(2, "equals", str(login.user)), Criterion(2, "equals", "2")]]
    query = [*search(criteria, (1, 2, 34, 9, 8, 81, 82, 62, 63)), ("range", "0-9")]
    found = {number(row["2"]) for row in (await session.get("search/User", query)).rows}
    assert login.user in found
    assert found <= {login.user, 2}


async def test_a_group_has_its_members(session: Session) -> None:
    groups = (await session.get("Group", [("range", "0-49"), ("sort", "id")])).rows
    for group in groups[:5]:
        query = [*search([Criterion(13, "equals", str(group["id"]))], (2,)), ("range", "0-4999")]
        found = {number(row["2"]) for row in (await session.get("search/User", query)).rows}
        mine = [("searchText[groups_id]", f"^{group['id']}$"), ("range", "0-4999")]
        members = (await session.get("Group_User", mine)).rows
        listed = {row["users_id"] for row in members if row["groups_id"] == group["id"]}
        assert found <= listed  # a user in the trash is in the list only


async def test_every_view_comes_and_agrees_with_the_counts(settings: Glpi) -> None:
    groups: list[str] = []
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        session = Session(settings, Context("Kiosk-T", zone=SAO_PAULO), http)
        groups = [row["name"] for row in (await session.get("Group", [("range", "0-9")])).rows]
        count = (
            await session.get("search/Ticket", [*search([OPEN], (2,)), ("range", "0-0")])
        ).total
        await session.close()
    people = GlpiPeople(group=groups[0]) if groups else None
    made = msgspec.structs.replace(settings, technicians=people)
    views: dict[str, Any] = {}
    async with (
        asyncio.timeout(60),
        aclosing(opener("glpi")(made, Context("Kiosk-T", zone=SAO_PAULO))) as messages,
    ):
        async for message in messages:
            assert not isinstance(message, Failed), message
            if isinstance(message, Update):
                views[message.view] = msgspec.json.decode(message.frame)
            if isinstance(message, Confirmed):
                break
    assert set(views) == {"tickets", "projects", "dashboard"}
    assert len(views["tickets"]["data"]) == views["tickets"]["counters"]["total"] == count
    assert views["dashboard"]["kpis"]["openTickets"] == count
