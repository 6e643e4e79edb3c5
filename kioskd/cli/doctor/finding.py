"""What one check of the doctor found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """``said`` is what is so, ``do`` what to do about it; ``skip``: can't be known here."""

    part: str
    state: Literal["ok", "warn", "bad", "skip"]
    said: str
    do: str = ""
