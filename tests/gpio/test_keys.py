"""Keys of keypads and remotes: from the kernel's bytes to actions."""

import asyncio
import json
import random
import time

import pytest

from kioskd.config import ActionKeys
from kioskd.config.scalars import Duration
from kioskd.core import messages
from kioskd.core.actor import Actor
from kioskd.gpio.keys.device import MOST_EVENTS
from tests.support.keypad import BUS_BLUETOOTH, code
from tests.support.keys import MakeRoom, key
from tests.support.waiting import until

TICKETS = ActionKeys(switch="tickets")
KP1, KP2 = key("KEY_KP1"), key("KEY_KP2", press="previous")


async def test_a_press_of_each_key_does_what_is_configured(make_room: MakeRoom) -> None:
    room = make_room(KP1, key("KEY_KP2", name="azul", press=TICKETS))
    keypad = room.sockets.plug()
    room.keys.open()
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"
    keypad.tap("KEY_KP2")
    assert await room.asked.next() == TICKETS
    assert room.asked.by == [Actor("button", "KEY_KP1"), Actor("button", "azul")]
    assert type(room.asked.by[0].name) is str  # which can be told as JSON


async def test_what_a_person_watches_has_the_key_the_device_and_the_action(
    make_room: MakeRoom,
) -> None:
    room = make_room(KP1)
    keypad = room.sockets.plug()
    room.keys.open()
    keypad.tap("KEY_KP1")
    keypad.tap("KEY_KPENTER")
    await until(lambda: len(room.events) == 5)
    told = json.loads(messages.encode(room.events[1]))
    assert (told["pin"], told["key"], told["device"]) == (None, "KEY_KP1", "USB Keypad")
    assert [(e.what, e.device, e.level, e.gesture, e.action) for e in room.events] == [
        ("KEY_KP1", "USB Keypad", "down", "", ""),
        ("KEY_KP1", "USB Keypad", "down", "press", "next"),
        ("KEY_KP1", "USB Keypad", "up", "", ""),
        ("KEY_KPENTER", "USB Keypad", "down", "", ""),
        ("KEY_KPENTER", "USB Keypad", "up", "", ""),
    ]


async def test_the_times_of_the_kernel_tell_a_tap_from_a_hold_however_late_the_loop_is(
    make_room: MakeRoom,
) -> None:
    room = make_room(key("KEY_KP1", hold="acknowledge", hold_time=Duration(0.2)))
    keypad = room.sockets.plug()
    room.keys.open()
    assert keypad.clock == time.CLOCK_MONOTONIC
    now = time.monotonic()
    keypad.press("KEY_KP1", now - 0.9)
    keypad.release("KEY_KP1", now - 0.85)
    assert await room.asked.next() == "next"
    keypad.press("KEY_KP1", now - 0.8)
    keypad.release("KEY_KP1", now - 0.5)
    assert await room.asked.next() == "acknowledge"
    down = time.monotonic()
    keypad.press("KEY_KP1", down)
    time.sleep(0.3)  # a loop that does something else while the finger comes and goes
    keypad.release("KEY_KP1", down + 0.05)
    assert await room.asked.next() == "next"
    assert room.asked.taken() == []


async def test_a_hold_acts_while_the_key_is_still_down_and_repetition_is_no_press(
    make_room: MakeRoom,
) -> None:
    room = make_room(key("KEY_KP1", hold="acknowledge", hold_time=Duration(0.1)), KP2)
    keypad = room.sockets.plug()
    room.keys.open()
    keypad.press("KEY_KP1")
    for _ in range(5):
        keypad.repeat("KEY_KP1")
    assert await room.asked.next() == "acknowledge"
    keypad.press("KEY_KP2")
    assert await room.asked.next() == "previous"
    for _ in range(5):
        keypad.repeat("KEY_KP2")
    keypad.release("KEY_KP1")
    keypad.release("KEY_KP2")
    await until(lambda: room.events[-1].level == "up")
    assert room.asked.taken() == []


async def test_two_presses_in_a_row_are_one_double_press(make_room: MakeRoom) -> None:
    room = make_room(key("KEY_KP1", double="acknowledge"))
    keypad = room.sockets.plug()
    room.keys.open()
    now = time.monotonic()
    for at in (now - 3, now - 2.8):
        keypad.press("KEY_KP1", at)
        keypad.release("KEY_KP1", at + 0.05)
    assert await room.asked.next() == "acknowledge"
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_a_device_is_had_alone_as_long_as_it_is_used_and_no_longer(
    make_room: MakeRoom,
) -> None:
    room = make_room(KP1)
    keypad = room.sockets.plug()
    mouse = room.sockets.plug("Mouse", ("BTN_LEFT", "BTN_RIGHT", "BTN_SIDE"))
    power = room.sockets.plug("Power Button", ("KEY_POWER",))
    touch = room.sockets.plug("Touchscreen", ("BTN_TOUCH", "KEY_HOME"))
    media = room.sockets.plug("USB Keypad Consumer Control", ("KEY_PLAYPAUSE",))
    room.keys.open()
    assert [each.grabbed for each in (keypad, mouse, power, touch, media)] == [
        *(True, False, False, False),
        True,  # it has no configured key, and the browser gets none of its keys either
    ]
    room.keys.close()
    assert [each.grabbed for each in (keypad, media)] == [False, False]


async def test_only_the_named_devices_are_taken_whatever_they_are(make_room: MakeRoom) -> None:
    room = make_room(
        key("KEY_KP1", device="*keypad"), key("KEY_POWER", device="Power Button", press="mute")
    )
    keypad = room.sockets.plug()
    desk = room.sockets.plug("Desk Keyboard")
    power = room.sockets.plug("Power Button", ("KEY_POWER",))
    room.keys.open()
    assert [each.grabbed for each in (keypad, desk, power)] == [True, False, True]
    power.tap("KEY_POWER")
    assert await room.asked.next() == "mute"
    assert room.keys.status().devices == ["USB Keypad", "Power Button"]


async def test_what_names_the_device_comes_before_what_names_none(make_room: MakeRoom) -> None:
    room = make_room(KP1, key("KEY_KP1", device="Remote*", press="mute"))
    keypad, remote = room.sockets.plug(), room.sockets.plug("Remote Control")
    room.keys.open()
    remote.tap("KEY_KP1")
    assert await room.asked.next() == "mute"
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_two_devices_of_one_name_both_work_each_for_itself(make_room: MakeRoom) -> None:
    room = make_room(key("KEY_KP1", double="acknowledge"))
    one, other = room.sockets.plug(), room.sockets.plug()
    room.keys.open()
    one.tap("KEY_KP1")
    other.tap("KEY_KP1")
    assert [await room.asked.next(), await room.asked.next()] == ["next", "next"]
    assert room.keys.status().devices == ["USB Keypad", "USB Keypad"]


async def test_a_device_may_be_plugged_in_unplugged_and_plugged_in_again(
    make_room: MakeRoom,
) -> None:
    room = make_room(KP1)
    room.keys.open()
    keypad = room.sockets.plug()
    for _ in range(3):
        await until(lambda: keypad.grabbed)
        keypad.tap("KEY_KP1")
        assert await room.asked.next() == "next"
        room.sockets.unplug(keypad)
        await until(lambda: room.keys.status().state == "failed")
        room.sockets.plug_again(keypad)
    await until(lambda: room.keys.status().state == "ok")
    assert room.asked.changes >= 6


async def test_a_key_that_is_down_while_its_device_leaves_does_nothing_more(
    make_room: MakeRoom,
) -> None:
    room = make_room(
        key("KEY_KP1", hold="acknowledge", hold_time=Duration(0.1)), key("KEY_KP2", double="mute")
    )
    keypad = room.sockets.plug()
    room.keys.open()
    keypad.press("KEY_KP1")
    keypad.press("KEY_KP2")
    await until(lambda: len(room.events) == 2)
    room.sockets.unplug(keypad)
    await until(lambda: room.keys.status().devices == [])
    room.sockets.plug_again(keypad)
    await until(lambda: keypad.grabbed)
    await asyncio.sleep(0.2)  # twice as long as a hold
    assert room.asked.taken() == []
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_a_key_that_is_down_when_its_device_is_taken_first_goes_up_where_it_went_down(
    make_room: MakeRoom,
) -> None:
    room = make_room(KP1)
    keypad = room.sockets.plug()
    keypad.down.add(code("KEY_KP1"))
    room.keys.open()
    assert not keypad.grabbed
    status = room.keys.status()
    assert (status.state, status.detail) == (
        "failed",
        "USB Keypad: a key is down, and works once it was released",
    )
    keypad.release("KEY_KP1")
    await until(lambda: keypad.grabbed)
    assert room.keys.status().state == "ok"
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"
    assert room.asked.taken() == []


async def test_after_a_loss_what_is_down_is_asked_anew_and_nothing_is_made_up(
    make_room: MakeRoom,
) -> None:
    room = make_room(key("KEY_KP1", hold="acknowledge", hold_time=Duration(0.1)), KP2)
    keypad = room.sockets.plug()
    room.keys.open()
    keypad.press("KEY_KP1")
    await until(lambda: len(room.events) == 1)
    keypad.down.clear()
    keypad.lose()  # with it the release
    keypad.tap("KEY_KP2")
    assert await room.asked.next() == "previous"
    await asyncio.sleep(0.2)  # twice as long as a hold
    assert room.asked.taken() == []
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_a_device_that_floods_is_ignored_until_it_rests_and_the_others_go_on(
    make_room: MakeRoom,
) -> None:
    room = make_room(KP1, KP2)
    mad, sane = room.sockets.plug("Mad"), room.sockets.plug("Sane")
    room.keys.open()
    for _ in range(5 * MOST_EVENTS):
        mad.tap("KEY_KP1")
    mad.lose()
    for _ in range(5 * MOST_EVENTS):
        mad.tap("KEY_KP1")
    sane.tap("KEY_KP2")
    await until(lambda: room.keys.status().state == "failed")
    assert room.keys.status().detail == (
        "KEY_KP1 of Mad: too many presses, ignored until it is quiet"
    )
    await until(lambda: "previous" in room.asked.heard._queue)  # type: ignore[attr-defined]
    await until(lambda: room.keys.status().state == "ok")
    assert room.asked.taken().count("next") <= 13
    mad.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_a_bluetooth_remote_that_sleeps_is_not_missed(make_room: MakeRoom) -> None:
    room = make_room(key("KEY_KP1", device="Remote"))
    remote = room.sockets.plug("Remote", bus=BUS_BLUETOOTH)
    room.keys.open()
    room.sockets.unplug(remote)
    await until(lambda: room.keys.status().devices == [])
    assert room.keys.status().state == "ok"
    room.sockets.plug_again(remote)
    await until(lambda: remote.grabbed)
    remote.tap("KEY_KP1")
    assert await room.asked.next() == "next"


async def test_no_bytes_of_a_device_end_the_daemon_or_press_what_is_not_configured(
    make_room: MakeRoom, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room(KP1, look=60.0)
    keypad = room.sockets.plug()
    room.keys.open()
    dice = random.Random(20)
    for _ in range(100):
        events = [
            (dice.choice((0, 1, 1, 2, 4, 0x11, 0xFFFF)), dice.randrange(0x10000), dice.randrange(3))
            for _ in range(dice.randrange(20))
        ]
        safe = [event for event in events if event[:2] != (1, code("KEY_KP1"))]
        keypad.say(*safe, (0, 0, dice.choice((0, 1, -1, 2**31 - 1))))
        await asyncio.sleep(0.01)
    keypad.tap("KEY_KP1")
    assert await room.asked.next() == "next"
    assert room.asked.taken() == []
    assert caplog.records == []
