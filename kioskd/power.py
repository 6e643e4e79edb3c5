"""Switches the display on and off, and reads back whether it obeyed.

Compositors that speak wlroots' protocols (wlopm, wlr-randr), televisions over HDMI-CEC (cec-ctl of
v4l-utils), or commands of one's own.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from kioskd.config import Display
from kioskd.errors import DisplayError

LIMIT = 10.0  # seconds: televisions answer within 2
MOST_OUTPUT = 20_000  # characters that are looked at
PACKAGES = {"wlopm": "wlopm", "wlr-randr": "wlr-randr", "cec-ctl": "v4l-utils"}
CEC = ("cec-ctl", "--skip-info", "--playback", "--to", "0")


@dataclass(frozen=True)
class Commands:
    """argv of the three commands; ``reads_on`` says of ``query``'s output: on, off, or unknown."""

    on: tuple[str, ...]
    off: tuple[str, ...]
    query: tuple[str, ...]
    reads_on: Callable[[str], bool | None]


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
            )
        case "command":
            given = settings.commands
            return Commands(given["on"], given["off"], given.get("query", ()), _words)
        case "none":
            return None


async def switch(found: Commands, on: bool) -> None:
    """Switch and read back; raises ``DisplayError`` when it can't be done or was not obeyed."""
    await _run(found.on if on else found.off)
    if found.query:
        said = found.reads_on(await _run(found.query))
        if said is not None and said != on:
            wanted, is_ = ("on", "off") if on else ("off", "on")
            raise DisplayError(f"the display was switched {wanted} but says that it is {is_}")


async def _run(argv: tuple[str, ...]) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except FileNotFoundError:
        package = PACKAGES.get(argv[0])
        hint = f"; sudo apt install {package}" if package else ""
        raise DisplayError(f"{argv[0]} is not installed{hint}") from None
    except OSError as error:
        raise DisplayError(f"{argv[0]} can't be started: {error.strerror}") from None
    try:
        async with asyncio.timeout(LIMIT):
            output, _ = await process.communicate()
    except TimeoutError:
        raise DisplayError(f"{argv[0]} did not answer within {LIMIT:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    said = output[:MOST_OUTPUT].decode(errors="replace")
    if process.returncode:
        line = " ".join(said.split())[:120] or "it says nothing"
        raise DisplayError(f"{argv[0]} failed ({process.returncode}): {line}")
    return said


def _wlopm(output: str) -> Callable[[str], bool | None]:
    def reads_on(said: str) -> bool | None:
        states = re.findall(r"^(\S+)\s+(on|off)\b", said, re.MULTILINE)
        found = [state == "on" for name, state in states if output in ("*", name)]
        return any(found) if found else None

    return reads_on


def _wlr_randr(output: str) -> Callable[[str], bool | None]:
    def reads_on(said: str) -> bool | None:
        heads = re.findall(r"^(\S+).*?^\s+Enabled: (yes|no)", said, re.MULTILINE | re.DOTALL)
        found = [state == "yes" for name, state in heads if name == output]
        return any(found) if found else None

    return reads_on


def _cec(said: str) -> bool | None:
    state = re.search(r"pwr-state: (\S+)", said)
    if state is None or state[1].startswith("to-"):
        return None  # on its way
    return state[1] == "on"


def _words(said: str) -> bool | None:
    word = said.strip().lower()
    return {"on": True, "off": False}.get(word)
