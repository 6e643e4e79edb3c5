"""A picture of what this machine's screen shows, and why there is none."""

from typing import Literal

from msgspec import Struct

from kioskd.errors import DisplayError

Code = Literal["no_browser", "no_screen", "display_off", "failed"]
Way = Literal["screen", "page"]


class Unseen(DisplayError):
    """There is no picture; ``code`` says why."""

    def __init__(self, said: str, code: Code) -> None:
        super().__init__(said)
        self.code = code


class Screenshot(Struct, frozen=True):
    """``of``: all that is on the screen, or the page alone; ``taken``: seconds of the epoch."""

    image: bytes
    content_type: Literal["image/png", "image/jpeg"]
    of: Way
    taken: float
