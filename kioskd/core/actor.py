"""Who asked for something: a button, a phone, the command line, the upstream."""

from typing import Literal

from msgspec import Struct

ActorKind = Literal[
    "button",
    "phone",
    "panel",
    "http",
    "cli",
    "mqtt",
    "upstream",
    "rotation",
    "motion",
]


class Actor(Struct, frozen=True):
    """``name``: a button's name, what a panel calls itself; empty when unknown.

    ``kiosk``: where it was, if at another kiosk than the one that did it.
    """

    kind: ActorKind
    name: str = ""
    kiosk: str = ""

    def __str__(self) -> str:
        who = f"{self.kind} {self.name}" if self.name else self.kind
        return f"{who} at {self.kiosk}" if self.kiosk else who


ROTATION = Actor("rotation")
UPSTREAM = Actor("upstream")
