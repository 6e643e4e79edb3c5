"""All that is wired to the Pi's GPIO lines, as one set that opens, closes and is swapped together.

One bad line never disables the others: what fails is named in ``status()``, and tried again where
that can help.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from kioskd.config import Action, Chord, Config
from kioskd.core.actor import Actor
from kioskd.core.codes import LineCode
from kioskd.core.status import ButtonsStatus
from kioskd.gpio.chords import Chords
from kioskd.gpio.leds import Leds, Shows
from kioskd.gpio.outside import Event, Outside, describe
from kioskd.gpio.pins.factory import Fault, explain_factory, explain_line, open_factory, shield
from kioskd.gpio.pins.line import close
from kioskd.gpio.pins.parts import (
    ButtonPart,
    LedPart,
    MotionPart,
    Part,
    RotaryPart,
)
from kioskd.words import later, tr

__all__ = ["Buttons", "Event"]
log = logging.getLogger(__name__)
RETRY = 30.0  # seconds until a line that is busy or forbidden is tried again


def _nothing() -> None:
    pass


class Buttons:
    """Buttons, LEDs, rotary encoder and motion sensor, used in one event loop.

    ``perform(action, by)`` gets what is asked for, and who asks; ``moved()``
    is called while someone moves before the sensor, every 10 s and when it begins and ends;
    ``changed()`` whenever ``status()`` changed by itself. All three are called in the loop, and an
    exception in one is logged, once for each kind.
    """

    def __init__(
        self,
        config: Config,
        perform: Callable[[Action, Actor], None],
        moved: Callable[[], None],
        *,
        changed: Callable[[], None] = _nothing,
        clock: Callable[[], float] = time.monotonic,
        open_pins: Callable[[str], Any] = open_factory,
        retry: float = RETRY,
    ) -> None:
        self._perform = perform
        self._moved = moved
        self._changed = changed
        self._open_pins = open_pins
        self._retry_every = retry
        self.outside = Outside(
            clock=clock,
            perform=self._act,
            moved=self._move,
            tell=self._tell,
            echo=lambda: self._leds.echo(),
            after=self._compare,
        )
        self._watchers: list[Callable[[Event], None]] = []
        self._shown = (False, False, False)
        self._logged: set[tuple[str, type]] = set()
        self._kept = ""  # why the set in force is not the one last asked for
        self._factory: Any = None
        self._retry: asyncio.TimerHandle | None = None
        self._opening = False
        self._equip(config)
        self._said = self.status()

    def open(self) -> None:
        """Claim every line; what fails is in ``status()`` and tried again where that can help."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self._opening = True
        if self._parts and self._factory is None:
            self._open_factory()
        if self._factory is not None:
            for part in self._parts:
                if part not in self._opened:
                    self._open_part(part)
        self._leds.show(*self._shown)
        self._opening = False
        self._plan_retry()
        self._compare()

    def close(self) -> None:
        """Give every line back; nothing acts after this. May be opened again."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self._leds.close()
        for part in self._opened:
            part.close()
        if self._factory is not None:
            close(self._factory)
        self._factory = None
        self._opened.clear()
        self._faults.clear()
        self._said = self.status()

    def replace(self, config: Config) -> None:
        """Swap the whole set, closing the present one first, since pins may be claimed anew.

        Where the new set can't reach the pins at all and the present one could, the present one is
        opened again, and ``status()`` says so.
        """
        before, worked = self._config, self._factory is not None
        self.close()
        self._kept = ""
        self._equip(config)
        self.open()
        if self._parts and self._factory is None and worked:
            why = next(iter(self._faults.values())).why
            self.close()
            self._kept = tr(
                "the new settings can't be used: {why}; the earlier buttons stay in force", why=why
            )
            log.error("%s", self._kept)
            self._equip(before)
            self.open()

    def status(self) -> ButtonsStatus:
        if not self._parts and not self._kept:
            return ButtonsStatus("off")
        troubles: dict[tuple[str, LineCode], list[str]] = {}
        working = 0
        for part in self._parts:
            fault = self._faults.get(part)
            if fault is not None:
                troubles.setdefault((fault.why, fault.code), []).append(part.label)
            elif why := part.trouble():
                troubles.setdefault((why, "noisy"), []).append(part.label)
            elif part in self._opened:
                working += 1
        said = [self._kept] if self._kept else []
        said += [f"{', '.join(labels)}: {why}" for (why, _), labels in troubles.items()]
        if not said:
            return ButtonsStatus("ok", "", working)
        (_, code), labels = next(iter(troubles.items()), (("", "settings"), []))
        return ButtonsStatus("failed", "; ".join(said), working, code, ", ".join(labels))

    def show(self, connected: bool, alert: bool, muted: bool) -> None:
        """What the LEDs tell: a source is connected, an alert is active, sound is muted."""
        self._shown = (connected, alert, muted)
        if self._factory is not None:
            self._leds.show(connected, alert, muted)

    def watch(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``callback`` in the loop for each settled edge and each gesture, until the returned
        function is called or it raises."""
        self._watchers.append(callback)

        def stop() -> None:
            if callback in self._watchers:
                self._watchers.remove(callback)

        return stop

    # Opening

    def _equip(self, config: Config) -> None:
        outside = self.outside
        self._config = config
        self._led_parts = [LedPart(led) for led in config.leds]
        chords = Chords(config.chords, self._chord)
        self._parts: list[Part] = [ButtonPart(each, outside, chords) for each in config.buttons]
        if config.rotary is not None:
            self._parts.append(RotaryPart(config.rotary, outside))
        if config.motion is not None:
            self._parts.append(MotionPart(config.motion, outside))
        self._parts += self._led_parts
        self._opened: list[Part] = []
        self._faults: dict[Part, Fault] = {}
        self._told: set[str] = set()
        self._leds = Leds({led.shows for led in config.leds}, self._put)

    def _open_factory(self) -> None:
        name = self._config.gpio.factory
        try:
            factory = self._open_pins(name)
            shield(factory)
            self._factory = factory
        except Exception as error:  # gpiozero and its drivers raise what they like
            fault = explain_factory(name, error)
            self._say(tr("no GPIO line can be used: {why}", why=fault.why))
            self._faults = dict.fromkeys(self._parts, fault)

    def _open_part(self, part: Part) -> None:
        try:
            part.open(self._factory)
        except Exception as error:  # gpiozero and its drivers raise what they like
            self._fail(part, error)
        else:
            if self._faults.pop(part, None) is not None:
                self._say(tr("{label} can be used now", label=part.label), logging.INFO)
            self._opened.append(part)
            if isinstance(part, LedPart):
                self._light(part, self._leds.on[part.shows])

    def _fail(self, part: Part, error: Exception) -> None:
        fault = explain_line(error)
        self._say(tr("{label} can't be used: {why}", label=part.label, why=fault.why))
        self._faults[part] = fault

    def _say(self, text: str, level: int = logging.WARNING) -> None:
        """Log it once for this set: what comes and goes at each try would fill the log."""
        if text not in self._told:
            self._told.add(text)
            log.log(level, "%s", text)

    def _plan_retry(self) -> None:
        if self._retry is None and any(fault.passing for fault in self._faults.values()):
            loop = asyncio.get_running_loop()
            self._retry = loop.call_later(self._retry_every, self.open)

    # LEDs

    def _put(self, what: Shows, on: bool) -> None:
        for part in self._led_parts:
            if part.shows == what and part in self._opened:
                self._light(part, on)

    def _light(self, part: LedPart, on: bool) -> None:
        try:
            part.light(on)
        except Exception as error:  # gpiozero and its drivers raise what they like
            self._opened.remove(part)
            part.close()
            self._fail(part, error)
            if not self._opening:
                self._plan_retry()
                self._compare()

    # What happened

    def _act(self, action: Action, by: Actor) -> None:
        self._call(
            f"{by}: {describe(action)}",
            self._perform,
            action,
            by,
        )

    def _chord(self, chord: Chord) -> None:
        names = {button.pin: button.name for button in self._config.buttons}
        both = " + ".join(names.get(pin) or f"GPIO{pin}" for pin in chord.pins)
        self._tell(Event(chord.pins[0], both, "down", "press", describe(chord.press)))
        self._act(chord.press, Actor("button", both))

    def _move(self) -> None:
        self._call(later("what a movement does"), self._moved)

    def _tell(self, event: Event) -> None:
        for callback in list(self._watchers):
            if not self._call(later("a watcher of the buttons"), callback, event):
                self._watchers.remove(callback)

    def _compare(self) -> None:
        if not self._opening and (status := self.status()) != self._said:
            self._said = status
            self._call(later("a change of the buttons"), self._changed)

    def _call(self, what: str, function: Callable[..., None], *arguments: object) -> bool:
        try:
            function(*arguments)
        except Exception as error:  # a bug elsewhere must not take the buttons away
            if (what, type(error)) not in self._logged:
                self._logged.add((what, type(error)))
                log.exception(tr("{what} failed; the buttons go on", what=tr(what)))
            return False
        return True
