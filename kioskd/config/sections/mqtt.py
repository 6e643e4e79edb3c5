"""The MQTT broker that joins kiosks."""

from typing import Annotated

from msgspec import Meta

from kioskd.config.sections.base import Section
from kioskd.config.sections.words import View
from kioskd.words import later, tr

MqttUrl = Annotated[
    str, Meta(pattern=r"^mqtts?://[^\s@/?#]+$", description=later("an mqtts:// or mqtt:// address"))
]
GroupName = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="a-z, 0-9, - and _")
]


class MqttAuth(Section, frozen=True, kw_only=True):
    """As whom this kiosk comes to the broker: with a password, a certificate, or both."""

    user: str = ""
    """The user; empty: the kiosk's id, which the shipped rights of Mosquitto need."""
    password_file: str | None = None
    """The file that holds the password, in one line."""
    certificate_file: str | None = None
    """The client certificate, as a PEM file."""
    key_file: str | None = None
    """Its key, as a PEM file."""

    def __post_init__(self) -> None:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError(tr("certificate_file and key_file belong together"))
        if self.password_file is None and self.certificate_file is None:
            raise ValueError(tr("needs password_file, or certificate_file and key_file"))


class MqttFleet(Section, frozen=True, kw_only=True):
    """As whom this kiosk sees all the others, for its page /fleet."""

    user: str = "fleet"
    """The broker's user that may see every kiosk; the shipped rights of Mosquitto have fleet."""
    password_file: str
    """The file that holds its password, in one line."""


class Mqtt(Section, frozen=True, kw_only=True):
    """A broker that joins this kiosk with others and with Home Assistant; docs/fleet.md."""

    url: MqttUrl
    """Its address, such as mqtts://broker.example:8883; mqtt:// is without TLS."""
    auth: MqttAuth | None = None
    """As whom this kiosk comes; empty: as nobody."""
    ca_file: str | None = None
    """The certificate of a private certificate authority, as a PEM file."""
    groups: tuple[GroupName, ...] = ()
    """The groups whose commands this kiosk obeys, besides its own and those for all."""
    home_assistant: bool = False
    """Announce this kiosk to Home Assistant as a device."""
    share: tuple[View, ...] = ()
    """The views that other kiosks may take from here (kind mqtt), with the alerts about them;
    empty: no word of a ticket goes out."""
    screenshots: bool = False
    """Send a picture of the screen to whoever may command this kiosk and asks for it; it shows
    every word on the wall."""
    trust: str | None = None
    """The file with the public key of who may push configurations, of minisign; left out: nobody
    may."""
    fleet: MqttFleet | None = None
    """The page /fleet of this kiosk shows every kiosk; left out: it shows none."""
