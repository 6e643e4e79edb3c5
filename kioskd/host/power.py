"""Switches the display on and off, and reads back whether it obeyed.

Compositors that speak wlroots' protocols (wlopm, wlr-randr), televisions over HDMI-CEC (cec-ctl of
v4l-utils), or commands of one's own.
"""

import asyncio
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping

from msgspec import Struct

from kioskd.config import Display
from kioskd.core.codes import DisplayCode
from kioskd.errors import DisplayError
from kioskd.host.programs import output_of
from kioskd.words import later, tr

LIMIT = 10.0  # seconds: televisions answer within 2
MOST_OUTPUT = 20_000  # characters that are looked at
MISSING: Mapping[str, tuple[DisplayCode, str]] = {
    "wlopm": (
        "missing_wlopm",
        later("cage, which shows the panel, would not obey it; try display.backend: wlr-randr"),
    ),
    "wlr-randr": ("missing_wlr_randr", "sudo apt install wlr-randr"),
    "cec-ctl": ("missing_cec", "sudo apt install v4l-utils"),
}
SHELL, CHROMIUM = "chromium-shell", ("chromium", "chromium-browser")
BY_COMPOSITOR = ("wlr-randr", "wlopm")  # these take the output away from what is shown on it
SETTLES = 4.0  # seconds in which a television may still say what it was
CEC_ALL = ("cec-ctl", "--skip-info")
CEC = (*CEC_ALL, "--to", "0")
# Announces this machine to every device on the cable: done when the adapter has no address only.
CEC_ADDRESS = ("cec-ctl", "--skip-info", "--playback")
HEAD = re.compile(r"^(\S+).*?^\s+Enabled: (yes|no)", re.MULTILINE | re.DOTALL)  # of wlr-randr
NOWHERE = "f.f.f.f"  # the address of an adapter that has none
UNCONFIGURED = "Adapter is unconfigured"
# What these programs say, seen with Debian 12's and 13's cage and Debian 13's labwc, and what it
# means. wlopm calls an output that isn't there a success, and cec-ctl messages that reach nobody.
REFUSALS: tuple[tuple[str, DisplayCode, str], ...] = (
    (
        r"does not support wlr-output-power-management",
        "unfit_wlopm",
        later(
            "the compositor can't switch displays for wlopm (cage can't; labwc can); try "
            "display.backend: wlr-randr with the output's name"
        ),
    ),
    (
        r"doesn't support wlr-output-management",
        "unfit_wlr_randr",
        later(
            "the compositor can't switch displays for wlr-randr (Debian 12's cage can't, "
            "13's can); try display.backend: cec or command"
        ),
    ),
    (
        r"(?i)(can ?not|failed to) connect to (wayland )?display",
        "no_compositor",
        later("no compositor answers {program} at {place}; try: systemctl status kioskd-browser"),
    ),
    (
        r"unknown output (?P<output>\S+)|Output '(?P<same>.+)' does not exist",
        "no_output",
        later(
            "the compositor has no output {output}; take the name from /sys/class/drm "
            "(card1-HDMI-A-1 is HDMI-A-1) for display.output"
        ),
    ),
    (
        UNCONFIGURED,
        "no_cable",
        later("no HDMI cable to a television; HDMI-CEC needs one that is plugged in"),
    ),
    (
        r"Tx, Not Acknowledged",
        "no_cec",
        later(
            "the television does not answer over HDMI-CEC; switch that on in its settings "
            "(Anynet+, Bravia Sync, SimpLink, Viera Link)"
        ),
    ),
)


class Refused(DisplayError):
    """``code`` says why, and ``about`` which program or output is meant."""

    def __init__(self, said: str, code: DisplayCode, about: str = "") -> None:
        super().__init__(said)
        self.code = code
        self.about = about


class Commands(Struct, frozen=True):
    """argv of the three commands; ``reads_on`` says of ``query``'s output: on, off, or unknown.

    ``takes_input``: the television has other inputs, and is to show this machine's.
    """

    on: tuple[str, ...]
    off: tuple[str, ...]
    query: tuple[str, ...]
    reads_on: Callable[[str], bool | None]
    takes_input: bool = False


def commands(settings: Display) -> Commands | None:
    """The commands of the configured backend; None when the display is not ours to switch."""
    output = settings.output
    match settings.backend:
        case "wlopm":
            return Commands(
                ("wlopm", "--on", output), ("wlopm", "--off", output), ("wlopm",), _wlopm(output)
            )
        case "wlr-randr":
            return Commands(
                ("wlr-randr", "--output", output, "--on"),
                ("wlr-randr", "--output", output, "--off"),
                ("wlr-randr",),
                _wlr_randr(output),
            )
        case "cec":
            return Commands(
                (*CEC, "--image-view-on"),
                (*CEC, "--standby"),
                (*CEC, "--give-device-power-status"),
                _cec,
                takes_input=settings.take_input,
            )
        case "command":
            given = settings.commands
            return Commands(given["on"], given["off"], given.get("query", ()), _words)
        case "none":
            return None


async def switch(found: Commands, on: bool) -> None:
    """Switch and read back; raises ``DisplayError`` when it can't be done or was not obeyed."""
    if not on and found.off[0] in BY_COMPOSITOR and _shell_alone():
        raise Refused(
            tr(
                "{program} can't darken what {browser} shows: it would end, and start anew for "
                "ever; "
                "sudo apt install chromium, then sudo systemctl restart kioskd-browser, or try "
                "display.backend: cec",
                program=found.off[0],
                browser=SHELL,
            ),
            "shell",
        )
    if found.takes_input and not on and await _shows_another():
        said = tr("the television shows another input; it stays on until it shows this one")
        raise Refused(said, "elsewhere")
    await _said(await _named(found.on if on else found.off))
    if found.takes_input and on and (ours := await _address()) != NOWHERE:
        await _said((*CEC_ALL, "--active-source", f"phys-addr={ours}"))
    until = time.monotonic() + SETTLES
    while await is_on(found) is (not on):
        if time.monotonic() >= until:
            wanted, is_ = ("on", "off") if on else ("off", "on")
            said = tr(
                "the display was switched {wanted} but says that it is {state}",
                wanted=tr(wanted),
                state=tr(is_),
            )
            raise Refused(said, "disobeys")
        await asyncio.sleep(1.0)


async def _named(argv: tuple[str, ...]) -> tuple[str, ...]:
    """wlr-randr has no word for every output: it is given the name of each."""
    if argv[:3] != ("wlr-randr", "--output", "*"):
        return argv
    names = [name for name, _ in HEAD.findall(await _said(argv[:1]))]
    return (*argv[:1], *(part for name in names for part in ("--output", name, argv[3])))


async def is_on(found: Commands) -> bool | None:
    """What the display says of itself; None when it can't be asked or gives no answer.

    Raises ``DisplayError`` when asking fails.
    """
    return found.reads_on(await _said(found.query)) if found.query else None


async def _said(argv: tuple[str, ...]) -> str:
    """What the command prints; raises ``DisplayError`` when it failed, or says so."""
    code, said = await _run(argv)
    if argv[0] == CEC[0] and UNCONFIGURED in said:
        await _run(CEC_ADDRESS)
        code, said = await _run(argv)
    if argv[0] in MISSING and (why := _refusal(argv[0], said)):
        raise why
    if code:
        line = " ".join(said.split())[:120] or tr("it says nothing")
        raise Refused(
            tr("{program} failed ({code}): {line}", program=argv[0], code=code, line=line),
            "failed",
            argv[0],
        )
    return said


async def _run(argv: tuple[str, ...]) -> tuple[int, str]:
    """The exit code, and what was printed."""
    try:
        code, output = await output_of(argv, LIMIT, errors=True)
    except FileNotFoundError:
        missing, hint = MISSING.get(argv[0], ("missing", ""))
        said = tr(
            "{program} is not installed{hint}", program=argv[0], hint=hint and f"; {tr(hint)}"
        )
        raise Refused(said, missing, argv[0]) from None
    except TimeoutError:
        said = tr("{program} did not answer within {seconds:.0f} s", program=argv[0], seconds=LIMIT)
        raise Refused(said, "no_answer", argv[0]) from None
    except (OSError, ValueError) as error:  # a NUL is in no argument
        said = tr(
            "{program} can't be started: {why}",
            program=argv[0],
            why=getattr(error, "strerror", None) or error,
        )
        raise Refused(said, "failed", argv[0]) from None
    return code, output[:MOST_OUTPUT].decode(errors="replace")


async def _shows_another() -> bool:
    """Whether the television shows what another device sends.

    The one that it shows answers to all; of this machine's own nobody tells it.
    """
    said = await _said((*CEC_ALL, "--request-active-source"))
    shown = re.search(r"Received .*ACTIVE_SOURCE.*?phys-addr: ([0-9a-f.]+)", said, re.DOTALL)
    if shown is None or (ours := await _address()) == NOWHERE:
        return False
    return shown[1] != ours


async def _address() -> str:
    """The HDMI socket that this machine is plugged into, such as 1.0.0.0."""
    found = re.search(r"Physical Address\s*: ([0-9a-f.]+)", await _said(("cec-ctl",)))
    return found[1] if found else NOWHERE


def _shell_alone() -> bool:
    """Whether chromium-shell shows the panel for want of a Chromium: seen with version 156 and
    Debian 13's cage, it traps when its last output goes."""
    return shutil.which(SHELL) is not None and not any(map(shutil.which, CHROMIUM))


def _refusal(program: str, said: str) -> Refused | None:
    place = os.environ.get("WAYLAND_DISPLAY", tr("WAYLAND_DISPLAY, which is not set"))
    for pattern, code, meaning in REFUSALS:
        if found := re.search(pattern, said):
            output = next((name for name in found.groupdict().values() if name), "")
            why = tr(meaning, program=program, place=place, output=output)
            return Refused(why, code, output or program)
    return None


def _wlopm(output: str) -> Callable[[str], bool | None]:
    def reads_on(said: str) -> bool | None:
        states = re.findall(r"^(\S+)\s+(on|off)\b", said, re.MULTILINE)
        return _lit([(name, state == "on") for name, state in states], output)

    return reads_on


def _wlr_randr(output: str) -> Callable[[str], bool | None]:
    def reads_on(said: str) -> bool | None:
        return _lit([(name, state == "yes") for name, state in HEAD.findall(said)], output)

    return reads_on


def _lit(outputs: list[tuple[str, bool]], output: str) -> bool | None:
    """A television that is off may be gone from the compositor's list: then nothing is lit."""
    found = [on for name, on in outputs if output in ("*", name)]
    return any(found) if found or not outputs else None


def _cec(said: str) -> bool | None:
    state = re.search(r"pwr-state: (\S+)", said)
    if state is None or state[1].startswith("to-"):
        return None  # on its way
    return state[1] == "on"


def _words(said: str) -> bool | None:
    word = said.strip().lower()
    return {"on": True, "off": False}.get(word)
