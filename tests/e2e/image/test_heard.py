"""Alerts heard: the recording of the emulated sound card holds the samples of the right sound."""

import time

import numpy as np
import pytest

from kioskd.config import SoundName
from tests.e2e.image.desk import Desk, Panel
from tests.e2e.image.pi import Pi, until
from tests.support import stories
from tests.support.recording import AUDIBLE, Recording, Samples, likeness, own

pytestmark = pytest.mark.timeout(1500)
HEADER = 11  # a wav file's 44 bytes, as frames
SOUNDS: tuple[SoundName, ...] = ("notification", "high", "critical", "project")


def recorded(pi: Pi, start: int = 0) -> Samples:
    if not pi.sound.exists():
        return np.zeros(0)
    return Recording(pi.sound).samples(HEADER + start)


def hear(pi: Pi, start: int, limit: float = 90) -> Samples:
    """What is heard after the sample ``start``, until a second of silence is recorded."""
    heard: list[Samples] = []

    def over() -> bool:
        samples = recorded(pi, start)
        loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
        if not len(loud):
            return False
        heard[:] = [samples[loud[0] : loud[-1] + 1]]
        return len(samples) - int(loud[-1]) > 44100

    until(over, limit, "a sound is recorded", pi)
    return heard[0]


def recognised(heard: Samples) -> SoundName | None:
    """Which of kioskd's sounds it is; None: none. Emulation leaves gaps, so 1 is never reached."""
    alike = {name: likeness(heard, own(name)) for name in SOUNDS}
    print(f" {alike}", end="")
    best, second = sorted(SOUNDS, key=lambda name: alike[name], reverse=True)[:2]
    return best if alike[best] > 0.3 and alike[best] > 2 * alike[second] else None


def wait_for_sound(pi: Pi, limit: float = 180) -> None:
    until(lambda: pi.status()["sound"]["state"] == "ok", limit, "the card is found", pi)


@pytest.mark.parametrize(
    ("kind", "severity", "name"),
    [("new_ticket", "medium", "notification"), ("new_ticket", "high", "high")],
)
def test_an_alert_of_the_helpdesk_is_heard_as_its_own_sound(
    pi: Pi, desk: Desk, kind: str, severity: str, name: SoundName
) -> None:
    wait_for_sound(pi)
    start = len(recorded(pi))
    desk.say(stories.alert(kind, f"{name}-{time.time()}", "Impressora sem rede", severity))
    assert recognised(hear(pi, start)) == name


def test_without_a_card_the_rest_works_and_one_that_comes_late_is_heard(bare: Pi) -> None:
    assert bare.status()["sound"]["state"] != "ok"
    with Panel(bare.socket_url) as panel:
        with bare.lines.down(5):
            time.sleep(0.15)
        assert panel.next("remote_switch")["target"] == "projects"
    bare.plug_in_sound_card()
    wait_for_sound(bare)
    start = len(recorded(bare))
    bare.post("/api/alerts", severity="high", title="Teste")
    assert recognised(hear(bare, start)) == "high"


def test_the_wall_keeps_its_tickets_while_the_helpdesk_is_away_and_follows_when_it_is_back(
    pi: Pi, desk: Desk
) -> None:
    def state() -> str:
        return str(pi.status()["sources"][0]["state"])

    until(lambda: state() == "connected", 120, "the helpdesk was there", pi)
    desk.leave()
    try:
        until(lambda: state() != "connected", 120, "the loss is shown", pi)
        with Panel(pi.socket_url) as panel:
            assert len(panel.next("tickets_update")["data"]) == 5
    finally:  # the other tests need it
        desk.hold(stories.tickets(6))
        desk.come_back()
    took = until(lambda: state() == "connected", 180, "the helpdesk is back", pi)
    with Panel(pi.socket_url) as panel:
        assert len(panel.next("tickets_update")["data"]) == 6
        desk.say(stories.tickets(5))
        assert len(panel.next("tickets_update")["data"]) == 5
    print(f" back after {took:.0f} s", end="")
