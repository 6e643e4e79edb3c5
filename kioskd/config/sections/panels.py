"""``panels``: what one panel has otherwise than the others."""

from typing import Annotated

from msgspec import Meta

from kioskd.config.sections.base import Section
from kioskd.config.sections.screens import ScreenName
from kioskd.words import tr

Scale = Annotated[float, Meta(ge=0.75, le=1.3)]


class OwnPanel(Section, frozen=True, kw_only=True):
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    """What the panel calls itself: the panel of this machine has the kiosk's id, any other what
    stands behind ``?id=`` in its address."""
    screens: tuple[ScreenName, ...] = ()
    """The screens that it shows, and no other; left out: all. With ``rotation`` it turns through
    them, each for as long as it stays there, or 30s."""
    scale: Scale | None = None
    """How large everything is on it; left out: as ``display.scale`` has it."""

    def __post_init__(self) -> None:
        if not self.screens and self.scale is None:
            raise ValueError(tr("write screens or scale, too: without them it is like every panel"))
