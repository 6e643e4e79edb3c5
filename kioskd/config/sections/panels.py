"""``panels``: what one panel has otherwise than the others."""

from typing import Annotated

from msgspec import Meta

from kioskd.config.sections.base import Section
from kioskd.config.sections.screens import ScreenName
from kioskd.words import later, tr

Scale = Annotated[float, Meta(ge=0.75, le=1.3)]
Quarters = Annotated[int, Meta(ge=0, le=270, multiple_of=90, description="0, 90, 180 or 270")]
OutputName = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][A-Za-z0-9-]{0,31}$",
        description=later("the name of an output, such as HDMI-A-2"),
    ),
]


class OwnPanel(Section, frozen=True, kw_only=True):
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    """What the panel calls itself: the panel of this machine has the kiosk's id, any other what
    stands behind ``?id=`` in its address."""
    screens: tuple[ScreenName, ...] = ()
    """The screens that it shows, and no other; left out: all. With ``rotation`` it turns through
    them, each for as long as it stays there, or 30s."""
    scale: Scale | None = None
    """How large everything is on it; left out: as ``display.scale`` has it."""

    output: OutputName | None = None
    """The socket of this machine on whose screen it is shown, such as HDMI-A-2; the kiosk's own
    panel has the first that no other has. Needs the package sway. From the next start of
    kioskd-browser on."""
    rotate: Quarters | None = None
    """As ``display.rotate``, for the screen at ``output`` alone."""

    def __post_init__(self) -> None:
        if self.output is None and self.rotate is not None:
            raise ValueError(tr("rotate needs output; for one screen write display.rotate"))
        if not self.screens and self.scale is None and self.output is None:
            raise ValueError(
                tr("write screens, scale or output, too: without them it is like every panel")
            )
