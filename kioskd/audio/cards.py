"""Which card somebody in the room chose: each is tried by ear, and the one that is heard is kept.

A card that is only tried plays alone, for half a minute; then it is as before. ``sound.device`` of
the configuration goes before whatever is chosen here.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kioskd.audio import hdmi
from kioskd.audio.plays import Plays
from kioskd.config import Sound
from kioskd.core.status import CardsStatus, CardStatus
from kioskd.errors import ProtocolError
from kioskd.words import tr

TRIAL = 30.0  # seconds in which somebody should say that they hear it


class Player(Plays, Protocol):
    @property
    def volume(self) -> int: ...
    def use_card(self, card: str, trying: bool = False) -> None: ...


class Cards:
    """``changed`` is called when another card is chosen; ``folder`` is where ALSA lists them."""

    def __init__(
        self,
        settings: Sound,
        player: Player,
        changed: Callable[[], None],
        folder: Path = hdmi.CARDS,
    ) -> None:
        self._settings = settings
        self._player = player
        self._changed = changed
        self._folder = folder
        self._chosen = ""
        self._trying = ""
        self._until: asyncio.TimerHandle | None = None

    @property
    def chosen(self) -> str:
        """ALSA's id of the card; empty: nobody chose one."""
        return self._chosen

    def restore(self, card: str) -> None:
        """Take the choice of an earlier run."""
        self._chosen = card
        self._player.use_card(card)

    def configure(self, settings: Sound) -> None:
        """Take other settings, which may choose a card themselves."""
        self._settings = settings

    def status(self) -> CardsStatus:
        """What may be chosen, with the words for it."""
        title, hear = tr("Which card is heard?"), tr("I hear it")
        if fixed := self._fixed():
            return CardsStatus([], title, fixed, hear)
        found = [
            CardStatus(
                card,
                _name(card, number, self._folder),
                chosen=card == self._chosen,
                trying=card == self._trying,
            )
            for number, card in hdmi.ids(self._folder).items()
        ]
        if not found:
            return CardsStatus([], title, tr("this machine has no sound card"), hear)
        note = tr("Touch each one: it plays the test sound. Then say which one you heard.")
        return CardsStatus(found, title, note, hear)

    def try_out(self, card: str) -> None:
        """Play the test sound on this card alone. Raises ``ProtocolError`` where there is none."""
        self._check(card)
        self._trying = card
        self._player.use_card(card, trying=True)
        # As a critical one: only those wait until a card is open.
        self._player.play("self-test", "critical", volume=self._player.volume)
        self._forget_trial()
        self._until = asyncio.get_running_loop().call_later(TRIAL, self._over)

    def use(self, card: str) -> None:
        """Keep this card; empty: the one that is found. Raises ``ProtocolError``."""
        if card:
            self._check(card)
        self._chosen = card
        self._over()
        self._changed()

    def _check(self, card: str) -> None:
        if fixed := self._fixed():
            raise ProtocolError(fixed)
        there = hdmi.ids(self._folder).values()
        if card not in there:
            raise ProtocolError(
                tr(
                    "there is no card {card!r:.60}; there are: {names}",
                    card=card,
                    names=", ".join(there) or tr("none"),
                )
            )

    def _fixed(self) -> str:
        for key in ("device", "driver"):
            if given := getattr(self._settings, key):
                return tr(
                    "sound.{key} of the configuration chooses the card: {given}",
                    key=key,
                    given=given,
                )
        return ""

    def _over(self) -> None:
        """Nothing is tried any more: play on the card that was chosen."""
        self._forget_trial()
        self._trying = ""
        self._player.use_card(self._chosen)

    def _forget_trial(self) -> None:
        if self._until is not None:
            self._until.cancel()
            self._until = None


def _name(card: str, number: int, folder: Path) -> str:
    """What a person calls it: the socket of a Pi, or what the kernel calls the device."""
    if socket := hdmi.socket(card):
        return f"HDMI {socket}"
    if card == "Headphones":
        return tr("headphone jack")
    return hdmi.long_name(number, folder) or card
