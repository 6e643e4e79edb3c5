"""What the kiosk rings: chooses the sound of an alert and hands it to the player."""

from kioskd.config import Severity, SoundName
from kioskd.protocol import Alert
from kioskd.sound import Player


class Chime:
    def __init__(self, player: Player) -> None:
        self._player = player

    def play(self, name: SoundName, severity: Severity = "medium") -> None:
        """Play one of the named sounds."""
        self._player.play(name, severity)

    def ring(self, name: SoundName, alert: Alert) -> None:
        """Play what belongs to an alert."""
        self._player.play(name, alert.severity)

    def hush(self) -> None:
        """End what still sounds."""
