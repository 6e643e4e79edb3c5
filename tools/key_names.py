"""Writes kioskd/config/key_names.py: what linux/input-event-codes.h calls the keys.

``python -m tools.key_names HEADER``. A newer kernel's header has a few more keys.
"""

import re
import sys
import textwrap
from pathlib import Path

from tools.places import ROOT

PLACE = ROOT / "kioskd/config/key_names.py"
_DEFINED = re.compile(r"^#define\s+((?:KEY|BTN)_\w+)\s+(\w+)", re.MULTILINE)
# Where a group begins or ends, and no key.
_MARKS = {
    *("KEY_RESERVED", "KEY_MIN_INTERESTING", "KEY_MAX", "KEY_CNT", "BTN_MISC", "BTN_MOUSE"),
    *("BTN_JOYSTICK", "BTN_GAMEPAD", "BTN_DIGI", "BTN_WHEEL", "BTN_TRIGGER_HAPPY"),
}


def defined(header: str) -> dict[str, int]:
    """Each key of the header with its code, in the header's order; other names last."""
    found: dict[str, int] = {}
    others: dict[str, str] = {}
    for name, value in _DEFINED.findall(header):
        if value[0].isdigit():
            found[name] = int(value, 0)
        else:
            others[name] = value
    found |= {name: found[of] for name, of in others.items() if of in found}
    return {name: code for name, code in found.items() if name not in _MARKS}


def table(codes: dict[str, int]) -> str:
    """Runs of names: a code, the name of that key, and those of the keys after it."""
    first: dict[int, str] = {}
    for name, code in codes.items():
        first.setdefault(code, name)
    runs: list[list[str]] = []
    for code in sorted(first):
        if code - 1 not in first:
            runs.append([str(code)])
        runs[-1].append(first[code])
    runs += [[str(code), name] for name, code in codes.items() if first[code] != name]
    return "\n".join(
        line for run in runs for line in textwrap.wrap(" ".join(run), 98, break_on_hyphens=False)
    )


HEAD = '''"""The kernel's names of keys (linux/input-event-codes.h), by tools/key_names.py."""

TABLE = """
{table}
"""
'''

if __name__ == "__main__":
    PLACE.write_text(HEAD.format(table=table(defined(Path(sys.argv[1]).read_text()))))
