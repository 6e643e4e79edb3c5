"""Waiting for the sound player."""

import asyncio
import time
from pathlib import Path

from kioskd.audio.cards import Cards
from kioskd.audio.player import Player
from kioskd.config import Sound
from kioskd.core.status import SoundPart

PATIENCE = 90.0  # seconds; a busy machine starts a process slowly, and some tests need three


async def settled(player: Player, state: str = "ok", detail: str = "") -> SoundPart:
    """What the player says as soon as it is in this state, with ``detail`` in its words."""
    deadline = time.monotonic() + PATIENCE
    while player.status().state != state or detail not in player.status().detail:
        assert time.monotonic() < deadline, player.status()
        await asyncio.sleep(0.01)
    return player.status()


def no_cards() -> Cards:
    """Of a machine on which nothing plays; it keeps what is chosen all the same."""
    return Cards(Sound(), Player(Sound(), "en", lambda: None), lambda: None, Path("/nowhere"))
