"""``sound``: what is heard, how loud and when."""

from typing import Annotated

from msgspec import Meta, field

from kioskd.config.scalars import Duration, TimeOfDay
from kioskd.config.sections.base import HttpUrl, Section, UpToTenSeconds, Volume
from kioskd.config.sections.words import DAYS, Day


class QuietHours(Section, frozen=True, kw_only=True):
    """From ``start`` on each of ``days`` until ``end``, over midnight where ``end`` is earlier."""

    days: Annotated[tuple[Day, ...], Meta(min_length=1)] = DAYS
    """The days on which they begin."""
    start: TimeOfDay = field(name="from")
    """When they begin."""
    end: TimeOfDay = field(name="to")
    """When they end; earlier than the beginning means on the next day."""


class Volumes(Section, frozen=True, kw_only=True):
    """A volume of its own for a severity; empty: ``volume`` of the section."""

    critical: Volume | None = None
    """For critical alerts."""
    high: Volume | None = None
    """For alerts of high severity."""
    medium: Volume | None = None
    """For alerts of medium severity."""
    low: Volume | None = None
    """For alerts of low severity."""


class Sounds(Section, frozen=True, kw_only=True):
    """A sound file for a kind of alert; empty: the upstream's, else the built-in one."""

    notification: str | None = None
    """For a new ticket."""
    project: str | None = None
    """For a project that moved."""
    high: str | None = None
    """For a ticket of high priority."""
    critical: str | None = None
    """For a critical alert."""
    resolved: str | None = None
    """For a critical alert that is over."""


class Sound(Section, frozen=True, kw_only=True):
    enabled: bool = True
    """Whether anything sounds at all."""
    volume: Volume = 80
    """How loud, in per cent."""
    volumes: Volumes = Volumes()
    """Other volumes for single severities."""
    sounds: Sounds = Sounds()
    """Sound files of your own."""
    device: str | None = None
    """The card by SDL's or ALSA's name, as `kioskd sound list` prints it; empty: see sound.md."""
    driver: str | None = None
    """SDL's audio driver, such as alsa or pulseaudio; empty: the first that works."""
    buffer: Annotated[int, Meta(ge=128, le=8192)] = 512
    """The mixer's buffer in samples: smaller is quicker, larger survives a busy Pi."""
    lead_in: UpToTenSeconds = Duration(0)
    """Silence before each sound, for HDMI screens that swallow the beginning."""
    allowed_origins: tuple[HttpUrl, ...] = ()
    """Where an upstream's soundUrl may point besides the source's own address."""
    panels_play: bool = False
    """Leave the soundUrl in alerts, so that panels play it too."""
    resolved: bool = False
    """Play a sound when what raised a critical alert is gone."""
    speak: bool = False
    """Speak the title after the sound, when espeak-ng is installed."""
    quiet_hours: tuple[QuietHours, ...] = ()
    """When alerts are silent."""
    critical_in_quiet_hours: bool = True
    """Critical alerts sound in quiet hours too."""
