"""The one rule for names of kiosks and panels, which the daemon and every page apply alike.

The browser on the wall is told the kiosk's id and must be known by it: were it trimmed in another
way on its way, its picture would belong to nobody, and would be started again for ever.
"""

import re
import unicodedata

from kioskd.words import tr

LONGEST = 64  # of UTF-16's units, which are what a page counts
TAKEN = ("all", "group")  # what stands in a topic where a kiosk's id does
_LEVEL = re.compile(r"[A-Za-z0-9_-]{1,64}")


def clean_name(text: str) -> str:
    """``text`` in one line, without blanks around it, and no longer than a page may send.

    What it returns it leaves alone, and so does ``keep.ts`` of the panel.
    """
    # U+FEFF is no blank to Python, and one to JavaScript.
    spaced = "".join(" " if c == "\ufeff" or _is_control(c) else c for c in text)
    line = " ".join(spaced.split())
    units = line.encode("utf-16-le", errors="replace")[: 2 * LONGEST]
    return units.decode("utf-16-le", errors="ignore").rstrip()


def no_level(name: str) -> str | None:
    """Why a kiosk's id can't be one level of an MQTT topic; None: it can."""
    if name and not _LEVEL.fullmatch(name):
        return tr("write letters of a-z, digits, - and _ only")
    if name in TAKEN:
        return tr("{name} means several kiosks; choose another one", name=name)
    return None


def level(name: str) -> str:
    """``name`` as one level of an MQTT topic, as Home Assistant takes it, too."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")
