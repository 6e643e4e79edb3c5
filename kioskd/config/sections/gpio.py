"""``buttons``, ``leds``, ``rotary``, ``motion`` and ``gpio``, with the actions of a button."""

from typing import Literal

from kioskd.config.scalars import Duration, TimeOfDay
from kioskd.config.sections.base import (
    Pin,
    Section,
    UpToAMinute,
    UpToASecond,
    UpToAWeek,
    UpToTenSeconds,
)
from kioskd.config.sections.programs import Command
from kioskd.config.sections.screens import ScreenName
from kioskd.words import tr


class ActionKeys(Section, frozen=True, kw_only=True):
    """An action with a value: exactly one of these keys."""

    switch: ScreenName | None = None
    """Shows this screen on every panel."""
    mute: UpToAWeek | None = None
    """Silences alerts for so long."""
    snooze: UpToAWeek | None = None
    """Puts the alert on the screen off for so long."""
    snooze_until: TimeOfDay | None = None
    """Puts the alert on the screen off until this time of tomorrow."""
    run: Command | None = None
    """Starts a program."""

    def __post_init__(self) -> None:
        keys = (self.switch, self.mute, self.snooze, self.snooze_until, self.run)
        if sum(x is not None for x in keys) != 1:
            raise ValueError(tr("needs exactly one of switch, mute, snooze, snooze_until, run"))


PlainAction = Literal[
    "next", "previous", "acknowledge", "snooze", "mute", "refresh", "test_sound", "pair"
]
Action = PlainAction | ActionKeys
Pull = Literal["up", "down", "none"]


class Button(Section, frozen=True, kw_only=True):
    pin: Pin
    """The GPIO line of the button; it connects to ground."""
    name: str = ""
    """What status calls it."""
    press: Action | None = None
    """What a short press does."""
    hold: Action | None = None
    """What holding it down does."""
    hold_time: UpToAMinute = Duration(1)
    """How long it must be held for that."""
    double: Action | None = None
    """What two presses in a row do."""
    double_time: UpToTenSeconds = Duration(0.4)
    """How soon the second must follow."""
    pull: Pull = "up"
    """The resistor inside the Pi; none where the circuit has its own."""
    active: Literal["low", "high"] = "low"
    """The level of the line while the button is down; a plain button to ground is low."""
    bounce: UpToASecond = Duration(0.02)
    """Edges closer together than this are one."""
    least_press: UpToASecond = Duration(0.01)
    """A press shorter than this is a spike, not a finger."""

    def __post_init__(self) -> None:
        if self.press is None and self.hold is None and self.double is None:
            raise ValueError(tr("does nothing; give it press, hold or double"))
        if self.pin in (2, 3) and self.pull == "down":
            raise ValueError(
                tr("GPIO2 and GPIO3 have a fixed pull-up; use pull: up or another pin")
            )


class Chord(Section, frozen=True, kw_only=True):
    pins: tuple[Pin, Pin]
    """The GPIO lines of two of the ``buttons``."""
    press: Action
    """What pressing both within 0.15 s does, in place of what each does alone."""


class Led(Section, frozen=True, kw_only=True):
    pin: Pin
    """The GPIO line of the LED."""
    shows: Literal["connected", "alert", "mute", "press"]
    """What it shines for."""


class Rotary(Section, frozen=True, kw_only=True):
    """A rotary encoder that turns to the next and the previous screen."""

    pins: tuple[Pin, Pin]
    """The two GPIO lines of the encoder."""
    half_steps: bool = False
    """For an encoder of which two clicks would turn one screen: it rests at every half step."""


class Motion(Section, frozen=True, kw_only=True):
    pin: Pin
    """The GPIO line of the sensor."""
    action: Action | None = None
    """What a movement does, besides waking the display."""


class Gpio(Section, frozen=True, kw_only=True):
    factory: Literal["lgpio", "rpigpio", "pigpio", "native", "mock"] = "lgpio"
    """gpiozero's way to the pins."""
