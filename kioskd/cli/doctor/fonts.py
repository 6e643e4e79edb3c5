"""Whether this machine has letters for all that stands on the wall."""

from kioskd.cli.doctor import machine
from kioskd.cli.doctor.finding import Finding
from kioskd.core.status import Status
from kioskd.words import tr

ALL = "fonts-noto-core"  # of Debian; every script that Unicode has, but for those of East Asia
EAST_ASIAN = "fonts-wqy-microhei"  # of Debian; Chinese, Japanese and Korean in 5 MB
LOOPBACKS = ("127.0.0.1", "::1")
_EAST_ASIA = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC")


def fonts(status: Status | None) -> list[Finding]:
    """A finding for each script that no font of this machine covers."""
    here = [panel for panel in (status.panels if status else ()) if panel.address in LOOPBACKS]
    if status is None or not here:  # the fonts of whatever machine shows a panel count
        return []
    missing: dict[str, list[str]] = {}
    for script, letter in status.scripts.items():
        package = EAST_ASIAN if script in _EAST_ASIA else ALL
        if not _covered(letter, package):
            missing.setdefault(package, []).append(
                tr("{script} (such as {letter})", script=_called(script), letter=letter)
            )
    found = []
    for package, scripts in missing.items():
        said = tr(
            "no font of this machine has {scripts}: the wall shows empty boxes",
            scripts=", ".join(scripts),
        )
        do = tr(
            "sudo apt install {package}; then: sudo systemctl restart kioskd-browser",
            package=package,
        )
        found.append(Finding("fonts", "warn", said, do))
    if not found and status.scripts:
        found.append(Finding("fonts", "ok", tr("there are letters for all that is on the wall")))
    return found


def _called(script: str) -> str:
    return script if script == "CJK" else script.capitalize()


def _covered(letter: str, package: str) -> bool:
    """As fontconfig knows it; on a machine without its program, whether the package is there."""
    if machine.ask("fc-list"):
        return bool(machine.ask("fc-list", f":charset={ord(letter):x}", "family"))
    return machine.ask("dpkg-query", "-W", "-f=${db:Status-Status}", package) == "installed"
