"""Keys that can't be pressed are named with what to do; a change of the file swaps the set."""

import asyncio
import errno

import pytest

from kioskd.config import Config, Key
from kioskd.core.inputs import together
from kioskd.core.status import ButtonsStatus, KeysStatus
from tests.support.keys import MakeRoom, key
from tests.support.waiting import until

KP1 = key("KEY_KP1")


async def test_without_any_key_nothing_is_opened_and_nobody_looks(make_room: MakeRoom) -> None:
    room = make_room()
    keypad = room.sockets.plug()
    room.keys.open()
    assert room.keys.status() == KeysStatus("off")
    assert keypad.clock is None


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (KP1, "no keyboard, keypad or remote is plugged in"),
        (
            key("KEY_KP1", device="Keypad*"),
            "no device is called Keypad*: plug it in, or correct the name (there are: Mouse)",
        ),
        (
            key("KEY_KP1", device="Mouse"),
            "Mouse: no key is called KEY_KP1, see kioskd buttons",
        ),
    ],
)
async def test_what_is_missing_is_named_with_what_to_do(
    make_room: MakeRoom, wanted: Key, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room(wanted)
    room.sockets.plug("Mouse", ("BTN_LEFT",))
    room.keys.open()
    status = room.keys.status()
    assert (status.state, status.detail) == ("failed", said)
    assert [record.getMessage() for record in caplog.records] == [said]
    assert room.asked.changes == 1


async def test_what_is_missing_right_after_the_start_may_still_come(make_room: MakeRoom) -> None:
    room = make_room(KP1, settle=60.0)
    assert room.keys.status().state == "opening"
    room.keys.open()
    assert room.keys.status().state == "opening"
    room.sockets.plug()
    await until(lambda: room.keys.status().state == "ok")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EPERM, "may not be read yet: sudo systemctl restart kioskd"),
        (errno.EACCES, "may not be read: kioskd's user must be in the group input"),
        (errno.EIO, "can't be used: Input/output error"),
    ],
)
async def test_a_device_that_may_not_be_read_is_named_and_tried_until_it_may(
    make_room: MakeRoom, number: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room(KP1)
    keypad, other = room.sockets.plug(), room.sockets.plug()
    keypad.refuses = other.refuses = number
    room.keys.open()
    status = room.keys.status()
    assert (status.state, status.detail) == ("failed", f"event0, event1 {said}")
    await asyncio.sleep(0.2)  # some ten looks
    assert len(caplog.records) == 1
    keypad.refuses = 0
    await until(lambda: room.keys.status().state == "ok")
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_a_device_that_another_program_has_alone_is_named_and_taken_when_it_is_free(
    make_room: MakeRoom,
) -> None:
    room = make_room(KP1)
    keypad, other = room.sockets.plug(), room.sockets.plug("Other")
    keypad.taken_by_another = True
    room.keys.open()
    assert room.keys.status().detail == ("another program has USB Keypad for itself: stop that one")
    other.tap("KEY_KP1")
    assert await room.asked.next() == "next"
    keypad.taken_by_another = False
    await until(lambda: room.keys.status().state == "ok")
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_a_device_s_name_can_t_write_into_the_log(make_room: MakeRoom) -> None:
    room = make_room(KP1)
    room.sockets.plug("Evil\n2026 ERROR\x1b[31m \u202e; all is lost")
    room.keys.open()
    assert room.keys.status().devices == ["Evil 2026 ERROR\ufffd[31m \ufffd; all is lost"]


async def test_a_reload_takes_other_keys_gives_devices_back_and_takes_them_again(
    make_room: MakeRoom,
) -> None:
    room = make_room()
    keypad = room.sockets.plug()
    room.keys.open()
    room.keys.replace(Config(keys=(KP1,)))
    assert keypad.grabbed
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"
    room.keys.replace(Config(keys=(key("KEY_KP1", press="mute"),)))
    assert keypad.grabbed
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "mute"
    room.keys.replace(Config())
    assert room.keys.status() == KeysStatus("off")
    room.sockets.unplug(keypad)
    room.sockets.plug_again(keypad)
    await asyncio.sleep(0.1)  # some five looks, of which there are none
    assert not keypad.grabbed


async def test_a_device_may_come_while_the_daemon_is_in_any_of_its_phases(
    make_room: MakeRoom,
) -> None:
    room = make_room(KP1)
    before = room.sockets.plug("Before")  # it is opened
    room.keys.open()
    during = room.sockets.plug("During")
    room.keys.replace(Config(keys=(KP1, key("KEY_KP2"))))
    after = room.sockets.plug("After")
    await until(lambda: after.grabbed)
    for each in (before, during, after):
        each.tap("KEY_KP1")
        assert await room.asked.next() == "next"
    room.keys.close()
    room.sockets.plug("Too late")
    room.keys.open()
    assert sorted(room.keys.status().devices) == ["After", "Before", "During", "Too late"]


@pytest.mark.parametrize(
    ("buttons", "keys", "seen"),
    [
        (ButtonsStatus("off"), KeysStatus("off"), ButtonsStatus("off")),
        (ButtonsStatus("off"), KeysStatus("ok", "", ["A"]), ButtonsStatus("ok", "", 1)),
        (ButtonsStatus("ok", "", 2), KeysStatus("opening"), ButtonsStatus("ok", "", 2)),
        (
            ButtonsStatus("failed", "GPIO17: busy", 2, "busy", "GPIO17"),
            KeysStatus("ok", "", ["A"]),
            ButtonsStatus("failed", "GPIO17: busy", 3, "busy", "GPIO17"),
        ),
        (
            ButtonsStatus("failed", "GPIO17: busy", 2, "busy", "GPIO17"),
            KeysStatus("failed", "no keypad", []),
            ButtonsStatus("failed", "GPIO17: busy; no keypad", 2),
        ),
    ],
)
def test_the_wall_sees_buttons_and_keys_as_one(
    buttons: ButtonsStatus, keys: KeysStatus, seen: ButtonsStatus
) -> None:
    assert together(buttons, keys) == seen
