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
    """``name``: a button's name, what a panel calls itself; empty when unknown."""

    kind: ActorKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.name else self.kind


ROTATION = Actor("rotation")
UPSTREAM = Actor("upstream")
