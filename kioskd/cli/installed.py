"""What the Debian package says when it was installed; its ``postinst`` starts this.

In the language of the terminal, or where that has none, of the file that the package brings.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from kioskd.words import of_file, of_locale, speak, tr

FILE = Path("/etc/kioskd/kioskd.yaml")
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def main() -> None:
    """``welcome``, or ``uncompiled`` with what the compiler said."""
    speak(_language(os.environ, FILE))
    what, *more = sys.argv[1:]
    if what == "welcome":
        print(welcome())
    else:
        print(uncompiled(*more), file=sys.stderr)


def welcome() -> str:
    """What the person who installed it does next."""
    steps = (
        ("sudo nano /etc/kioskd/kioskd.yaml", tr("the helpdesk's address")),
        ("kioskd check", tr("names every error in it")),
        ("sudo systemctl reload kioskd", tr("takes the file")),
    )
    lines = [
        "",
        tr("kioskd is installed and shows a demo: http://127.0.0.1:8080/ on this machine."),
    ]
    lines += [f"  {number}. {do:36}{why}" for number, (do, why) in enumerate(steps, 1)]
    lines.append(f"  {'kioskd doctor':39}{tr('what is wrong, and what to do')}")
    lines.append(tr("  Other machines and phones: server.host and server.token_file in that file."))
    return "\n".join(lines)


def uncompiled(said: str) -> str:
    """That the daemon's files can't be compiled, with the last of what the compiler said."""
    return tr(
        "kioskd: its files can't be compiled, so every start takes twice as long. Is the disk full?"
        "\n{said}\nThen: sudo dpkg-reconfigure kioskd",
        said="\n".join(said.splitlines()[-3:]),
    )


def _language(environment: Mapping[str, str], file: Path) -> str:
    written = [environment[name] for name in VARIABLES if environment.get(name)]
    if written and not written[0].startswith(("C", "POSIX")):
        return of_locale(environment)
    try:
        return of_file(file.read_bytes()) or of_locale(environment)
    except OSError:
        return of_locale(environment)


if __name__ == "__main__":
    main()
