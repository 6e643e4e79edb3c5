"""What systemd is told: READY, RELOADING, STATUS, WATCHDOG, STOPPING. Silent outside systemd.

Owns the package sdnotify. It encodes Latin-1 and swallows errors, so a status must be ASCII.
"""

import os
import time

import sdnotify

_notifier = sdnotify.SystemdNotifier()


def ready(status: str) -> None:
    _notifier.notify(f"READY=1\nSTATUS={status}")


def reloading() -> None:
    """Type=notify-reload wants the moment of the reload beside it, in microseconds."""
    _notifier.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def status(line: str) -> None:
    _notifier.notify(f"STATUS={line}")


def watchdog() -> None:
    _notifier.notify("WATCHDOG=1")


def stopping() -> None:
    _notifier.notify("STOPPING=1\nSTATUS=stopping")


def watchdog_interval() -> float | None:
    """Half of the time in which systemd wants to hear from us, in seconds; None: no watchdog."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdigit() else None
