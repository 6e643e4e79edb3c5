"""What parts reach outside themselves, and what they say of a press."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from kioskd.config import Action, ActionKeys
from kioskd.core.actor import Actor
from kioskd.gpio.gestures import Gesture

STUCK = 60.0  # seconds that no finger stays on a button


class Event(Struct, frozen=True):
    """What a line did, or a key, for the person on the ladder.

    ``gesture`` is empty when only the level changed; ``action`` says what is done, if anything.
    ``pin`` is None for a key, which has a name and a ``device``.
    """

    pin: int | None
    name: str
    level: Literal["down", "up"]
    gesture: Gesture | Literal["", "turn", "move"] = ""
    action: str = ""
    key: str = ""
    device: str = ""

    @property
    def what(self) -> str:
        """What the button is called: by the configuration, by the kernel, or by its line."""
        return self.name or self.key or f"GPIO{self.pin}"


class Outside(Struct, frozen=True):
    """What parts reach outside themselves, all of it in the loop; none of these raises."""

    clock: Callable[[], float]
    perform: Callable[[Action, Actor], None]
    moved: Callable[[], None]
    tell: Callable[[Event], None]
    echo: Callable[[], None]
    after: Callable[[], None]


def level(down: bool) -> Literal["down", "up"]:
    return "down" if down else "up"


def describe(action: Action | None) -> str:
    """An action in words, as the configuration has it: ``switch tickets``, ``mute 30m``."""
    match action:
        case None:
            return ""
        case ActionKeys(run=run) if run is not None:
            return f"run {' '.join(run.argv)}"[:80]
        case ActionKeys(mute=mute) if mute is not None:
            return f"mute {mute}"
        case ActionKeys(snooze=snooze) if snooze is not None:
            return f"snooze {snooze}"
        case ActionKeys(snooze_until=until) if until is not None:
            return f"snooze until {until}"
        case ActionKeys(switch=switch):
            return f"switch {switch}"
    return action.replace("_", " ")
