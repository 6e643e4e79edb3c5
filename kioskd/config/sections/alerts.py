"""``alerts``: how they come to be, how long they stay, and when they become more urgent."""

from typing import Annotated

from msgspec import Meta

from kioskd.config.scalars import Duration
from kioskd.config.sections.base import Section, UpToADay, UpToAnHour, UpToAWeek, Volume
from kioskd.config.sections.programs import Call, Command


class Escalate(Section, frozen=True, kw_only=True):
    """What happens when nobody answers a critical alert."""

    after: UpToADay
    """How long it must have called for that."""
    volume: Volume = 100
    """How loud it sounds from then on."""
    break_mute: bool = True
    """Whether it is heard through a mute."""
    break_quiet_hours: bool = False
    """Whether it is heard in quiet hours that silence critical alerts."""
    run: Command | None = None
    """A program that is started; the alert is in its environment as KIOSKD_ALERT_*."""
    webhook: Call | None = None
    """A call that goes out, tried again until it is taken."""


class Alerts(Section, frozen=True, kw_only=True):
    derive: bool = True
    """Make alerts from changes in the views when the source sent none for them."""
    banner: UpToAnHour = Duration(20)
    """How long a banner stays on the panels."""
    critical_timeout: UpToAWeek = Duration(300)
    """How long a critical alert keeps the screen and sounds, unless seen to; 0: for ever."""
    repeat: UpToADay = Duration(30)
    """How often a critical alert sounds again until it is acknowledged or resolved; 0: never."""
    max_repeats: Annotated[int, Meta(ge=0)] = 10
    """How many times a critical alert sounds again at most."""
    again_after: UpToADay = Duration(30)
    """An alert that ended and comes again within this time is the same one, which flaps."""
    break_mute: UpToAWeek = Duration(600)
    """How long a critical alert may call in vain before it ends a mute; 0: never."""
    escalate: Escalate | None = None
    """What happens when nobody answers a critical alert for long; empty: nothing."""
