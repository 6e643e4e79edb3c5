"""What the card's own programs found wrong: one line each in files below /run."""

from pathlib import Path

from kioskd.core.status import PartFault
from kioskd.words import later, tr

MOST = 10  # lines: a wall has room for no more
LONGEST = 300  # characters
WORDS = {
    "system_unknown": later("line {about}: there is no setting of that name"),
    "system_value": later("line {about}: that value can't be taken; the file says which can"),
    "system_missing": later("the file can't be read; copy it to the card again"),
    "system_step": later("a setting is not in force: {about}"),
    "wifi_password": later("the Wi-Fi {about} refuses wifi_password of system.txt; correct it"),
    "wifi_not_found": later(
        "the Wi-Fi {about} is not in reach; correct wifi_name in system.txt, or move closer"
    ),
    "wifi_unsuitable": later(
        "the Wi-Fi {about} can't be joined with what system.txt says; only networks with one "
        "password (WPA2, WPA3) or with none can be"
    ),
    "wifi_refused": later("the Wi-Fi {about} doesn't let this machine in; ask whoever runs it"),
    "no_wifi": later("this machine has no Wi-Fi; use the network cable"),
}
"""The card's programs have no catalogues: they give a code, what it is about, and English."""


def faults(folder: Path) -> list[PartFault] | None:
    """The faults in ``folder``; None where no such image runs.

    They stand in the file ``faults`` and in every file of ``faults.d``, as
    ``code TAB about TAB message``, or as the message alone.
    """
    if not folder.is_dir():
        return None
    found = []
    for file in (*sorted(folder.glob("faults.d/*")), folder / "faults"):
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        part = "system.txt" if file.name == "faults" else file.name
        found += [_fault(part, line) for line in text.splitlines() if line.strip()]
    return found[:MOST]


def _fault(part: str, line: str) -> PartFault:
    code, tab, rest = line.partition("\t")
    about, again, message = rest.partition("\t")
    if not (tab and again):
        return PartFault(part, line[:LONGEST].strip())
    about, known = about[:LONGEST], WORDS.get(code)
    said = tr(known, about=about) if known else message.strip()
    return PartFault(part, said[:LONGEST], code, about)
