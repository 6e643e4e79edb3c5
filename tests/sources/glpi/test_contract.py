"""What kioskd relies on, asked of a real GLPI of any name, zone, language and content.

    KIOSKD_GLPI_URL=https://glpi.example/apirest.php KIOSKD_GLPI_USER_TOKEN=… \\
    KIOSKD_GLPI_APP_TOKEN=… pytest tests/sources/glpi/test_contract.py

The user's token is that of an account with any profile: what the profile may not read is left out
and named. KIOSKD_GLPI_APP_TOKEN is for an API client that has one, KIOSKD_GLPI_CA_FILE for a
certificate of one's own. Nothing is written by these tests; test_contract_writes.py does. Without
an address the played GLPI answers, so that they are right themselves.
"""

import asyncio
import datetime
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
from kioskd.sources.glpi.answers import RightMissing, SessionEnded
from kioskd.sources.glpi.search import OPEN, Criterion, Query, number, search
from kioskd.sources.glpi.session import Session, client
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import instant, typed
from kioskd.sources.glpi.tickets import COLUMNS
from kioskd.sources.outage import Refusal
from tests.support.glpi_real import REAL, real_settings
from tests.support.glpi_replay import PlayedGlpi
from tests.support.glpi_source import PATIENCE, SAO_PAULO, source_of


@pytest.fixture(params=["played", pytest.param("real", marks=REAL)])
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Glpi]:
    """A source's settings for the GLPI under test."""
    if request.param == "played":
        glpi = PlayedGlpi()
        yield source_of(await glpi.start(), glpi, tmp_path)
        await glpi.close()
        return
    yield real_settings(tmp_path)


async def read(session: Session, path: str, query: Query) -> Answer:
    """What GLPI answers; a test is left out where the account's profile may not read that."""
    try:
        return await session.get(path, query)
    except RightMissing as missing:
        pytest.skip(str(missing))


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
    assert session.now().utcoffset() is not None
    offset = session.now().utcoffset()
    assert offset is not None
    assert abs(offset) <= datetime.timedelta(hours=14)
    assert not await session.see_zone()


async def test_a_search_gives_the_columns_that_are_asked_for(session: Session) -> None:
    found = await ticket_search(session, OPEN)
    for row in found.rows:
        missing = {str(column) for column in COLUMNS if column != 80} - set(row)
        assert missing == set()
        assert number(row["2"])
        assert number(row["12"]) not in (5, 6, None)
        assert number(row["3"]) in range(1, 7)
        assert number(row["10"]) in range(1, 6)
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
    rows = (await read(session, "search/Ticket", query)).rows
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
    found = {number(row["2"]) for row in (await read(session, "search/User", query)).rows}
    assert found <= {login.user, 2}  # itself may be in an entity that it doesn't see


async def test_a_group_has_its_members(session: Session) -> None:
    groups = (await read(session, "Group", [("range", "0-49"), ("sort", "id")])).rows
    for group in groups[:5]:
        query = [*search([Criterion(13, "equals", str(group["id"]))], (2,)), ("range", "0-4999")]
        found = {number(row["2"]) for row in (await read(session, "search/User", query)).rows}
        mine = [("searchText[groups_id]", f"^{group['id']}$"), ("range", "0-4999")]
        members = (await read(session, "Group_User", mine)).rows
        listed = {row["users_id"] for row in members if row["groups_id"] == group["id"]}
        assert found <= listed  # a user in the trash is in the list only


async def test_the_titles_are_those_that_glpi_itself_decodes(session: Session) -> None:
    login = await session.log_in()
    if login.major != 10:
        pytest.skip("only GLPI 10 stores what it can be asked to decode")
    newest = (await ticket_search(session, sort=2, order="DESC")).rows
    headers = {"Session-Token": login.token, "X-GLPI-Sanitized-Content": "false"}
    for row in newest[:15]:
        path = f"Ticket/{row['2']}"
        item = (await session._ask("GET", path, None, None, headers)).data
        assert typed(row["1"], 10) == item["name"].lstrip()
        assert number(row["12"]) == item["status"]
        assert number(row["3"]) == item["priority"]
        assert row["15"] == item["date"]
        assert row["18"] == item["time_to_resolve"]


async def test_a_session_that_glpi_has_forgotten_is_made_again_once(session: Session) -> None:
    first = await session.log_in()
    await session._end(first.token)
    count = [*search([OPEN], (2,)), ("range", "0-0")]
    assert (await session.get("search/Ticket", count)).total >= 0
    second = await session.log_in()
    assert second.token != first.token


async def test_a_session_is_ended_when_the_source_is_closed(session: Session) -> None:
    login = await session.log_in()
    await session.close()
    with pytest.raises(SessionEnded):
        await session._ask("GET", "getActiveEntities", None, None, {"Session-Token": login.token})


async def test_a_wrong_token_is_refused_by_its_own_name(settings: Glpi, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("NotATokenOfAnybody0000000000000000000000")
    made = msgspec.structs.replace(settings, user_token_file=str(wrong))
    async with client(made) as http:
        session = Session(made, Context("Kiosk-T", zone=SAO_PAULO), http)
        with pytest.raises(Refusal) as raised:
            await session.log_in()
        assert raised.value.fault.code == "glpi_user_token"


async def test_a_wrong_app_token_is_refused_by_its_own_name(settings: Glpi, tmp_path: Path) -> None:
    if settings.app_token_file is None:
        pytest.skip("this API client has no App-Token (set KIOSKD_GLPI_APP_TOKEN)")
    wrong = tmp_path / "wrong"
    wrong.write_text("NotATokenOfAnybody0000000000000000000000")
    made = msgspec.structs.replace(settings, app_token_file=str(wrong))
    async with client(made) as http:
        session = Session(made, Context("Kiosk-T", zone=SAO_PAULO), http)
        with pytest.raises(Refusal) as raised:
            await session.log_in()
        assert raised.value.fault.code == "glpi_app_token"


async def all_views(settings: Glpi) -> dict[str, Any]:
    """Each view as the panels get it; a right that the profile lacks costs that part only."""
    views: dict[str, Any] = {}
    async with (
        asyncio.timeout(PATIENCE),
        aclosing(opener("glpi")(settings, Context("Kiosk-T", zone=SAO_PAULO))) as messages,
    ):
        async for message in messages:
            if isinstance(message, Failed):
                assert message.fault.code == "glpi_right", message
            if isinstance(message, Update):
                views[message.view] = msgspec.json.decode(message.frame)
            if isinstance(message, Confirmed):
                break
    return views


async def count(session: Session, *criteria: Criterion) -> int:
    return (await session.get("search/Ticket", [*search(criteria, (2,)), ("range", "0-0")])).total


async def test_every_view_comes_and_agrees_with_glpis_own_counts(
    settings: Glpi, session: Session
) -> None:
    try:
        rows = (await session.get("Group", [("range", "0-9"), ("sort", "id")])).rows
    except RightMissing:
        rows = []
    people = GlpiPeople(group=str(rows[0]["id"])) if rows else None
    views = await all_views(msgspec.structs.replace(settings, technicians=people))
    shown, board = views["tickets"], views["dashboard"]
    total = await count(session, OPEN)
    assert len(shown["data"]) == shown["counters"]["total"] == total
    assert board["kpis"]["openTickets"] == total
    assert len({row["id"] for row in shown["data"]}) == total
    levels = {"critical": (6, 5), "high": (4,), "medium": (3,), "low": (2, 1)}
    for name, numbers in levels.items():
        counts = [await count(session, OPEN, Criterion(3, "equals", str(n))) for n in numbers]
        assert shown["counters"][name] == sum(counts)
    assert {row["entity"] == "" for row in shown["data"]} <= {False}
    window = Criterion(15, "morethan", "-30DAY")
    opened = await count(session, window)
    old = await count(session, window, Criterion(12, "equals", "old"))
    rate = board["kpis"]["resolutionRate"]
    if opened:  # a ticket may have come or gone between the two
        assert abs(rate - 100 * old / opened) <= 1 + 100 / opened
    else:
        assert rate is None
    for person in board["technicians"][:5]:
        user = person["id"].removeprefix("technician-")
        held = await count(session, OPEN, Criterion(5, "equals", user))
        assert person["assignedCount"] == held


async def test_the_projects_are_those_that_are_not_over(settings: Glpi, session: Session) -> None:
    kinds = ("Project", "ProjectState", "search/Project")
    query = [("range", "0-999"), ("get_hateoas", "false")]
    listed, states, told = [(await read(session, kind, query)).rows for kind in kinds]
    over = {row["id"] for row in states if row["is_finished"] in (1, "1")}
    seen = {number(row.get("2")) for row in told} if told and "2" in told[0] else None
    wanted = {
        f"proj-{row['id']}"
        for row in listed
        if not row["is_template"] and not row["is_deleted"] and row["projectstates_id"] not in over
        if seen is None or row["id"] in seen
    }
    views = await all_views(settings)
    assert {row["id"] for row in views["projects"]["data"]} == wanted
    for row in views["projects"]["data"]:
        item = next(each for each in listed if f"proj-{each['id']}" == row["id"])
        assert row["dueDate"] == (item["plan_end_date"] or "")[:10]
        assert row["progress"] == item["percent_done"]
