"""Is the clock set, does the network keep it so, and does anybody vouch for it?"""

import time
from pathlib import Path

from kioskd.cli.doctor import machine
from kioskd.cli.doctor.finding import Finding
from kioskd.core.alert_entry import CLOCK_STARTS
from kioskd.core.status import Status
from kioskd.host.right_clock import CHIPS, SET, vouched_for
from kioskd.words import later, tr

PART = "clock"
NO_CLIENT = later(
    "sudo apt install systemd-timesyncd; without a network a clock chip (RTC) vouches for it"
)
NO_ANSWER = later(
    "is the network there, and does it let NTP out (UDP port 123)? timedatectl "
    "timesync-status; NTP= in /etc/systemd/timesyncd.conf, or system.txt of the "
    "image, names a server of the house; without any, a clock chip (RTC) vouches for "
    "it"
)


def clock(root: Path, status: Status | None = None) -> Finding:
    """The daemon's word goes first: it knows who has set the clock since it started."""
    if time.time() < CLOCK_STARTS:
        do = tr("connect the network, or set it: sudo timedatectl set-time")
        return Finding(
            PART, "bad", tr("shows {date}: it is not set", date=time.strftime("%Y-%m-%d")), do
        )
    said = machine.ask("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if said == "yes":
        return Finding(PART, "ok", tr("set, and kept by the network"))
    if _doubted(root, status):
        why = tr(
            "nobody vouches for it: it may be wrong by any amount, and no figures are recorded "
            "meanwhile"
        )
        return Finding(PART, "warn", why, _remedy())
    if said == "no":
        do = tr("sudo timedatectl set-ntp true; is the network there?")
        return Finding(PART, "warn", tr("set, but not kept by the network"), do)
    return Finding(PART, "ok", tr("set, and somebody vouched for it"))


def _doubted(root: Path, status: Status | None) -> bool:
    if status is not None and (status.clock.doubted is None or status.clock.asked is not None):
        return status.clock.doubted is not None
    under = [root / str(place).lstrip("/") for place in (SET, CHIPS)]
    return not vouched_for(0.0, *under)


def _remedy() -> str:
    """By what is missing: an NTP client, its start, or an answer to it."""
    asked = machine.ask("timedatectl", "show", "--property=CanNTP", "--property=NTP").splitlines()
    if "CanNTP=no" in asked:
        return tr(NO_CLIENT)
    return "sudo timedatectl set-ntp true" if "NTP=no" in asked else tr(NO_ANSWER)
