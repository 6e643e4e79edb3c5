"""The sound process: the only one that touches the card. ``audio.player.Player`` starts it.

Messages come in on stdin, a line of JSON each, and every change is reported on stdout. What it
can't help, a call that hangs or a crash of the sound library, ``Player`` sees, and starts another.
"""

import contextlib
import faulthandler
import os
import queue
import resource
import signal
import sys
import threading
import time
import traceback

from kioskd.audio.ipc import Report, decode_message, encode
from kioskd.audio.mixer import Messages, Mixer
from kioskd.words import of_locale, speak

MEMORY = 128_000_000  # bytes; a small file may decode to gigabytes


def _listen(messages: Messages) -> None:
    """Read the messages; when they end (Player is gone), the process ends too, hanging or not."""
    try:
        with contextlib.suppress(OSError):
            for line in sys.stdin.buffer:
                messages.put(decode_message(line))
    except Exception:
        traceback.print_exc()
    messages.put(None)
    time.sleep(1)
    os._exit(0)


def main() -> None:
    speak(of_locale())  # which Player gave
    # systemd and a terminal signal every process of kioskd; this one ends when its messages do.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(OSError, ValueError):  # a stricter limit stands already
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    # ALSA and SDL write to file 2 whatever they like, at every attempt: our own errors go past it.
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    out = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    faulthandler.enable(sys.stderr)
    messages: Messages = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(messages,), name="messages", daemon=True).start()

    def report(said: Report) -> None:
        os.write(out, encode(said) + b"\n")

    with contextlib.suppress(BrokenPipeError):
        Mixer(messages, report).run()


if __name__ == "__main__":
    main()
