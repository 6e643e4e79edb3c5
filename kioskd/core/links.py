"""The sources' links as status and panels show them: connected or not, since when, and why."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct, field

from kioskd.config import View
from kioskd.core import messages
from kioskd.core.faults import Fault
from kioskd.core.ports import Changed

LinkState = Literal["connecting", "connected", "offline", "refused"]


class Link(Struct):
    """One source; ``changed_at`` on the monotonic clock, ``since`` the same on the wall clock."""

    name: str
    kind: str
    views: tuple[View, ...]
    secret_file: str | None = None
    origins: Mapping[View, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    """What each figure of the dashboard means, where the source says it."""
    state: LinkState = "connecting"
    fault: Fault | None = None
    since: str = field(default_factory=messages.timestamp)
    changed_at: float = field(default_factory=time.monotonic)


class Links:
    """``changed`` is called when a link's state or fault changed."""

    def __init__(self, changed: Changed, clock: Callable[[], float] = time.monotonic) -> None:
        self._changed = changed
        self._clock = clock
        self._links: list[Link] = []

    def __iter__(self) -> Iterator[Link]:
        return iter(self._links)

    def clear(self) -> None:
        """Other sources follow: forget the present ones."""
        self._links.clear()

    def add(self, link: Link) -> None:
        self._links.append(link)
        self._changed()

    def report(self, link: Link, state: LinkState, fault: Fault | None, ago: float = 0.0) -> None:
        """A link's state or fault changed, so many seconds ago; told only when it really did.

        A link that was lost stays so, and since then, until there is data again: that it is tried,
        or even stands, is no news to the person at the wall.
        """
        if state == "connecting" and link.state in ("offline", "refused"):
            if fault is None:
                return
            state = link.state
        if (link.state, link.fault) == (state, fault):
            return
        if link.state != state:
            link.since, link.changed_at = messages.timestamp(ago), self._clock() - ago
        link.state, link.fault = state, fault
        self._changed()

    def any_connected(self) -> bool:
        return any(link.state == "connected" for link in self._links)
