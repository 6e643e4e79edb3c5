"""A picture of what this machine's screen shows, for somebody who is not in the room.

grim takes it from the compositor. Where it can't, the program that watches the browser takes the
page alone, and the picture says that it is no more than that. Nothing of it goes to the card.
"""

import asyncio
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from kioskd.core.screenshot import Screenshot, Unseen
from kioskd.core.status import DisplayStatus
from kioskd.host import screen
from kioskd.host.programs import output_of
from kioskd.host.told import PHOTOGRAPHER
from kioskd.words import tr

LIMIT = 3.0  # seconds for either way: grim takes 0.2 for 1080p here, and a Pi is slower
LARGEST = 20_000_000  # bytes: a panel in 4K is below 2 million
GRIM = ("grim", "-l", "1", "-t", "png", "-")  # 1: a quick compression, for a slow processor
# cage 0.1 (wlroots 0.15, Debian 12) gives grim a picture in which only what changed just then is
# right: seen with tests/e2e/appliance/test_screenshot.py.
HALF_BLIND = re.compile(r"\b0\.1\.")


class Screenshots:
    """Takes one at a time: who asks meanwhile gets the same.

    ``display`` says how the display is. The compositor's socket is named by ``WAYLAND_DISPLAY`` as
    the unit sets it, a path; a desktop's own is a mere name, and shows what is nobody's business.
    """

    def __init__(
        self, display: Callable[[], DisplayStatus], wall: Callable[[], float] = time.time
    ) -> None:
        self._display = display
        self._wall = wall
        self._taking: asyncio.Task[Screenshot] | None = None

    async def take(self) -> Screenshot:
        """Within about six seconds; raises ``Unseen`` when there is no picture."""
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take())
        return await asyncio.shield(self._taking)

    async def _take(self) -> Screenshot:
        socket = Path(os.environ.get("WAYLAND_DISPLAY", ""))
        if not socket.is_absolute():
            raise Unseen(tr("kioskd shows no panel on a screen of this machine"), "no_browser")
        if self._display().state == "off":
            raise Unseen(tr("the display is off: it shows nothing"), "display_off")
        if screen.none_connected():
            raise Unseen(tr("no screen is connected to this machine"), "no_screen")
        taken = self._wall()
        # sway's is whole in either Debian: see browser.sway for the link.
        if image := await _grimmed(trusted=socket.is_symlink()):
            return Screenshot(image, "image/png", "screen", taken)
        taken = self._wall()
        if image := await _photographed(socket.parent / PHOTOGRAPHER):
            return Screenshot(image, "image/jpeg", "page", taken)
        raise Unseen(
            tr(
                "neither the compositor nor the browser gives a picture; try: systemctl status "
                "kioskd-browser"
            ),
            "failed",
        )


async def _grimmed(trusted: bool) -> bytes:
    """The compositor's picture as PNG, of all its outputs; empty when there is none to rely on."""
    if not trusted and HALF_BLIND.search((await _output("cage", "-v")).decode(errors="replace")):
        return b""
    return await _output(*GRIM)


async def _output(*argv: str) -> bytes:
    """What a program prints; empty when it fails, is late or is not there."""
    try:
        code, said = await output_of(argv, LIMIT, errors=False)
    except (OSError, TimeoutError):
        return b""
    return said if code == 0 else b""


async def _photographed(socket: Path) -> bytes:
    """The browser's picture of its page as JPEG; empty when there is none."""
    try:
        async with asyncio.timeout(LIMIT):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            try:
                image = await reader.read(LARGEST)
                while more := await reader.read(LARGEST - len(image)):
                    image += more
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return b""
    return image
