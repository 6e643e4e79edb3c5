"""sway in cage's place, where each screen of this machine shows a panel of its own.

cage has one window on all screens. sway has a workspace for each panel: they are brought to their
outputs at the start, and back to them when a screen that was unplugged is there again. It is told
what to do over its socket, by the messages of i3 (``man 7 sway-ipc``). Imports almost nothing, as
all that lives in the watching process.
"""

import json
import os
import re
import socket
import struct
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kioskd.browser.devtools import BrowserError
from kioskd.words import tr

PROGRAM = "sway"
OLD = re.compile(r"version 1\.[0-7]\b")
COMES_UP = 10.0  # seconds in which it should be there
ANSWERS = 3.0  # seconds for one answer
ENDS = 3.0  # seconds to end when asked
MAGIC = b"i3-ipc"
HEAD = struct.Struct("=6sII")  # MAGIC, the length of what follows, its kind
RUN_COMMAND, GET_WORKSPACES, GET_OUTPUTS = 0, 1, 3
DISPLAY, LINK = "wayland-1", "wayland-0"  # as sway calls its socket, and as cage does
# Degrees clockwise as wlr-randr and cage turn; sway counts them the other way round.
TRANSFORMS: Mapping[int, str] = {0: "normal", 90: "270", 180: "180", 270: "90"}
# No bar, no border, no key, no other program; and nothing comes before what fills a screen.
CONFIG = """\
xwayland disable
swaybg_command -
default_border none
default_floating_border none
focus_follows_mouse no
popup_during_fullscreen ignore
seat * hide_cursor 1000
output * scale 1
"""


class Place(NamedTuple):
    """Where a panel is shown. ``darkened``: what switches the display means this output, too."""

    panel: str
    """What it calls itself; empty: as the daemon calls this machine's."""
    output: str
    """The output's name; empty: the first that no other panel has."""
    rotate: int
    darkened: bool


class Output(NamedTuple):
    """A screen as sway has it; ``width`` and ``height`` of the picture after it was turned."""

    name: str
    active: bool
    transform: str
    width: int
    height: int


def title(number: int) -> str:
    """Of the window of a panel when it opens: by it sway knows where it belongs."""
    return f"kioskd-{number}"


class Sway:
    """``folder``: where its sockets are; they are another compositor's no more. ``drawing``: more
    of its environment."""

    def __init__(self, places: Sequence[Place], folder: Path, drawing: Mapping[str, str]) -> None:
        self.connected: list[str] = []
        """The names of the screens that are there."""
        self._places = places
        self._socket = folder / "sway.sock"
        self._display = folder / DISPLAY
        for name in (self._socket, self._display, folder / LINK):
            name.unlink(missing_ok=True)
        written = folder / "sway.conf"
        written.write_text(CONFIG + "".join(_rules(places)))
        environment = {**drawing, **os.environ} | {
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
        }
        environment["SWAYSOCK"] = str(self._socket)
        # It would refuse to run with one maker's driver, which may work all the same.
        command = (PROGRAM, "--unsupported-gpu", *_whole(), "-c", str(written))
        self._process = subprocess.Popen(command, env=environment)

    def comes_up(self) -> bool:
        """Whether it is there soon, with each screen turned as it hangs."""
        until = time.monotonic() + COMES_UP
        while self._process.poll() is None and time.monotonic() < until:
            try:
                self._socket.chmod(0o600)  # it starts programs for who is let in
                if self._display.is_socket():
                    self.arrange()
                    (self._display.parent / LINK).symlink_to(DISPLAY)  # where the daemon looks
                    return True
            except OSError:
                pass
            time.sleep(0.1)
        return False

    def arrange(self) -> list[Output | None]:
        """Correct what is not as it should be; where each panel is shown then, None: nowhere.

        Raises ``BrowserError`` when it does not answer.
        """
        try:
            outputs = {each["name"]: _output(each) for each in self._ask(GET_OUTPUTS)}
            self.connected = sorted(outputs)
            spaces = {each["name"]: each for each in self._ask(GET_WORKSPACES)}
            found = [outputs.get(name) for name in _meant(self._places, outputs)]
            if commands := [*_turns(self._places, found), *_moves(found, spaces)]:
                self._ask(RUN_COMMAND, "; ".join(commands))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BrowserError(tr("sway does not answer: {why}", why=error)) from None
        return found

    def expect(self, number: int, output: Output) -> None:
        """Let the next window open there: behind another one it would be told that nobody sees it,
        and chromium-shell draws nothing from then on. Raises ``BrowserError``."""
        try:
            self._ask(RUN_COMMAND, f"focus output {output.name}; workspace {title(number)}")
        except (OSError, ValueError) as error:
            raise BrowserError(tr("sway does not answer: {why}", why=error)) from None

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(ENDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, kind: int, what: str = "") -> Any:
        said = what.encode()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(ANSWERS)
            link.connect(str(self._socket))
            link.sendall(HEAD.pack(MAGIC, len(said), kind) + said)
            _, length, _ = HEAD.unpack(_exactly(link, HEAD.size))
            return json.loads(_exactly(link, length))


def _whole() -> tuple[str, ...]:
    """The option for which Debian 12's gives grim all of the picture: without it only what has just
    changed is right. Newer ones know no such option and need none."""
    try:
        asked = subprocess.run(
            (PROGRAM, "--version"), capture_output=True, text=True, timeout=ANSWERS
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return ("-Dnoscanout",) if OLD.search(asked.stdout) else ()


def _rules(places: Sequence[Place]) -> Iterator[str]:
    for number, place in enumerate(places):
        name = title(number)
        if place.output:
            yield f"workspace {name} output {place.output}\n"
        # Chromium writes its own name behind the title.
        there = f"move container to workspace {name}, fullscreen enable"
        yield f'for_window [title="^{name}( |$)"] {there}\n'


def _meant(places: Sequence[Place], outputs: Mapping[str, Output]) -> Iterator[str]:
    """The output of each panel; the empty name for a panel without one, while none is free."""
    named = {place.output for place in places}
    free = iter(sorted(outputs.keys() - named))
    for place in places:
        yield place.output or next(free, "")


def _turns(places: Sequence[Place], found: Sequence[Output | None]) -> Iterator[str]:
    for place, output in zip(places, found, strict=True):
        wanted = TRANSFORMS[place.rotate]
        if output is not None and output.active and output.transform != wanted:
            yield f"output {output.name} transform {wanted}"


def _moves(found: Sequence[Output | None], spaces: Mapping[str, Any]) -> Iterator[str]:
    """The first panel keeps the focus: of two panels on one screen, that one is seen."""
    moved = False
    for number, output in reversed([*enumerate(found)]):
        name = title(number)
        if output is None or not output.active or (space := spaces.get(name)) is None:
            continue
        if space["output"] != output.name:
            yield f'[workspace="^{name}$"] move workspace to output {output.name}'
        elif space["visible"] and (number or (space["focused"] and not moved)):
            continue
        moved = True
        yield f"workspace {name}"


def _output(said: Mapping[str, Any]) -> Output:
    size = said["rect"]
    active = bool(said["active"])
    return Output(
        said["name"], active, said.get("transform", ""), int(size["width"]), int(size["height"])
    )


def _exactly(link: socket.socket, length: int) -> bytes:
    got = bytearray()
    while len(got) < length:
        more = link.recv(length - len(got))
        if not more:
            raise ConnectionError(tr("it has hung up"))
        got += more
    return bytes(got)
