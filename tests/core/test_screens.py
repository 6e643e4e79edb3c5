"""Screens of the room's own: names, order, filters, and which have something to say."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kioskd.config import (
    ActionKeys,
    Filter,
    NoticeScreen,
    ProjectsScreen,
    Rotation,
    TicketsScreen,
    Turn,
)
from kioskd.config.scalars import DateTime, Duration
from kioskd.core.actor import Actor
from kioskd.core.filters import lacking, matches
from kioskd.core.messages import Switch, Ticket
from kioskd.errors import ProtocolError
from tests.support.frames import TICKET, tickets, update
from tests.support.kiosk import Wall, ticket

CASES = Path(__file__).parents[2] / "frontend" / "test" / "filters.json"
BUTTON = Actor("button")
REDES = TicketsScreen(name="redes", title="Redes", filter=Filter(groups=("Redes",)))
FILIAL = TicketsScreen(name="filial", filter=Filter(entities=("Filial",)))


def wall(*screens: Any, **more: Any) -> Wall:
    return Wall(screens=screens, **more)


def row(**fields: Any) -> Ticket:
    texts = dict.fromkeys(("title", "assignedTo", "priority", "status", "createdAt"), "")
    return msgspec.convert(texts | {"id": "1"} | fields, Ticket)


@pytest.mark.parametrize("case", json.loads(CASES.read_text()), ids=lambda case: case["name"])
def test_a_filter_keeps_what_the_panel_keeps(case: dict[str, Any]) -> None:
    wanted = msgspec.convert(case["filter"], Filter)
    assert matches(wanted, row(**case["ticket"])) is case["shown"]


def test_a_filter_that_no_ticket_says_anything_for_is_lacking() -> None:
    wanted = Filter(groups=("N1",), priorities=("low",))
    assert lacking(wanted, [row(priority="low")]) == ["groups"]
    assert lacking(wanted, []) == []


def test_every_name_is_switched_to_and_no_other() -> None:
    kiosk = wall(REDES, FILIAL)
    for name in ("redes", "filial", "tickets", "projects", "dashboard", "remote"):
        kiosk.core.switch(name, BUTTON)
    assert kiosk.switched()[:2] == ["redes", "filial"]
    with pytest.raises(ProtocolError, match="redes, filial, tickets, projects, dashboard, remote"):
        kiosk.core.switch("attic", BUTTON)
    kiosk.core.ingest(Switch("attic"))  # an upstream's mistake costs only itself
    assert kiosk.core.screen == "remote"


def test_a_button_turns_through_the_rooms_own_screens() -> None:
    kiosk = wall(REDES, FILIAL, ProjectsScreen(name="projects"))
    for action in ("next", "next", "next", "next", "previous"):
        kiosk.core.perform(action, BUTTON)
    assert kiosk.switched() == ["redes", "filial", "projects", "redes", "projects"]
    kiosk.core.perform(ActionKeys(switch="filial"), BUTTON)
    assert kiosk.core.screen == "filial"


def test_without_screens_the_panels_are_told_of_the_three_old_ones() -> None:
    told = Wall().reporter.settings().screens
    assert [(screen.name, screen.kind) for screen in told] == [
        ("tickets", "tickets"),
        ("projects", "projects"),
        ("dashboard", "dashboard"),
    ]


def test_panels_are_told_of_a_screen_as_it_is_written() -> None:
    (told,) = wall(REDES).reporter.settings().screens
    assert (told.name, told.kind, told.title) == ("redes", "tickets", "Redes")
    assert told.filter is not None
    assert told.filter.groups == ["Redes"]


def test_a_filtered_screen_without_a_row_is_passed_over_and_one_that_cant_be_judged_is_not() -> (
    None
):
    kiosk = wall(REDES, FILIAL)
    assert kiosk.screens.empty("filial")
    kiosk.core.ingest(update(tickets(TICKET | {"entity": "Matriz"})))
    assert kiosk.screens.empty("filial")
    assert not kiosk.screens.empty("redes")  # no ticket has a group: the wall says so
    kiosk.core.ingest(update(tickets(TICKET | {"entity": "Filial > Sul", "groups": ["N1"]})))
    assert not kiosk.screens.empty("filial")
    assert kiosk.screens.empty("redes")


def test_the_rotation_turns_to_the_rooms_own_screens() -> None:
    turns = tuple(Turn(screen=name, seconds=Duration(5)) for name in ("redes", "filial", "tickets"))
    kiosk = wall(REDES, FILIAL, rotation=Rotation(screens=turns))
    kiosk.core.ingest(update(tickets(ticket("1", "low") | {"entity": "Filial", "groups": ["N1"]})))
    assert kiosk.reporter.status().rotation is not None
    seen = {kiosk.rotation.turn(None, kiosk.screens.empty)}
    assert seen == {"filial"}


def test_a_notice_has_its_turn_within_its_time_only() -> None:
    day = "2027-01-15 "  # the wall's clock says 08:00 UTC, 05:00 in São Paulo
    now = NoticeScreen(
        name="now",
        text="x",
        starts=DateTime.parse(day + "05:00"),
        until=DateTime.parse(day + "05:01"),
    )
    later = NoticeScreen(name="later", text="x", starts=DateTime.parse(day + "05:01"))
    kiosk = wall(now, later, NoticeScreen(name="always", text="x"))
    assert [kiosk.screens.empty(name) for name in ("now", "later", "always")] == [
        False,
        True,
        False,
    ]
    kiosk.now += 60
    assert [kiosk.screens.empty(name) for name in ("now", "later")] == [True, False]
    kiosk.now = 5.0  # nobody knows
    assert [kiosk.screens.empty(name) for name in ("now", "later")] == [True, True]


def test_a_screen_that_the_file_lost_is_shown_no_more() -> None:
    kiosk = wall(REDES, FILIAL)
    kiosk.core.switch("redes", BUTTON)
    kiosk.core.configure(msgspec.structs.replace(kiosk.config, screens=(FILIAL,)))
    assert kiosk.core.screen is None
    kiosk.switching.restore("redes", {})
    assert kiosk.switching.chosen is None
