"""One keypad, keyboard or remote that belongs to kioskd alone: from its keys to actions."""

import asyncio
from collections.abc import Callable, Mapping

from kioskd.config import Action, Key, key_names
from kioskd.core.actor import Actor
from kioskd.gpio.gestures import Gesture, Gestures
from kioskd.gpio.keys.device import Device, Packet
from kioskd.gpio.outside import STUCK, Event, Outside, describe, level
from kioskd.words import later, tr

REST = 0.05  # seconds without a look at a device that says more than fingers do
FLOOD = later("{key} of {device}: too many presses, ignored until it is quiet")
STAYS_DOWN = later("{key} of {device}: down for more than a minute, works once it was released")
WAITS = later("{device}: a key is down, and works once it was released")


class Keyboard:
    """``keys``: by its code, what each key that is configured does. ``left`` is called when the
    device is gone. Raises ``OSError`` when another program has the device alone.
    """

    def __init__(
        self, device: Device, keys: Mapping[int, Key], outside: Outside, left: Callable[[], None]
    ) -> None:
        self.device = device
        self._keys = keys
        self._outside = outside
        self._left = left
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._gestures = {code: self._gesture(code) for code in keys}
        self._taken = False
        self._closed = False
        self.take()
        self._listen()

    def take(self) -> None:
        """Have the device alone, from the moment on at which none of its keys is down: whoever
        heard of a key that went down must hear of its release, or would repeat it for ever."""
        if not self._taken:
            self.device.grab(True)
            self._taken = not self.device.pressed()
            if not self._taken:
                self.device.grab(False)

    def close(self) -> None:
        """Give the device back; nothing acts after this."""
        if self._closed:
            return
        self._closed = True
        for timer in (self._timer, self._resting):
            if timer is not None:
                timer.cancel()
        self._loop.remove_reader(self.device.file)
        self.device.close()

    def troubles(self) -> list[str]:
        """Why it doesn't do its work right now, or one of its keys doesn't."""
        if not self._taken:
            return [tr(WAITS, device=self.device.name)]
        now, found = self._outside.clock(), []
        for code, gestures in self._gestures.items():
            debounce = gestures.debounce
            if debounce.noisy:
                found.append(tr(FLOOD, key=self._label(code), device=self.device.name))
            elif debounce.down and now - debounce.since >= STUCK:
                found.append(tr(STAYS_DOWN, key=self._label(code), device=self.device.name))
        return found

    # What the device says

    def _listen(self) -> None:
        self._loop.add_reader(self.device.file, self._readable)

    def _readable(self) -> None:
        self._feed()
        if self.device.more and not self._closed:
            # It floods: the kernel throws away what is too much, and the loop belongs to others.
            self._loop.remove_reader(self.device.file)
            self._resting = self._loop.call_later(REST, self._listen)
        self._plan()

    def _feed(self) -> None:
        try:
            packets = self.device.read()
            if not self._taken:
                self.take()
                return
            for packet in packets:
                if not self._closed:  # by what an earlier press did
                    self._take_in(packet)
        except OSError:  # unplugged, asleep, or another program has it alone now
            self.close()
            self._left()

    def _take_in(self, packet: Packet) -> None:
        if packet.lost:
            down = self.device.pressed()
            for code in self._keys:
                self._move(code, code in down, packet.at, unseen=True)
        for code, pressed in packet.keys:
            if code in self._keys:
                self._move(code, pressed, packet.at, unseen=packet.forced)
            else:
                name = key_names().get(code, str(code))
                self._outside.tell(
                    Event(None, "", level(pressed), key=name, device=self.device.name)
                )

    def _move(self, code: int, pressed: bool, at: float, unseen: bool) -> None:
        """``unseen``: nobody knows when a finger let it go, if one did, so that means nothing."""
        gestures = self._gestures[code]
        if unseen and gestures.debounce.level and not pressed:
            gestures.spend()
        gestures.edge(pressed, at)
        gestures.due(at)

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        times = (each.next_due() for each in self._gestures.values())
        if (at := min((time for time in times if time is not None), default=None)) is not None:
            delay = max(0.0, at - self._outside.clock())
            self._timer = self._loop.call_later(delay, self._on_time, at)
        self._outside.after()

    def _on_time(self, at: float) -> None:
        # What waits came first: in a loop that was late, a tap must not become a hold.
        come = self._outside.clock() >= at
        self._feed()
        if come and not self._closed:
            for gestures in list(self._gestures.values()):
                gestures.due(at)
        self._plan()

    # What a key does

    def _gesture(self, code: int) -> Gestures:
        def did(gesture: Gesture) -> None:
            self._did(code, gesture)

        def settled(pressed: bool) -> None:
            if pressed:
                self._outside.echo()
            self._tell(code, pressed)

        return Gestures(self._keys[code], False, did, settled)

    def _did(self, code: int, gesture: Gesture) -> None:
        action: Action | None = getattr(self._keys[code], gesture)
        self._tell(code, self._gestures[code].debounce.down, gesture, describe(action))
        if action is not None:
            self._outside.perform(action, Actor("button", self._label(code)))

    def _tell(
        self, code: int, down: bool, gesture: Gesture | None = None, action: str = ""
    ) -> None:
        key = self._keys[code]
        self._outside.tell(
            Event(
                None, key.name, level(down), gesture or "", action, str(key.key), self.device.name
            )
        )

    def _label(self, code: int) -> str:
        return self._keys[code].name or str(self._keys[code].key)
