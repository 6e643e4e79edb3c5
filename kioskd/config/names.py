"""The one rule for names of kiosks and panels, which the daemon and every page apply alike.

The browser on the wall is told the kiosk's id and must be known by it: were it trimmed in another
way on its way, its picture would belong to nobody, and would be started again for ever.
"""

import unicodedata

LONGEST = 64  # of UTF-16's units, which are what a page counts


def clean_name(text: str) -> str:
    """``text`` in one line, without blanks around it, and no longer than a page may send.

    What it returns it leaves alone, and so does ``keep.ts`` of the panel.
    """
    # U+FEFF is no blank to Python, and one to JavaScript.
    spaced = "".join(" " if c == "\ufeff" or _is_control(c) else c for c in text)
    line = " ".join(spaced.split())
    units = line.encode("utf-16-le", errors="replace")[: 2 * LONGEST]
    return units.decode("utf-16-le", errors="ignore").rstrip()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")
