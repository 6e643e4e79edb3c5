"""What systemd is told: READY, RELOADING, STATUS, WATCHDOG, STOPPING. Silent outside systemd.

Owns the package sdnotify, which encodes Latin-1 where systemd wants UTF-8.
"""

import contextlib
import os
import time

import sdnotify

from kioskd.words import tr

# Without systemd the package would leave an open socket behind, so it isn't asked at all.
_notifier = sdnotify.SystemdNotifier() if "NOTIFY_SOCKET" in os.environ else None
if _notifier is not None and _notifier.socket is not None:
    # When the other end is slow to read, a message is lost; the event loop never waits for it.
    _notifier.socket.setblocking(False)
    # Otherwise it swallows every exception, the SystemExit of a signal's handler among them.
    _notifier.debug = True


def ready(status: str) -> None:
    _notify(f"READY=1\nSTATUS={status}")


def reloading() -> None:
    """Type=notify-reload wants the moment of the reload beside it, in microseconds."""
    _notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def status(line: str) -> None:
    _notify(f"STATUS={line}")


def watchdog() -> None:
    _notify("WATCHDOG=1")


def stopping() -> None:
    _notify(f"STOPPING=1\nSTATUS={tr('stopping')}")


def watchdog_interval() -> float | None:
    """Half of the time in which systemd wants to hear from us, in seconds; None: no watchdog."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdigit() else None


def _notify(message: str) -> None:
    if _notifier is not None and _notifier.socket is not None:
        with contextlib.suppress(OSError, UnicodeError):
            _notifier.notify(message.encode(errors="replace").decode("latin-1"))
