"""A television over HDMI-CEC: dark outside its hours, lit by a critical alert.

The kernel's `vivid` emulates both ends of the cable, and cec-follower plays the television. The
daemon switches it from its sandbox; what the television says is asked by root.
"""

import datetime
import re
from collections.abc import Callable, Iterator

import pytest

from kioskd.config import DAYS
from tests.e2e.image.desk import Desk
from tests.e2e.image.pi import BOOT_LIMIT, Pi, until
from tests.support import stories

pytestmark = pytest.mark.timeout(BOOT_LIMIT + 1500)
DISPLAY = 'display: {{backend: cec, on: [{{days: [{day}], from: "04:00", to: "04:01"}}]}}\n'
# One HDMI input, connected to one HDMI output; the output's adapter is first, as on a Pi.
CABLE = """set -e
modprobe vivid n_devs=1 num_inputs=1 input_types=3 num_outputs=1 output_types=1
udevadm settle
v4l2-ctl -d /dev/video0 -c hdmi_000_0_is_connected_to=2
mv /dev/cec0 /dev/television
mv /dev/cec1 /dev/cec0
cec-ctl -d /dev/television --skip-info --tv
systemd-run --quiet --unit=television cec-follower -d /dev/television
"""
ASKED = "cec-ctl -d /dev/cec0 --skip-info --to 0 --give-device-power-status || true"


@pytest.fixture
def watched(make_pi: Callable[[], Pi], config: str) -> Iterator[Pi]:
    """A Pi whose hours are not now, with a television that is on."""
    pi = make_pi()
    day = DAYS[(datetime.date.today().weekday() + 3) % 7]
    pi.card.configure(config + DISPLAY.format(day=day))
    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    pi.run(CABLE)
    yield pi
    pi.cut_power()


def state(pi: Pi) -> str:
    """What the television says of itself; empty before the adapter has an address on the cable."""
    said = re.search(r"pwr-state: (\S+)", pi.run(ASKED))
    return said[1] if said else ""


def test_a_television_that_comes_late_is_put_in_standby_and_a_critical_alert_lights_it(
    watched: Pi, desk: Desk
) -> None:
    # The daemon may have met the adapter before the cable was made: then it asks again.
    until(lambda: state(watched) == "standby", 180, "the television is in standby", watched)
    until(lambda: watched.status()["display"]["state"] == "off", 60, "kioskd says so", watched)
    desk.say(stories.alert("critical", "link", "Link fora do ar", "critical"))
    until(lambda: state(watched) == "on", 120, "the television is on", watched)
    until(lambda: watched.status()["display"]["state"] == "on", 60, "kioskd says so", watched)
