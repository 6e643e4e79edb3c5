"""Sound cards that ALSA knows by name, each of which is a pipe: what the real mixer plays on one is
read there, as fast as a card would play it."""

import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from kioskd.audio.card import RATE
from tests.support.recording import AUDIBLE, Samples

FRAME = 4  # bytes: two channels of 16 bits
STEP = 0.02  # seconds
OVER = 0.4  # seconds of silence after which a sound is over
DEFAULT = "default"
CONFIGURATION = """
pcm.sysdefault {{ @args [ CARD ] @args.CARD {{ type string }} type plug
  slave.pcm {{ @func concat strings [ "card_" $CARD ] }} }}
{cards}
pcm.!default {{ type plug slave.pcm "card_default" }}
"""
CARD = """
pcm.card_{name} {{ type file file "{pipe}" format raw slave.pcm {{ type null }} }}
"""
# The sound process, which finds these cards where the system lists its own.
PROGRAM = """
import sys
from pathlib import Path
from kioskd.audio import hdmi, process
hdmi.ids.__defaults__ = (Path(sys.argv[1]),)
hdmi.television.__defaults__ = (Path(sys.argv[1]), Path("/nowhere"))
process.main()
"""
# `kioskd run`, for which these are the machine's cards.
DAEMON = f"""
import os, sys
from pathlib import Path
os.environ.pop("SDL_AUDIODRIVER", None)
from kioskd.audio import cards, player
from kioskd.cli.main import main
listed = sys.argv.pop(1)
mixer = (sys.executable, "-c", {PROGRAM!r}, listed)
cards.Cards.__init__.__defaults__ = (Path(listed),)
player.Player.__init__.__defaults__ = (mixer, 10.0)
sys.exit(main())
"""


class AlsaCards:
    """``names`` are ALSA's ids of the cards; ``listed`` is where the system would list them."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.listed = folder / "asound"
        self._folder = folder
        self._heard = {name: bytearray() for name in (*names, DEFAULT)}
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._listen, args=(name,), daemon=True) for name in self._heard
        ]
        for number, name in enumerate(names):
            self.plug_in(number, name)
        cards = ""
        for name in self._heard:
            os.mkfifo(folder / name)
            cards += CARD.format(name=name, pipe=folder / name)
        (folder / "alsa.conf").write_text(CONFIGURATION.format(cards=cards))
        for thread in self._threads:
            thread.start()

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """For this process' children."""
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(self._folder / "alsa.conf"))
        for name in ("SDL_AUDIODRIVER", "AUDIODEV"):
            monkeypatch.delenv(name, raising=False)

    def plug_in(self, number: int, name: str) -> None:
        (self.listed / f"card{number}").mkdir(parents=True, exist_ok=True)
        (self.listed / f"card{number}/id").write_text(f"{name}\n")

    def pull_out(self, number: int) -> None:
        (self.listed / f"card{number}/id").unlink()

    def sound(self, name: str = DEFAULT) -> Samples | None:
        """The next sound that came out of a card, once it is over; None: not yet."""
        heard = self._samples(name)
        loud = np.flatnonzero(np.abs(heard) > AUDIBLE)
        if not len(loud) or len(heard) - loud[-1] < RATE * OVER:
            return None
        self._heard[name].clear()
        return heard[loud[0] : loud[-1] + 1]

    def loud(self) -> list[str]:
        """The cards out of which something came that nobody has asked for yet."""
        return [name for name in self._heard if np.abs(self._samples(name)).max(initial=0) > 0]

    def _samples(self, name: str) -> Samples:
        """The left channel of what came out of a card."""
        content = bytes(self._heard[name])
        return np.frombuffer(content[: len(content) // FRAME * FRAME], "<i2")[::2].astype(float)

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _listen(self, name: str) -> None:
        pipe = os.open(self._folder / name, os.O_RDWR | os.O_NONBLOCK)  # without an end
        due = time.monotonic()
        while not self._over.is_set():
            try:
                self._heard[name] += os.read(pipe, int(RATE * STEP) * FRAME)
            except BlockingIOError:
                due = time.monotonic()
            due += STEP
            self._over.wait(max(0.0, due - time.monotonic()))
        os.close(pipe)
