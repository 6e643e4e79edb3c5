"""What people tell the room: how long it stands, and what a restart leaves of it."""

import datetime
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest

from kioskd.core.actor import Actor
from kioskd.core.notices import LONGEST, MOST
from kioskd.core.schedule import moment
from kioskd.errors import ProtocolError
from kioskd.host.state_keeper import Keeper
from tests.support.kiosk import Wall
from tests.support.players import no_cards
from tests.support.signatures import Hooks

CLI = Actor("cli", "ana")


def shown(wall: Wall) -> list[str]:
    return [notice.text for notice in wall.notices.status() if notice.shown]


def test_a_notice_reaches_the_panels_and_is_gone_when_its_time_is_over() -> None:
    wall = Wall()
    wall.core.notice("Manutenção do ERP\n hoje", CLI, "full", seconds=3)
    (said,) = wall.said("kiosk_status")[-1]["notices"]
    assert (said["text"], said["look"], said["shown"]) == ("Manutenção do ERP hoje", "full", True)
    assert said["by"] == {"kind": "cli", "name": "ana", "kiosk": ""}
    wall.wait(4)
    assert wall.said("kiosk_status")[-1]["notices"] == []


def test_a_notice_with_dates_is_told_before_it_is_shown() -> None:
    wall = Wall()
    wall.core.notice("ERP fora", CLI, starts=wall.now + 2, until=wall.now + 4)
    (before,) = wall.said("kiosk_status")[-1]["notices"]
    assert not before["shown"]
    wall.wait(2)
    assert shown(wall) == ["ERP fora"]
    wall.wait(2)
    assert wall.notices.status() == []


def test_one_notice_or_all_are_taken_back() -> None:
    wall = Wall()
    first, _ = wall.core.notice("um", CLI), wall.core.notice("dois", CLI)
    assert wall.core.end_notice(CLI, first.number) == [first]
    assert shown(wall) == ["dois"]
    assert wall.core.end_notice(CLI, 99) == []
    wall.core.end_notice(CLI)
    assert shown(wall) == []


def test_a_clock_that_is_wrong_shows_no_dates_and_shortens_no_time() -> None:
    wall = Wall()
    wall.core.notice("datas", CLI, until=wall.now + 60)
    wall.now = 5.0  # as a Pi boots
    wall.core.notice("meia hora", CLI, seconds=1800)
    assert shown(wall) == ["meia hora"]
    with pytest.raises(ProtocolError, match="clock is not set") as error:
        wall.core.notice("datas", CLI, until=60.0)
    assert error.value.code == "no_clock"
    wall.now = 1_800_000_100.0  # the network came
    wall.wait(1)
    assert shown(wall) == ["meia hora"]


class NoticeAsked(TypedDict):
    text: str
    seconds: NotRequired[float]
    until: NotRequired[float]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"text": " \n"}, "must not be empty"),
        ({"text": "x" * (LONGEST + 1)}, "301 characters; 300 can be read"),
        ({"text": "x", "seconds": 0.0}, "over 0"),
        ({"text": "x", "seconds": float("nan")}, "over 0"),
        ({"text": "x", "until": 5.0}, "later than now"),
        ({"text": "x", "until": 3e9}, "within a year"),
        ({"text": "x", "until": 1.81e9, "seconds": 5.0}, "not both"),
    ],
)
def test_a_wrong_notice_is_refused_with_its_reason(asked: NoticeAsked, why: str) -> None:
    with pytest.raises(ProtocolError, match=why):
        Wall().core.notice(by=CLI, **asked)


def test_no_flood_of_notices_fills_the_wall() -> None:
    wall = Wall()
    for number in range(MOST):
        wall.core.notice(str(number), CLI)
    with pytest.raises(ProtocolError, match="end one first"):
        wall.core.notice("one more", CLI)


async def test_notices_stand_over_a_restart_for_what_is_left_of_their_time(tmp_path: Path) -> None:
    wall = Wall()
    wall.core.notice("meia hora", CLI, seconds=1800)
    wall.core.notice("datas", CLI, until=wall.now + 600)
    wall.wait(600 - 1)
    await Keeper(
        tmp_path,
        wall.state,
        wall.switching,
        wall.notices,
        lambda _: None,
        dict,
        Hooks(),
        no_cards(),
    ).close()

    after = Wall()
    after.now = wall.now
    Keeper(
        tmp_path,
        after.state,
        after.switching,
        after.notices,
        lambda _: None,
        dict,
        Hooks(),
        no_cards(),
    ).restore()
    assert shown(after) == ["meia hora", "datas"]
    (left, _) = after.notices.status()
    assert left.seconds == pytest.approx(1800 - 599, abs=5)
    assert after.core.notice("novo", CLI).number == 3
    after.wait(1)
    assert shown(after) == ["meia hora", "novo"]


def test_a_time_of_day_is_the_next_one_and_a_date_is_of_the_kiosks_zone() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=-3))
    now = datetime.datetime(2026, 11, 30, 17, 0, tzinfo=zone)
    assert moment("18:00", now) == now.replace(hour=18)
    assert moment("17:00", now) == now + datetime.timedelta(days=1)
    assert moment("2026-12-01 08:30", now) == datetime.datetime(2026, 12, 1, 8, 30, tzinfo=zone)
    assert moment("2026-12-01T08:30Z", now).utcoffset() == datetime.timedelta(0)
    with pytest.raises(ValueError, match="tomorrow"):
        moment("tomorrow", now)
