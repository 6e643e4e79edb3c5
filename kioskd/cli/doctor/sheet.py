"""`kioskd doctor --report`: the sheet of docs/first-boot-on-a-real-pi.md, as far as a program can.

What only eyes, ears and hands can tell stays open, for the person to fill in. It holds no secret
and no name of a network.
"""

import platform
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kioskd import __version__
from kioskd.cli.doctor import machine
from kioskd.cli.doctor.clock import clock
from kioskd.cli.doctor.finding import Finding
from kioskd.config.plain import one_line
from kioskd.core.inputs import together
from kioskd.core.state_words import word
from kioskd.core.status import Status
from kioskd.host import board
from kioskd.words import later, tr

OPEN = "____"


@dataclass(frozen=True)
class Seen:
    """What the checks look at: the machine's files below ``root``, and the daemon's status."""

    root: Path
    status: Status | None


Check = Callable[[Seen], str]


def report(status: Status | None, root: Path = Path("/")) -> list[str]:
    """The sheet, a line for each check, as Markdown."""
    seen = Seen(root, status)
    now = time.strftime("%Y-%m-%d %H:%M")
    rows = [
        tr("# First boot on a real Pi: kioskd {version}, {now}", version=__version__, now=now),
        "",
    ]
    rows += [tr("| # | check | found |"), "| --- | --- | --- |"]
    for number, (title, check) in enumerate(CHECKS, 1):
        found = check(seen) if check else OPEN
        rows.append(
            f"| {number} | {tr(title)} | {one_line(found).replace('|', '/') or tr('nothing')} |"
        )
    return rows


def _told(finding: Finding) -> str:
    return f"{finding.state}: {finding.said}"


def _board(seen: Seen) -> str:
    model = board.look(seen.root).model or tr("not a Raspberry Pi")
    return f"{model}, Linux {platform.release()}"


def _start(seen: Seen) -> str:
    return machine.ask("systemd-analyze").partition("\n")[0] or tr("systemd-analyze tells nothing")


def _units(seen: Seen) -> str:
    said = machine.ask("systemctl", "--failed", "--no-legend", "--plain")
    return "; ".join(line.split()[0] for line in said.splitlines() if line) or tr("none")


def _errors(seen: Seen) -> str:
    """How many, and whose; not their words, in which a network's name may stand."""
    said = machine.ask("journalctl", "-b", "-p", "3", "-q", "--no-pager", "--output=json")
    counted = Counter(re.findall(r'"SYSLOG_IDENTIFIER":"([^"]*)"', said))
    return ", ".join(f"{name} {count}" for name, count in counted.most_common()) or tr("none seen")


def _screens(seen: Seen) -> str:
    found = []
    for file in sorted(seen.root.glob("sys/class/drm/card*-*/status")):
        state = machine.read(file)
        modes = machine.read(file.with_name("modes")).splitlines()
        found.append(f"{file.parent.name} {state} {modes[0] if modes else ''}".strip())
    return ", ".join(found) or tr("no screen's socket")


def _drivers(seen: Seen) -> str:
    loaded = {line.split()[0] for line in machine.read(seen.root / "proc/modules").splitlines()}
    return ", ".join(sorted(loaded & {"vc4", "v3d", "virtio_gpu", "simpledrm"})) or tr(
        "none of them"
    )


def _memory(seen: Seen) -> str:
    said = machine.read(seen.root / "proc/meminfo")
    found = dict(re.findall(r"^(\w+):\s+(\d+) kB", said, re.MULTILINE))
    names = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree", "CmaTotal", "CmaFree")
    return ", ".join(f"{name} {int(found[name]) // 1024} MB" for name in names if name in found)


def _addresses(seen: Seen) -> str:
    if seen.status is None:
        return tr("the daemon doesn't answer")
    return " ".join(seen.status.remote.urls) or tr("this machine only, or no network")


def _wifi(seen: Seen) -> str:
    """Without the network's name and this machine's address."""
    said = machine.ask("wpa_cli", "-i", "wlan0", "status")
    found = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    names = ("wpa_state", "key_mgmt", "pairwise_cipher", "freq")
    return ", ".join(f"{name} {found[name]}" for name in names if name in found) or tr("not used")


def _sound(seen: Seen) -> str:
    if seen.status is None:
        return tr("the daemon doesn't answer")
    sound = seen.status.sound
    cards = re.findall(r"\[(\S+)\s*\]", machine.read(seen.root / "proc/asound/cards"))
    detail = f" ({sound.detail})" if sound.detail else ""
    return tr(
        "{state} on {card}{detail}; cards: {cards}",
        state=word(sound.state),
        card=sound.card or "-",
        detail=detail,
        cards=", ".join(cards) or tr("none"),
    )


def _buttons(seen: Seen) -> str:
    if seen.status is None:
        return tr("the daemon doesn't answer")
    buttons = together(seen.status.buttons, seen.status.keys)
    return tr(
        "{state}, {count} work {detail}",
        state=word(buttons.state),
        count=buttons.count,
        detail=buttons.detail,
    ).strip()


def _heat(seen: Seen) -> str:
    return _told(machine.heat(seen.root))


def _supply(seen: Seen) -> str:
    return _told(machine.supply(seen.root))


def _care(seen: Seen) -> str:
    return f"{_told(machine.watchdog(seen.root))}; {_told(machine.card(seen.root))}"


CHECKS: tuple[tuple[str, Check | None], ...] = (
    (later("seconds from power on to the splash"), None),
    (later("seconds from power on to the panel"), None),
    (later("all four edges are on the screen, and it is sharp"), None),
    (later("board and kernel"), _board),
    (later("time of the start"), _start),
    (later("units that failed"), _units),
    (later("errors in the journal"), _errors),
    (later("screens and their best mode"), _screens),
    (later("drivers of the picture"), _drivers),
    (later("memory"), _memory),
    (later("addresses of the remote page"), _addresses),
    (later("a phone opens NAME.local"), None),
    (later("Wi-Fi"), _wifi),
    (later("clock"), lambda seen: _told(clock(seen.root, seen.status))),
    (later("sound card that plays"), _sound),
    (later("the sound comes from the television"), None),
    (later("it still does after the television was off and on"), None),
    (later("buttons"), _buttons),
    (later("each press changes the screen"), None),
    (later("a screen that is plugged in after the start shows the panel"), None),
    (later("the television sleeps and wakes by itself"), None),
    (later("temperature after half an hour"), _heat),
    (later("power supply"), _supply),
    (later("watchdog and card"), _care),
    (later("after five power cuts the panel came back each time"), None),
)
