"""What may be wired to the Pi: buttons, a rotary encoder, a motion sensor, LEDs.

Each part is made from its settings, claims its lines in ``open`` and gives them back in ``close``.
"""

import importlib
from collections.abc import Callable
from typing import Any, Protocol

from kioskd.config import Action, Button, Led, Motion, Rotary
from kioskd.core.actor import Actor
from kioskd.gpio.chords import Chords
from kioskd.gpio.encoder import Encoder, Turn
from kioskd.gpio.gestures import Gesture, Gestures
from kioskd.gpio.motion import MotionSensor
from kioskd.gpio.outside import STUCK, Event, Outside, describe, level
from kioskd.gpio.pins.line import Lines, Reader, Wire, close
from kioskd.words import later, tr

NOISY = later("too many edges, is a wire loose? ignored until it is quiet")
DOWN_AT_START = later(
    "down since the start: pressed, stuck or shorted? it works once it was released"
)


class Part(Protocol):
    label: str

    def open(self, factory: Any) -> None:
        """Claim the lines; raises what gpiozero or its driver raises, with nothing claimed."""

    def close(self) -> None: ...

    def trouble(self) -> str:
        """Why an open part doesn't do its work right now; empty when it does."""


class ButtonPart:
    """``chords``: the buttons that may be pressed together."""

    def __init__(self, settings: Button, outside: Outside, chords: Chords) -> None:
        self.label = label((settings.pin,), settings.name)
        self._settings = settings
        self._outside = outside
        self._chords = chords
        self._lines: Lines | None = None
        self._press: Gestures | None = None

    def open(self, factory: Any) -> None:
        button = self._settings
        wire = Wire(button.pin, button.pull, button.active)
        self._lines = Lines((wire,), factory, self._outside.clock, self._read, self._outside.after)

    def close(self) -> None:
        if self._lines is not None:
            self._lines.close()
        self._lines = self._press = None

    def trouble(self) -> str:
        if self._press is None:
            return ""
        debounce = self._press.debounce
        if debounce.noisy:
            return tr(NOISY)
        if debounce.unreleased:
            return tr(DOWN_AT_START)
        if debounce.down and self._outside.clock() - debounce.since >= STUCK:
            return tr("down for more than a minute: is it stuck? it works once it was released")
        return ""

    def _read(self, levels: list[bool]) -> Reader:
        member = self._chords.member(self._settings.pin, self._catch_up)
        self._press = Gestures(self._settings, levels[0], self._did, self._settled, member)
        return OneLine(self._press)

    def _catch_up(self, at: float) -> None:
        if self._lines is not None:
            self._lines.catch_up(at)

    def _settled(self, down: bool) -> None:
        if down:
            self._outside.echo()
        self._outside.tell(Event(self._settings.pin, self._settings.name, level(down)))

    def _did(self, gesture: Gesture) -> None:
        button = self._settings
        action: Action | None = getattr(button, gesture)
        down = self._press is not None and self._press.debounce.down
        said = describe(action)
        self._outside.tell(Event(button.pin, button.name, level(down), gesture, said))
        if action is not None:
            self._outside.perform(action, Actor("button", button.name))


class RotaryPart:
    def __init__(self, settings: Rotary, outside: Outside) -> None:
        self.label = label(settings.pins, "rotary")
        self._pins = settings.pins
        self._half_steps = settings.half_steps
        self._outside = outside
        self._lines: Lines | None = None
        self._encoder: Encoder | None = None

    def open(self, factory: Any) -> None:
        wires = tuple(Wire(pin) for pin in self._pins)
        self._lines = Lines(wires, factory, self._outside.clock, self._read, self._outside.after)

    def close(self) -> None:
        if self._lines is not None:
            self._lines.close()
        self._lines = self._encoder = None

    def trouble(self) -> str:
        if self._encoder is None:
            return ""
        if self._encoder.noisy:
            return tr(NOISY)
        down = [
            f"GPIO{pin}"
            for pin, held in zip(self._pins, self._encoder.unrested, strict=True)
            if held
        ]
        if not down:
            return ""
        return tr(
            "{lines} down since the start: shorted? turn the knob once",
            lines=tr(" and ").join(down),
        )

    def _read(self, levels: list[bool]) -> Reader:
        self._encoder = Encoder((levels[0], levels[1]), self._turned, self._half_steps)
        return TwoLines(self._encoder, self._seen)

    def _seen(self, line: int, down: bool) -> None:
        self._outside.tell(Event(self._pins[line], "rotary", level(down)))

    def _turned(self, turn: Turn) -> None:
        self._outside.echo()
        self._outside.tell(Event(self._pins[0], "rotary", "up", "turn", turn))
        self._outside.perform(turn, Actor("button", "rotary"))


class MotionPart:
    def __init__(self, settings: Motion, outside: Outside) -> None:
        self.label = label((settings.pin,), "motion")
        self._settings = settings
        self._outside = outside
        self._lines: Lines | None = None
        self._sensor: MotionSensor | None = None

    def open(self, factory: Any) -> None:
        pin = self._settings.pin
        # A sensor drives its line both ways; the pull only keeps a torn wire quiet.
        wire = Wire(pin, "up" if pin in (2, 3) else "down", "high")
        self._lines = Lines((wire,), factory, self._outside.clock, self._read, self._outside.after)

    def close(self) -> None:
        if self._lines is not None:
            self._lines.close()
        self._lines = self._sensor = None

    def trouble(self) -> str:
        if self._sensor is None:
            return ""
        if self._sensor.noisy:
            return tr(NOISY)
        stuck = self._sensor.stuck(self._outside.clock())
        return tr("movement for an hour without a pause: is the sensor stuck?") if stuck else ""

    def _read(self, levels: list[bool]) -> Reader:
        outside = self._outside
        self._sensor = MotionSensor(
            levels[0], outside.clock(), outside.moved, self._began, self._settled
        )
        return OneLine(self._sensor)

    def _settled(self, active: bool) -> None:
        self._outside.tell(Event(self._settings.pin, "motion", level(active)))

    def _began(self) -> None:
        action = self._settings.action
        self._outside.tell(Event(self._settings.pin, "motion", "down", "move", describe(action)))
        if action is not None:
            self._outside.perform(action, Actor("motion"))


class LedPart:
    def __init__(self, settings: Led) -> None:
        self.label = label((settings.pin,), f"LED {settings.shows}")
        self.shows = settings.shows
        self._pin = settings.pin
        self._device: Any = None
        self._on = False

    def open(self, factory: Any) -> None:
        gpiozero = importlib.import_module("gpiozero")
        self._on = False
        self._device = gpiozero.OutputDevice(self._pin, pin_factory=factory)

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            close(device)

    def trouble(self) -> str:
        return ""

    def light(self, on: bool) -> None:
        """Switch it; raises what the driver raises. Nothing while it isn't open."""
        if self._device is not None and on != self._on:
            self._device.value = on
            self._on = on


class OneLine:
    """A reader of one line, for ``Lines``, which number theirs."""

    def __init__(self, reader: Gestures | MotionSensor) -> None:
        self._reader = reader
        self.due = reader.due
        self.next_due = reader.next_due

    def edge(self, line: int, down: bool, at: float) -> None:
        self._reader.edge(down, at)


class TwoLines:
    """A reader of an encoder's lines that also shows their levels, for who wires them."""

    def __init__(self, encoder: Encoder, seen: Callable[[int, bool], None]) -> None:
        self._encoder = encoder
        self._seen = seen
        self.due = encoder.due
        self.next_due = encoder.next_due

    def edge(self, line: int, down: bool, at: float) -> None:
        if not self._encoder.noisy:
            self._seen(line, down)
        self._encoder.edge(line, down, at)


def label(pins: tuple[int, ...], name: str) -> str:
    numbers = "+".join(f"GPIO{pin}" for pin in pins)
    return f"{numbers} ({name})" if name else numbers
