"""The login to GLPI: one, kept, made again when it ends, and ended with kioskd."""

import asyncio
import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kioskd.config.scalars import TimeZone
from kioskd.core.messages import Failed
from kioskd.errors import RefusedError, SourceError
from kioskd.sources import Context
from kioskd.sources.outage import Outage, Refusal
from tests.support.glpi_replay import PlayedGlpi, recorded, recordings
from tests.support.glpi_source import SAO_PAULO, listening


async def fault_of(glpi: PlayedGlpi, folder: Path, **settings: Any) -> Outage | Refusal:
    """How the source ends that listens to a GLPI which never lets it in."""
    async with listening(glpi, folder, **settings) as heard:
        with pytest.raises((SourceError, RefusedError)) as raised:
            await heard.until(lambda heard: None)
    assert isinstance(raised.value, Outage | Refusal)
    return raised.value


async def test_there_is_one_login_however_often_it_is_looked(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("dashboard")
        await heard.more(12)
        assert glpi.killed == 0
    assert (glpi.logins, glpi.killed) == (1, 1)
    assert glpi.sessions == set()


async def test_a_session_that_ended_is_made_again_once_and_nothing_is_lost(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        glpi.sessions.clear()
        glpi.open(70, "Depois", 3)
        await heard.until(lambda heard: heard.ticket(70))
    assert glpi.logins == 2


async def test_a_glpi_that_forgets_every_login_is_an_outage_and_no_storm(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.before = lambda path: glpi.sessions.clear()
    error = await fault_of(glpi, tmp_path)
    assert error.fault.code == "glpi_session"
    assert glpi.logins <= 2


async def test_a_lost_link_keeps_the_login_for_the_next_try(tmp_path: Path) -> None:
    glpi, context = PlayedGlpi(), Context("Kiosk-T", zone=SAO_PAULO)
    async with listening(glpi, tmp_path, context=context) as heard:
        await heard.view("tickets")
        glpi.broken = "05-maintenance-search"
        await heard.until(lambda heard: heard.error or None) if heard.error else None
        with pytest.raises(SourceError):
            await heard.until(lambda heard: None)
    glpi.broken = None
    async with listening(glpi, tmp_path, context=context) as heard:
        await heard.view("tickets")
    assert (glpi.logins, glpi.killed) == (1, 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("00-init-api-disabled", "glpi_api_off"),
        ("00-init-bad-user-token", "glpi_user_token"),
        ("00-init-ip-not-allowed", "glpi_address"),
        ("00-init-missing-app-token", "glpi_app_token"),
        ("00-init-no-authorization", "glpi_no_authorization"),
        ("00-init-wrong-app-token", "glpi_app_token"),
        ("03-api-php-v1-on-10", "glpi_path"),
        ("03-apirest-root-html", "glpi_path"),
        ("03-wrong-url-typo-html", "glpi_path"),
        ("05-db-down-init", "glpi_database"),
        ("05-db-needs-update-init", "glpi_update"),
        ("05-maintenance-init", "glpi_maintenance"),
        ("10-search-criteria-malformed", "glpi_empty"),
        ("80-apache-wrong-prefix", "glpi_path"),
    ],
)
async def test_each_way_not_to_be_let_in_has_a_fault_of_its_own(
    name: str, code: str, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    glpi.broken = name
    assert (await fault_of(glpi, tmp_path)).fault.code == code


async def test_an_api_that_is_switched_off_meanwhile_is_told_as_such(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        glpi.broken = "04-search-api-disabled-midsession"
        with pytest.raises(RefusedError, match="switched off"):
            await heard.until(lambda heard: None)


async def test_a_wrong_token_is_refused_and_says_nothing_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "wrong"
    file.write_text("A-WRONG-SECRET")
    error = await fault_of(PlayedGlpi(), tmp_path, user_token_file=str(file))
    assert error.fault.code == "glpi_user_token"
    assert "SECRET" not in str(error)


async def test_a_token_file_that_is_missing_is_named(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    error = await fault_of(glpi, tmp_path, user_token_file=str(tmp_path / "none"))
    assert (error.fault.code, error.fault.params["file"]) == ("token_file", str(tmp_path / "none"))


async def test_an_entity_that_the_account_may_not_see_is_refused(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    error = await fault_of(glpi, tmp_path, entity=9)
    assert (error.fault.code, error.fault.params["entity"]) == ("glpi_entity", "9")
    assert glpi.sessions == set()


async def test_one_entity_shows_its_own_tickets(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.entity_rows[3] = {61, 43}
    async with listening(glpi, tmp_path, entity=3) as heard:
        shown = await heard.view("tickets")
    assert [row["id"] for row in shown["data"]] == ["61", "43"]


async def test_a_retry_after_is_obeyed_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    glpi = PlayedGlpi()
    slept: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        slept.append(seconds)
        glpi.retry_after = None
        await sleep(0)

    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        monkeypatch.setattr("kioskd.sources.glpi.asyncio.sleep", note)
        glpi.retry_after = "7"
        fault = await heard.until(lambda heard: heard.fault("tickets"))
        glpi.open(70, "Depois da pausa")
        await heard.until(lambda heard: heard.ticket(70))
    assert fault.code == "glpi_busy"
    assert slept[0] == 7.0


async def test_a_slow_glpi_is_looked_at_less_often(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    clock = asyncio.get_running_loop().time
    async with listening(glpi, tmp_path, views=("tickets",)) as heard:
        await heard.view("tickets")
        glpi.slow = 0.1  # a look is two requests: 0.2 s, and then ten times as long a rest
        await heard.more(2)
        began = clock()
        await heard.more(1)
        assert clock() - began > 1.5


@pytest.mark.parametrize(
    ("name", "hours"), [("90-tz-server", -3), ("90-tz-manaus", -4), ("90-tz-utc", 0)]
)
async def test_the_zone_of_glpis_times_is_found_from_its_clock(
    name: str, hours: int, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    told = recorded(f"{name}-full-session")["session"]["glpi_currenttime"]
    date = recordings()[f"{name}-full-session"]["headers"]["Date"]
    utc = datetime.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT")
    glpi.now = utc.replace(tzinfo=datetime.UTC)
    glpi.written_now = lambda: told  # type: ignore[method-assign]
    glpi.tickets[62] |= recorded(f"{name}-search")["data"][0]
    context = Context("Kiosk-T", zone=ZoneInfo("Pacific/Auckland"))
    async with listening(glpi, tmp_path, context=context) as heard:
        await heard.view("tickets")
    # The same ticket, written in three zones, was opened at one moment.
    assert heard.ticket(62)["createdAt"] == "2026-11-25T02:58:00Z"
    assert hours in (-3, -4, 0)


async def test_a_zone_in_the_settings_goes_before_what_the_clock_says(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path, time_zone=TimeZone("UTC")) as heard:
        await heard.view("tickets")
    assert heard.ticket(62)["createdAt"] == "2026-11-24T23:58:00Z"


async def test_the_pis_own_clock_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    glpi = PlayedGlpi()
    monkeypatch.setattr("kioskd.sources.glpi.session.time.time", lambda: 0.0)
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        glpi.open(70, "Em 1970")
        await heard.until(lambda heard: heard.ticket(70))
    assert heard.ticket(62)["createdAt"] == "2026-11-25T02:58:00Z"


async def test_a_missing_right_costs_its_own_view_only_and_is_named(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.wrong["ProjectState"] = "21-ProjectState-as-technician"
    glpi.wrong["Log"] = "03-log-forbidden-technician"
    async with listening(glpi, tmp_path) as heard:
        await heard.view("projects")
        fault = await heard.until(lambda heard: heard.fault("projects"))
        board = await heard.view("dashboard")
    assert fault.params["what"] == "ProjectState"
    assert fault.params["profile"] == "Read-Only"
    assert heard.of("tickets")["counters"]["total"] == 32
    assert board["recentActivity"] == []
    failed = {m.view for m in heard.messages if isinstance(m, Failed)}
    assert failed == {"projects"}


async def test_no_right_to_tickets_leaves_the_projects(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.wrong["search/Ticket"] = "03-log-forbidden-technician"
    async with listening(glpi, tmp_path) as heard:
        projects = await heard.view("projects")
        fault = await heard.until(lambda heard: heard.fault("tickets"))
        board = await heard.view("dashboard")
    assert len(projects["data"]) == 6
    assert (fault.code, fault.params["what"]) == ("glpi_right", "Ticket")
    assert board["kpis"]["openTickets"] is None


async def test_a_date_that_is_days_off_says_nothing_of_a_zone(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.date = lambda: "Tue, 01 Jan 2030 00:00:00 GMT"  # type: ignore[method-assign]
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
    assert heard.ticket(62)["createdAt"] == "2026-11-25T02:58:00Z"
