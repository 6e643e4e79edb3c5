"""Keeps the state file: when it is worth a write, and off the event loop.

Cards wear out: what people chose is kept soon, the views (which the source will send again) seldom.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from kioskd.config import View
from kioskd.config.files import reason
from kioskd.config.writing import write_file
from kioskd.core.messages import Update
from kioskd.core.notices import Notices
from kioskd.core.state import State
from kioskd.core.switching import Switching
from kioskd.host import state_file
from kioskd.words import tr

CHOICE_EVERY = 10.0  # seconds at least between two writes
VIEWS_EVERY = 900.0  # seconds; a write costs a card 20 KB: the file, its folder, their tables
Snapshot = tuple[object, tuple[Update, ...]]  # what people chose, and which updates are held


class Signatures(Protocol):
    """What the webhooks took, that it may not be sent again by who heard it."""

    def signatures(self) -> dict[str, list[str]]: ...
    def restore(self, signatures: Mapping[str, list[str]]) -> None: ...


class Cards(Protocol):
    """The sound card that somebody in the room chose; empty: none."""

    @property
    def chosen(self) -> str: ...
    def restore(self, card: str) -> None: ...


class Keeper:
    """``say`` shows why nothing can be kept (None: it can); ``origins`` is ``config.origins``'s.

    ``hooks`` are not worth a write of their own before the end.
    """

    def __init__(
        self,
        folder: Path,
        state: State,
        switching: Switching,
        notices: Notices,
        say: Callable[[str | None], None],
        origins: Callable[[], Mapping[View, str]],
        hooks: Signatures,
        cards: Cards,
    ) -> None:
        self._path = folder / "state.gz"
        self._state = state
        self._switching = switching
        self._notices = notices
        self._say = say
        self._origins = origins
        self._hooks = hooks
        self._cards = cards
        self._signed: dict[str, list[str]] = {}
        self._kept: Snapshot = (((None, {}), "", ()), ())
        self._at = float("-inf")
        self._writing: asyncio.Task[None] | None = None

    def restore(self) -> bool:
        """Put back what an earlier run kept; not what it had from other sources than today's.

        Whether the tickets still come from where they came from then.
        """
        if (saved := state_file.load(self._path)) is None:
            return True
        origins = self._origins()
        same = {view for view in origins if origins[view] == saved.origins.get(view)}
        for update in saved.updates:
            if update.view in same:
                self._state.restore(update, saved.age)
        self._switching.restore(saved.screen, saved.panels)
        self._notices.restore(saved.notices, saved.age)
        self._hooks.restore(saved.signatures)
        self._cards.restore(saved.card)
        self._signed = {**saved.signatures}
        return origins.get("tickets") == saved.origins.get("tickets")

    def keep(self) -> None:
        """Called once a second: write when enough changed, in a thread."""
        if self._writing is not None and not self._writing.done():
            return
        waited = time.monotonic() - self._at
        chosen, views = self._snapshot()
        late = waited >= VIEWS_EVERY or len(views) > len(self._kept[1])  # a first view is kept soon
        due = (chosen != self._kept[0] and waited >= CHOICE_EVERY) or (
            views != self._kept[1] and late and waited >= CHOICE_EVERY
        )
        if due:
            self._at = time.monotonic()
            self._writing = asyncio.create_task(self._write(self._content(), (chosen, views)))

    async def close(self) -> None:
        """Write what is not yet kept; a slow card gets no more than 2 s."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=1.0)
        if self._snapshot() != self._kept or self._hooks.signatures() != self._signed:
            writing = asyncio.create_task(self._write(self._content(), self._snapshot()))
            await asyncio.wait([writing], timeout=1.0)

    def _snapshot(self) -> Snapshot:
        views = tuple(held.update for held in self._state.held.values())
        chosen = self._switching.chosen, self._switching.chosen_by_panel
        return (chosen, self._cards.chosen, self._notices.kept()), views

    def _content(self) -> Callable[[], bytes]:
        """What makes the file's content, of values that change no more: packing takes a while."""
        updates = [held.update for held in self._state.held.values()]
        notices, self._signed = self._notices.content(), self._hooks.signatures()
        return partial(
            state_file.encode,
            self._switching.chosen,
            updates,
            self._origins(),
            notices,
            self._signed,
            self._switching.chosen_by_panel,
            self._cards.chosen,
        )

    async def _write(self, content: Callable[[], bytes], snapshot: Snapshot) -> None:
        try:
            await asyncio.to_thread(lambda: write_file(self._path, content()))
        except OSError as error:
            self._say(
                tr(
                    "the last state can't be kept in {folder}: {reason}",
                    folder=self._path.parent,
                    reason=reason(error),
                )
            )
        else:
            self._kept = snapshot
            self._say(None)
