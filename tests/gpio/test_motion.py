"""A motion sensor, by itself and on a pin that a plain thread drives."""

from kioskd.config import ActionKeys, Config, Motion
from kioskd.core.actor import Actor
from kioskd.gpio.buttons import Event
from kioskd.gpio.motion import AGAIN, STUCK, MotionSensor
from tests.support.board import MOCK, Asked, Board, apart, wired
from tests.support.clock import Clock
from tests.support.waiting import until

PIN = 4
SENSOR = Config(gpio=MOCK, motion=Motion(pin=PIN, action=ActionKeys(switch="dashboard")))


def watched(active: bool = False) -> tuple[MotionSensor, list[str]]:
    did: list[str] = []
    sensor = MotionSensor(
        active,
        0.0,
        lambda: did.append("moved"),
        lambda: did.append("began"),
        lambda down: did.append("active" if down else "still"),
    )
    return sensor, did


def test_a_movement_begins_once_and_is_told_at_both_ends() -> None:
    sensor, did = watched()
    sensor.edge(True, 1.0)
    sensor.due(1.1)
    sensor.edge(False, 4.0)
    sensor.due(5.0)
    assert did == ["active", "began", "moved", "still", "moved"]
    assert sensor.next_due() is None


def test_a_movement_that_goes_on_is_told_again_and_again() -> None:
    sensor, did = watched()
    sensor.edge(True, 1.0)
    while (due := sensor.next_due()) is not None and due < 35:
        sensor.due(due)
    assert did == ["active", "began", "moved", "moved", "moved", "moved"]
    assert due == 1.0 + 4 * AGAIN


def test_a_disturbance_is_no_movement() -> None:
    sensor, did = watched()
    sensor.edge(True, 1.0)
    sensor.edge(False, 1.02)
    sensor.due(2.0)
    assert did == []


def test_a_sensor_that_is_active_at_boot_tells_movement_but_begins_none() -> None:
    sensor, did = watched(active=True)
    sensor.due(10.5)
    assert did == ["moved"]
    sensor.edge(False, 12.0)
    sensor.edge(True, 20.0)
    sensor.due(20.5)
    assert did == ["moved", "still", "moved", "active", "began", "moved"]


def test_a_sensor_that_is_stuck_keeps_no_display_awake_for_ever() -> None:
    sensor, did = watched()
    sensor.edge(True, 1.0)
    sensor.due(1e6)
    assert did.count("moved") <= STUCK / AGAIN + 1
    assert sensor.next_due() is None
    assert sensor.stuck(1e6)
    sensor.edge(False, 2e6)
    sensor.due(2e6 + 1)
    assert not sensor.stuck(2e6 + 1)


def test_a_loose_wire_is_no_movement() -> None:
    sensor, did = watched()
    for i in range(1000):
        sensor.edge(i % 2 == 0, i / 1000)
    assert sensor.noisy
    assert did == []
    sensor.due(5.0)
    assert not sensor.noisy


async def test_someone_who_moves_wakes_the_display_and_does_the_action() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, SENSOR)
    assert found.status().count == 1
    await apart(board.pin(PIN).drive_high)
    assert await asked.next() == ActionKeys(switch="dashboard")
    assert (asked.by, asked.moves) == ([Actor("motion")], 1)
    await apart(board.pin(PIN).drive_low)
    await until(lambda: asked.moves == 2)
    assert asked.events == [
        Event(PIN, "motion", "down"),
        Event(PIN, "motion", "down", "move", "switch dashboard"),
        Event(PIN, "motion", "up"),
    ]
    assert asked.taken() == []
    found.close()


async def test_a_sensor_without_an_action_only_wakes() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, Config(gpio=MOCK, motion=Motion(pin=PIN)))
    await apart(board.pin(PIN).drive_high)
    await until(lambda: asked.moves == 1)
    assert asked.taken() == []
    found.close()


async def test_a_sensor_that_sees_movement_for_an_hour_is_named() -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    found = wired(asked, board, SENSOR)
    await apart(board.pin(PIN).drive_high)
    clock.now += 1
    await asked.next()
    clock.now += 3700
    assert found.status().detail == (
        f"GPIO{PIN} (motion): movement for an hour without a pause: is the sensor stuck?"
    )
    found.close()


async def test_a_sensor_on_a_pin_with_a_fixed_pull_works_too() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, Config(gpio=MOCK, motion=Motion(pin=2)))
    assert found.status().state == "ok"
    found.close()
