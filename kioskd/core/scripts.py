"""Which scripts stand on the wall that the panel has no letters of its own for.

The panel brings fonts for Latin, Greek, Cyrillic, Hebrew, Arabic and emoji; any other script needs
a font of the machine that shows it, or is drawn as empty boxes.
"""

import re
import unicodedata
from collections.abc import Iterable

from kioskd.config import Config, NoticeScreen, View
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Update
from kioskd.core.notices import Notices
from kioskd.core.state import State

_BROUGHT = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC")
# Roughly what lies outside of these, for speed; the characters' names decide.
_FOREIGN = re.compile(
    "[\u0530-\u058f\u0700-\u1cff\u2c00-\u2dff\u2e80-\ua63f\ua800-\ud7ff\uf900-\ufaff"
    "\U00010000-\U0001efff\U00020000-\U0003ffff]"
)


def scripts_of(text: str) -> dict[str, str]:
    """Each script of ``text`` as Unicode calls it, such as THAI or CJK, with a letter of it."""
    found: dict[str, str] = {}
    for letter in _FOREIGN.findall("".join(sorted(set(text)))):
        if unicodedata.category(letter).startswith("L"):
            script = re.split("[ -]", unicodedata.name(letter, ""))[0]
            if script and script not in _BROUGHT:
                found.setdefault(script, letter)
    return found


LOOKED_AT = 200_000
"""Bytes of one view, and characters of all else: it is done on the event loop, where the whole of
the largest list would take more than a second on a Pi. A wall shows no more than that."""
_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|[^u])")


class Scripts:
    def __init__(self, state: State, alerts: ActiveAlerts, notices: Notices) -> None:
        self._state = state
        self._alerts = alerts
        self._notices = notices
        self._known: dict[View, tuple[Update, dict[str, str]]] = {}

    def found(self, config: Config) -> dict[str, str]:
        """The scripts of all that panels are told now, each with a letter of it."""
        found = scripts_of("\n".join(self._short(config))[:LOOKED_AT])
        for view, held in self._state.held.items():
            update, scripts = self._known.get(view, (None, {}))
            if update is not held.update:
                scripts = scripts_of(_text(held.update.frame))
                self._known[view] = held.update, scripts
            found = {**scripts, **found}
        return dict(sorted(found.items()))

    def _short(self, config: Config) -> Iterable[str]:
        yield config.kiosk.name
        for screen in config.screens:
            yield screen.title
            if isinstance(screen, NoticeScreen):
                yield screen.text
        for notice in self._notices.status():
            yield notice.text
        for alert in self._alerts.active.values():
            yield f"{alert.title} {alert.description}"


def _text(frame: bytes) -> str:
    """What a frame begins with, and each letter that its sender wrote as an escape."""
    part = frame[:LOOKED_AT]
    halves = b"".join(escape[2:] for escape in _ESCAPE.findall(part) if escape[1:2] == b"u")
    escaped = bytes.fromhex(halves.decode()).decode("utf-16-be", "replace")
    return part.decode(errors="ignore") + escaped
