"""The whole file."""

from typing import Annotated

from msgspec import Meta

from kioskd.config.sections.alerts import Alerts
from kioskd.config.sections.base import Proxy, Section
from kioskd.config.sections.gpio import Button, Chord, Gpio, Led, Motion, Rotary
from kioskd.config.sections.keys import Key
from kioskd.config.sections.mqtt import Mqtt
from kioskd.config.sections.panels import OwnPanel
from kioskd.config.sections.screens import AnyScreen, PageScreen
from kioskd.config.sections.server import Server
from kioskd.config.sections.sound import Sound
from kioskd.config.sections.sources import AnySource
from kioskd.config.sections.wall import Display, Kiosk, Rotation, StaleAfter


class Config(Section, frozen=True, kw_only=True):
    """The whole file."""

    kiosk: Kiosk = Kiosk()
    """What this kiosk is called and where it keeps things."""
    server: Server = Server()
    """Where panels connect, and who may."""
    sources: Annotated[tuple[AnySource, ...], Meta(min_length=1)] = ()
    """Where the tickets come from: at least one. ``kind: demo`` is a made-up helpdesk, and is left
    out where another source has one of its views."""
    proxy: Proxy | None = None
    """The HTTP proxy for every source that names none, such as http://proxy.example:3128."""
    stale_after: StaleAfter = StaleAfter()
    """When a view counts as old."""
    mqtt: Mqtt | None = None
    """The broker that joins this kiosk with others; left out: it stands alone."""
    alerts: Alerts = Alerts()
    """How alerts come to be and how long they stay."""
    screens: tuple[AnyScreen, ...] = ()
    """Screens of your own; left out: tickets, projects and dashboard."""
    rotation: Rotation | None = None
    """Screens that change by themselves; left out: they stand still."""
    panels: tuple[OwnPanel, ...] = ()
    """Panels with screens or a size of their own; every other shows all."""
    sound: Sound = Sound()
    """What is heard."""
    buttons: tuple[Button, ...] = ()
    """Buttons on GPIO lines."""
    chords: tuple[Chord, ...] = ()
    """Two buttons pressed together."""
    keys: tuple[Key, ...] = ()
    """Keys of keypads, keyboards and remotes, which belong to kioskd alone then."""
    leds: tuple[Led, ...] = ()
    """LEDs on GPIO lines."""
    rotary: Rotary | None = None
    """A rotary encoder."""
    motion: Motion | None = None
    """A motion sensor."""
    gpio: Gpio = Gpio()
    """How the GPIO lines are reached."""
    display: Display = Display()
    """The display: when it is on, and how the panel gets onto it."""

    def secret_files(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every file that holds a secret in one line, each with the place of its key."""
        named: list[tuple[tuple[str | int, ...], str | None]]
        named = [(("server", "token_file"), self.server.token_file)]
        for at, token in enumerate(self.server.tokens):
            named.append((("server", "tokens", at, "file"), token.file))
        for at, source in enumerate(self.sources):
            named += [(("sources", at, *place), file) for place, file in source.secret_files()]
        if self.mqtt is not None and self.mqtt.auth is not None:
            named.append((("mqtt", "auth", "password_file"), self.mqtt.auth.password_file))
        if self.mqtt is not None and self.mqtt.fleet is not None:
            named.append((("mqtt", "fleet", "password_file"), self.mqtt.fleet.password_file))
        if (escalate := self.alerts.escalate) is not None and escalate.webhook is not None:
            place = ("alerts", "escalate", "webhook", "token_file")
            named.append((place, escalate.webhook.token_file))
        for at, screen in enumerate(self.screens):
            if isinstance(screen, PageScreen) and screen.header is not None:
                named.append((("screens", at, "header", "file"), screen.header.file))
        return [(place, file) for place, file in named if file is not None]
