"""The sound card through pygame.mixer, and nothing else of pygame. Owns that package.

Only ever loaded in a process of its own (``mixer``): a call into the card may hang for ever or end
the process, and then only that process is lost.
"""

import ctypes
import functools
import importlib.util
import io
import os
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any, get_args

import msgspec

from kioskd.audio import hdmi
from kioskd.config import Sound, SoundName, files
from kioskd.errors import SoundError
from kioskd.words import tr

RATE = 44100  # samples per second
SHORTEST, LONGEST = 0.02, 60.0  # seconds; a truncated wav loads as 2 ms of silence
LARGEST = 20_000_000  # bytes of a sound file
FAILURES = (RuntimeError, OSError, ValueError, MemoryError)  # pygame.error is a RuntimeError
PATIENCE = 10.0  # seconds that listing the devices may take
_FIRST_CARD, _STOPPED = 2, 0  # SDL_AudioDeviceID, SDL_AUDIO_STOPPED
_DRIVER, _DEVICE = os.environ.get("SDL_AUDIODRIVER"), os.environ.get("AUDIODEV")
# What pygame's wheel takes from the system, and the package that has it. Debian 13 calls the first
# one libglib2.0-0t64; its apt takes this name as well.
LIBRARIES = {
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
    "libz.so.1": "zlib1g",
}
_NO_LIBRARY = re.compile(r"(lib\S+\.so[.\d]*): cannot open shared object file")
_PCM = re.compile(r"/dev/snd/pcmC(\d+)D\d+p")
_ALSA_NAME = re.compile(r"[\w-]+:\S+")  # such as sysdefault:CARD=vc4hdmi0


def open_card(settings: Sound) -> Any:
    """The opened ``pygame.mixer``; ``pygame.error`` (a ``RuntimeError``) without a card.

    A device is named as SDL or as ALSA names it: SDL's own name for a Pi's HDMI leads past the
    conversion that this card needs. Without a choice the connected display's is preferred.
    """
    if preferred := preference(settings):
        try:
            return _open(settings, "alsa", preferred)
        except RuntimeError:  # another program has it; any card is better than none
            pass
    return _open(settings, _driver(settings), _alsa_name(settings))


def preference(settings: Sound) -> str | None:
    """ALSA's name of the card that is better than the default; None where the file chose."""
    card = hdmi.television() if _is_open(settings) else None
    return card and f"sysdefault:CARD={card}"


def on(card: str, settings: Sound) -> Sound | None:
    """The settings for the card that somebody in the room chose, by ALSA's id of it.

    None: nobody did, the file goes before them, or the card is not there.
    """
    if not card or not _is_open(settings) or card not in hdmi.ids().values():
        return None
    return msgspec.structs.replace(settings, device=f"sysdefault:CARD={card}")


def _is_open(settings: Sound) -> bool:
    """Whether the configuration, and who started this, left the choice of a card open."""
    chosen = settings.device or _DEVICE or _driver(settings) not in (None, "alsa") or _DRIVER
    return not chosen


def playing() -> str:
    """The name of the card that this process has open, or of what passes the sound on to one.

    Not what was asked for: what is open tells.
    """
    for link in Path("/proc/self/fd").iterdir():
        try:
            found = _PCM.fullmatch(os.readlink(link))
        except OSError:  # closed meanwhile
            continue
        if found:
            return hdmi.ids().get(int(found[1]), tr("card {name}", name=found[1]))
    return _current_driver()


def _open(settings: Sound, driver: str | None, alsa: str | None) -> Any:
    _set("SDL_AUDIODRIVER", driver or _DRIVER)
    _set("AUDIODEV", alsa or _DEVICE)  # what SDL's alsa driver opens by default
    mixer = _pygame_mixer()
    device = None if alsa else settings.device
    # allowedchanges=0: SDL converts for a card of another format, and our silence stays in step.
    mixer.init(RATE, -16, 2, settings.buffer, device, allowedchanges=0)
    mixer.set_num_channels(2)  # SDL looks at every channel for every buffer
    return mixer


def _alsa_name(settings: Sound) -> str | None:
    given = settings.device
    return given if given and _ALSA_NAME.fullmatch(given) else None


def _driver(settings: Sound) -> str | None:
    return settings.driver or ("alsa" if _alsa_name(settings) else None)


def _set(name: str, value: str | None) -> None:
    """SDL reads these variables whenever it opens a card; without a choice one is as it was."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def works() -> bool:
    """Whether SDL still has the card. One that went away it plays on to, and nobody hears it.

    pygame doesn't say; SDL does, and never waits to say it.
    """
    sdl = _sdl()
    return sdl is None or sdl.SDL_GetAudioDeviceStatus(_FIRST_CARD) != _STOPPED


@functools.cache
def _sdl() -> ctypes.CDLL | None:
    """The very library that pygame loaded, wherever that is.

    None under another name, as a pygame with SDL 3 would have it: then a card that went away is
    not noticed, and status calls no card.
    """
    found = re.search(r"/\S*libSDL2-2\S*", Path("/proc/self/maps").read_text())
    return ctypes.CDLL(found[0]) if found else None


def tried(settings: Sound) -> str:
    """Which driver and card an attempt to open was about, for a person."""
    driver = _driver(settings) or _DRIVER or tr("any driver")
    return f"{driver}, {settings.device}" if settings.device else driver


def reason(error: BaseException) -> str:
    """What an error says, in one line."""
    said = " ".join(files.reason(error).split())[:300]
    if isinstance(error, ImportError) and (found := _NO_LIBRARY.search(said)):
        package = LIBRARIES.get(found[1])
        remedy = tr("; try: sudo apt install {package}", package=package) if package else ""
        return tr("this system has no {library}{remedy}", library=found[1], remedy=remedy)
    return said


def load(mixer: Any, file: str | Path, lead_in: float) -> Any:
    """A decoded ``pygame.mixer.Sound`` with ``lead_in`` seconds of silence before it.

    Raises one of ``FAILURES`` for what is no sound of between 20 ms and a minute.
    """
    # Read here, since SDL would wait for ever on a pipe, and not let another thread run meanwhile.
    return decode(mixer, files.read_file(file, LARGEST), lead_in)


def decode(mixer: Any, content: bytes, lead_in: float) -> Any:
    """As ``load``, of bytes."""
    if not is_sound(content[:16]):  # SDL would try it as a tracker's or a synthesiser's music
        raise ValueError(tr("is no wav, ogg or mp3"))
    try:
        sound = mixer.Sound(file=io.BytesIO(content))
    except RuntimeError as error:
        raise ValueError(tr("can't be decoded: {error}", error=error)) from None
    length = sound.get_length()
    if not SHORTEST <= length <= LONGEST:
        raise ValueError(
            tr(
                "lasts {length:.3g} s; a sound lasts {least:g} to {most:g} s",
                length=length,
                least=SHORTEST,
                most=LONGEST,
            )
        )
    silence = bytes(int(lead_in * RATE) * 4)
    return mixer.Sound(buffer=silence + sound.get_raw()) if silence else sound


def is_sound(start: bytes) -> bool:
    """Whether a file that starts so claims to be a wav, ogg or mp3.

    A flac is not: SDL_mixer 2.6's decoder crashes on one whose header has a wrong bit. Of the
    others, 8,000 files with wrong bytes crashed nothing.
    """
    frame = len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0  # of an mp3
    wav = start[:4] == b"RIFF" and start[8:12] == b"WAVE"
    return wav or frame or start.startswith((b"OggS", b"ID3"))


@functools.cache
def _sounds() -> Path:
    """The folder of ``kioskd.sounds``, which is ``sounds/`` in the project."""
    spec = importlib.util.find_spec("kioskd.sounds")
    if spec is None or not spec.submodule_search_locations:
        raise SoundError(
            tr("this installation of kioskd has no sounds of its own; install it again")
        )
    return Path(spec.submodule_search_locations[0])


def built_in(name: SoundName) -> Path:
    return _sounds() / f"{name}.wav"


def configured(settings: Sound) -> dict[SoundName, str]:
    """The sound files that the configuration names."""
    given = {name: getattr(settings.sounds, name.replace("-", "_"), None) for name in _NAMES}
    return {name: file for name, file in given.items() if file}


_NAMES: tuple[SoundName, ...] = get_args(SoundName)


def devices(driver: str | None = None) -> list[str]:
    """The sound cards by the names that ``sound.device`` takes; of ``driver`` or the first one.

    Takes up to 10 s. Raises ``SoundError`` with what was tried when there is none.
    """
    command = [*python("kioskd.audio.card"), driver or ""]
    what = tr("driver {driver}", driver=driver) if driver else tr("any driver")
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, env=environment()
        )
    except subprocess.TimeoutExpired:
        raise SoundError(
            tr(
                "{what}: listing the sound cards took over {seconds:g} s",
                what=what,
                seconds=PATIENCE,
            )
        ) from None
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or [tr("it ended without a word")])[-1]
        raise SoundError(tr("{what}: no sound card can be listed: {why}", what=what, why=why))
    if not done.stdout:
        raise SoundError(
            tr(
                "{what}: no sound card is there; is it plugged in, is the user in the group "
                "audio, and is sound.driver right?",
                what=what,
            )
        )
    return done.stdout.splitlines()


def python(module: str) -> list[str]:
    """The command that runs a module in a Python of its own, whoever's folder this is started in.

    Python would else import a `kioskd` from the working directory (-P) or from a user's own
    packages (-s) before ours: code of whoever put it there, with root's rights.
    """
    return [sys.executable, "-P", "-s", *(["-S"] if sys.flags.no_site else []), "-m", module]


def environment() -> dict[str, str]:
    """Of a process that touches the card: it finds the modules that this one found, tells systemd
    nothing, and SDL leaves its signals alone.
    """
    theirs = ("NOTIFY_SOCKET", "WATCHDOG_USEC")
    ours = {k: v for k, v in os.environ.items() if k not in theirs and not k.startswith("PYTHON")}
    return ours | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),  # an empty one is this folder
        "PYTHONDONTWRITEBYTECODE": "1",
        "SDL_NO_SIGNAL_HANDLERS": "1",
        "PYGAME_HIDE_SUPPORT_PROMPT": "1",
    }


def _pygame_mixer() -> Any:
    """``pygame.mixer`` without the package's own start, which loads video and joysticks: 15 MB."""
    if "pygame" not in sys.modules:
        found = importlib.util.find_spec("pygame")
        if found is None or found.submodule_search_locations is None:
            raise SoundError(tr("pygame is not installed"))
        package = types.ModuleType("pygame")
        package.__path__ = list(found.submodule_search_locations)
        sys.modules["pygame"] = package
    import pygame.mixer

    return pygame.mixer


def _print_devices(driver: str) -> None:
    _set("SDL_AUDIODRIVER", driver or _DRIVER)
    try:
        import pygame._sdl2.audio
        import pygame._sdl2.sdl2

        pygame._sdl2.sdl2.init_subsystem(pygame._sdl2.sdl2.INIT_AUDIO)
        names = pygame._sdl2.audio.get_audio_device_names(False)
    except (RuntimeError, ImportError) as error:
        sys.exit(reason(error))
    for name in (*_alsa_cards(), *names):
        print(name)


def _alsa_cards() -> list[str]:
    """ALSA's own names, with which every card takes every sound; SDL's name its hardware."""
    if _current_driver() != "alsa":
        return []
    return [f"sysdefault:CARD={card}" for card in hdmi.ids().values()]


def _current_driver() -> str:
    """SDL's; empty when that isn't known."""
    sdl = _sdl()
    if sdl is None:
        return ""
    sdl.SDL_GetCurrentAudioDriver.restype = ctypes.c_char_p
    return (sdl.SDL_GetCurrentAudioDriver() or b"").decode()


if __name__ == "__main__":
    _print_devices(*sys.argv[1:])
