"""Takes a picture of the page for the daemon, which asks by a socket in the browser's folder.

`host.screenshot` asks when the compositor gives none. The socket's folder says who may: the
daemon is in its group, nobody else is.
"""

import select
import socket
import time
from contextlib import suppress
from pathlib import Path

from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.host.told import PHOTOGRAPHER

GIVEN = 1.0  # seconds in which who asked must take the picture


class Photographer:
    """``folder``: where the socket is made; without room for it nobody can ask."""

    def __init__(self, folder: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._ears: list[socket.socket] = []
        place = folder / PHOTOGRAPHER
        with suppress(OSError):
            place.unlink(missing_ok=True)
            self._listener.bind(str(place))
            self._listener.listen(2)
            self._listener.setblocking(False)
            self._ears.append(self._listener)

    def wait(self, seconds: float, devtools: Devtools) -> None:
        """Answer who asks in this time; the browser, too, which then ends the wait."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            ears: list[socket.socket | int] = [*self._ears, devtools.out_of]
            heard = select.select(ears, [], [], left)[0]
            if self._listener in heard:
                self._answer(devtools)
            if devtools.out_of in heard:
                devtools.listen()
                return

    def close(self) -> None:
        self._listener.close()

    def _answer(self, devtools: Devtools) -> None:
        with suppress(OSError):  # who asked went, or does not take it
            asking, _ = self._listener.accept()
            with asking:
                asking.settimeout(GIVEN)
                with suppress(BrowserError):  # an empty answer: there is none
                    asking.sendall(devtools.screenshot())
