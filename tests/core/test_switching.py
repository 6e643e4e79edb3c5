"""Panels with a list of screens of their own, beside those that show all."""

from typing import Any

import msgspec
import pytest

from kioskd.config import ActionKeys, NoticeScreen, OwnPanel, Rotation, TicketsScreen, Turn
from kioskd.config.scalars import Duration
from kioskd.core.actor import UPSTREAM, Actor
from kioskd.core.hub import Panel
from kioskd.core.messages import Switch
from kioskd.errors import ProtocolError
from tests.support.kiosk import Line, Wall

BUTTON, PHONE = Actor("button"), Actor("phone")
SCREENS = (
    TicketsScreen(name="redes"),
    NoticeScreen(name="aviso", text="x"),
    NoticeScreen(name="ramal", text="x"),
)
HALL = OwnPanel(id="Hall", screens=("redes", "aviso"), scale=1.25)


class Rooms(Wall):
    """The office, whose panel shows all, and a hall with two screens."""

    def __init__(self, *panels: OwnPanel, **more: Any) -> None:
        super().__init__(screens=SCREENS, panels=panels or (HALL,), **more)
        self.hub.detach(self.panel)
        self.office = self.join("Office")
        self.hall = self.join("Hall")

    def join(self, name: str, phone: bool = False) -> Panel:
        panel = self.hub.attach("127.0.0.1", Line())
        panel.client_id, panel.phone = name, phone
        self.reporter.greet(panel)
        self.core.greet(panel)
        return panel

    def leave(self, panel: Panel) -> None:
        self.hub.detach(panel)

    def reload(self, *panels: OwnPanel) -> None:
        self.config = msgspec.structs.replace(self.config, panels=panels)
        self.core.configure(self.config)
        self.reporter.configure(self.config)

    def lines(self, panel: Panel) -> list[dict[str, Any]]:
        assert isinstance(panel.transport, Line)
        return panel.transport.said

    def told(self, panel: Panel, kind: str = "remote_switch") -> list[dict[str, Any]]:
        return [message for message in self.lines(panel) if message["type"] == kind]

    def shown(self, panel: Panel) -> list[str]:
        return [message["target"] for message in self.told(panel)]


def test_a_panel_is_told_of_its_own_screens_and_size_and_every_other_of_all() -> None:
    rooms = Rooms()
    (hall,), (office,) = rooms.told(rooms.hall, "settings"), rooms.told(rooms.office, "settings")
    assert [screen["name"] for screen in hall["screens"]] == ["redes", "aviso"]
    assert [screen["name"] for screen in office["screens"]] == ["redes", "aviso", "ramal"]
    assert (hall["ownScreens"], office["ownScreens"]) == (True, False)
    assert (hall["scale"], office["scale"]) == (1.25, 1.0)


def test_a_panel_with_only_a_size_of_its_own_shows_every_screen() -> None:
    rooms = Rooms(OwnPanel(id="Hall", scale=0.75))
    (hall,) = rooms.told(rooms.hall, "settings")
    assert (len(hall["screens"]), hall["ownScreens"], hall["scale"]) == (3, False, 0.75)
    rooms.core.switch("ramal", PHONE)
    assert rooms.shown(rooms.hall) == ["ramal"]


def test_a_switch_of_all_passes_over_a_panel_without_that_screen() -> None:
    rooms = Rooms()
    for screen in ("aviso", "ramal", "tickets", "remote"):
        rooms.core.switch(screen, PHONE)
    assert rooms.shown(rooms.office) == ["aviso", "ramal", "tickets", "remote"]
    assert rooms.shown(rooms.hall) == ["aviso", "remote"]  # every panel has the remote screen


def test_a_screen_that_a_panel_does_not_show_is_refused_with_the_reason() -> None:
    rooms = Rooms()
    with pytest.raises(ProtocolError, match="Hall shows only redes, aviso") as refused:
        rooms.core.switch("ramal", PHONE, "Hall")
    assert refused.value.code == "not_listed"
    assert refused.value.params == {"panel": "Hall", "screens": "redes, aviso"}
    assert rooms.shown(rooms.hall) == []
    rooms.core.switch("aviso", PHONE, "Hall")
    assert (rooms.shown(rooms.hall), rooms.shown(rooms.office)) == (["aviso"], [])


def test_a_switch_that_no_connected_panel_can_follow_is_refused_and_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rooms = Rooms()
    rooms.leave(rooms.office)
    rooms.join("Phone-ABCDE", phone=True)  # controls, and shows nothing
    with pytest.raises(ProtocolError, match="no panel that is connected shows ramal"):
        rooms.core.switch("ramal", PHONE)
    rooms.core.perform(ActionKeys(switch="ramal"), BUTTON)
    assert "a button's switch is not done: no panel that is connected shows ramal" in caplog.text
    rooms.core.ingest(Switch("ramal"))  # an upstream's costs only itself
    assert rooms.core.screen is None


def test_a_name_that_no_panel_has_is_said_and_an_upstream_that_talks_to_many_is_not_told() -> None:
    rooms = Rooms()
    with pytest.raises(ProtocolError, match="calls itself Attic"):
        rooms.core.switch("aviso", PHONE, "Attic")
    rooms.core.switch("aviso", UPSTREAM, "Attic")


def test_a_button_takes_each_panel_on_in_its_own_list() -> None:
    rooms = Rooms()
    for action in ("next", "next", "next", "previous"):
        rooms.core.perform(action, BUTTON)
    assert rooms.shown(rooms.office) == ["redes", "aviso", "ramal", "aviso"]
    assert rooms.shown(rooms.hall) == ["redes", "aviso", "redes", "aviso"]


def turning() -> Rooms:
    turns = (Turn(screen="ramal", seconds=Duration(5)), Turn(screen="aviso", seconds=Duration(7)))
    rooms = Rooms(
        OwnPanel(id="Hall", screens=("aviso", "ramal", "tickets")),
        rotation=Rotation(screens=turns, pause=Duration(60)),
    )
    rooms.wait(1)
    return rooms


def test_a_panel_turns_through_its_own_list_each_screen_as_long_as_it_always_stays() -> None:
    rooms = turning()
    rooms.wait(27)
    # aviso for 7 s, ramal for 5, and tickets are empty.
    assert rooms.shown(rooms.hall) == ["aviso", "ramal", "aviso", "ramal", "aviso"]
    assert rooms.shown(rooms.office) == ["ramal", "aviso", "ramal", "aviso", "ramal"]
    own = {each.client_id: each.rotation for each in rooms.reporter.status().panels}
    assert own["Office"] is None
    assert own["Hall"] is not None
    assert (own["Hall"].screen, own["Hall"].next) == ("aviso", "ramal")


def test_a_panel_that_is_switched_alone_stands_still_alone() -> None:
    rooms = turning()
    rooms.core.switch("tickets", PHONE, "Hall")
    rooms.wait(30)
    assert rooms.shown(rooms.hall) == ["aviso", "tickets"]
    assert len(rooms.shown(rooms.office)) > 3


def test_a_switch_of_all_lets_only_those_stand_still_that_show_it() -> None:
    rooms = turning()
    for _ in range(3):
        rooms.core.switch("redes", PHONE)  # once in 10 s, and the pause is 60 s
        rooms.wait(10)
    assert rooms.shown(rooms.office) == ["ramal", "redes", "redes", "redes"]
    # The hall's list lacks it: aviso for 7 s, ramal for 5.
    assert rooms.shown(rooms.hall) == ["aviso", "ramal", "aviso", "ramal", "aviso"]
    rooms.core.switch("ramal", PHONE)
    rooms.wait(30)
    assert rooms.shown(rooms.hall)[5:] == ["ramal"]


def test_an_alert_lets_every_panel_stand_still() -> None:
    rooms = turning()
    rooms.core.alert("critical", "Queda")
    rooms.wait(30)
    assert (len(rooms.shown(rooms.hall)), len(rooms.shown(rooms.office))) == (1, 1)


def test_another_list_reaches_panels_that_are_there() -> None:
    rooms = Rooms()
    rooms.core.switch("aviso", PHONE)
    wider = OwnPanel(id="Hall", screens=("ramal", "aviso"))
    rooms.reload(wider)
    assert [each["name"] for each in rooms.told(rooms.hall, "settings")[-1]["screens"]] == [
        "ramal",
        "aviso",
    ]
    assert rooms.switching.screen("Hall") == "aviso"
    rooms.reload(OwnPanel(id="Hall", screens=("ramal",)))
    assert rooms.switching.screen("Hall") is None  # it falls back to its first by itself
    rooms.core.switch("redes", PHONE)
    rooms.reload(OwnPanel(id="Office", screens=("ramal",)))
    assert rooms.shown(rooms.hall) == ["aviso", "redes"]  # as all the others
    last = [message["type"] for message in rooms.lines(rooms.hall)][-2:]
    assert last == ["settings", "remote_switch"]  # in this order: it would not obey before


def test_what_was_chosen_for_a_panel_outlives_a_restart() -> None:
    rooms = Rooms()
    rooms.core.switch("aviso", PHONE, "Hall")
    assert rooms.switching.chosen_by_panel == {"Hall": "aviso"}
    again = Rooms()
    again.switching.restore(None, {"Hall": "aviso", "Gone": "redes"})
    assert again.shown(again.join("Hall")) == ["aviso"]
    again.switching.restore(None, {"Hall": "ramal"})  # no longer in its list
    assert again.switching.screen("Hall") == "aviso"


def test_what_a_rotation_shows_is_no_wish_to_be_kept() -> None:
    rooms = turning()
    assert rooms.switching.screen("Hall") == "aviso"
    assert rooms.switching.chosen_by_panel == {}


def test_an_id_that_no_panel_has_used_is_named_once_panels_had_time_to_come() -> None:
    rooms = Rooms(HALL, OwnPanel(id="Hal", scale=1.1))
    assert rooms.reporter.status().panels_unseen == []
    rooms.wait(61)
    rooms.leave(rooms.hall)  # it was there, and may be off now
    assert rooms.reporter.status().panels_unseen == ["Hal"]
    rooms.join("Hal")
    assert rooms.reporter.status().panels_unseen == []
    rooms.reload(HALL, OwnPanel(id="Office", scale=1.1))  # connected long ago
    assert rooms.reporter.status().panels_unseen == []
