"""What the card's own programs found wrong: one line each in files below /run."""

from pathlib import Path

from kioskd.core.status import PartFault

MOST = 10  # lines: a wall has room for no more
LONGEST = 300  # characters


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
    code, tab, rest = line[:LONGEST].partition("\t")
    about, again, message = rest.partition("\t")
    if tab and again:
        return PartFault(part, message.strip(), code, about)
    return PartFault(part, line[:LONGEST].strip())
