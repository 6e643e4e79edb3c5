"""Three panels that lag, reload and come late, beside a small reference: all show the same alerts.

``KIOSKD_STEPS`` and ``KIOSKD_EXAMPLES`` make the run longer; the seed is pytest's and hypothesis'.
At its end it says how many alerts and restarts there were (``pytest -s``).
"""

import json
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kioskd.config import SEVERITIES, Alerts, Severity
from kioskd.config.scalars import Duration
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import LONGEST_ID, short_id
from kioskd.core.hub import LAGGING
from kioskd.core.messages import Alert, AlertKind, Resolved
from kioskd.host.alert_log import decode, encode
from tests.support.kiosk import Wall

SPACE = "hook zabbix"
SNOOZE, LONG = 50.0, 60  # seconds: after LONG every snooze is over
BANNERS = 3  # a fourth waits for its turn, and hurries the others out
ids = st.one_of(st.sampled_from("123"), st.text(min_size=1, max_size=2 * LONGEST_ID))
alerts = st.tuples(ids, st.sampled_from(SEVERITIES))
few, storm = st.lists(alerts, min_size=1, max_size=4), st.lists(alerts, min_size=20, max_size=40)
MOST = 60  # active at a time; what becomes of more is another test's
picks = st.integers(0, 9)  # one of those that are active, or one that never was
numbers = st.integers(0, 2)
Shown = dict[str, tuple[str, str]]
count: Counter[str] = Counter()


class Screen:
    """A panel of any make that draws from ``active_alerts`` alone; ``full``: its network is."""

    def __init__(self) -> None:
        self.shown: Shown | None = None
        self.full = False

    def write(self, data: bytes) -> None:
        assert not self.full
        message = json.loads(data[{126: 4, 127: 10}.get(data[1], 2) :])
        if message["type"] == "active_alerts":
            found = message["alerts"]
            going_on = [alert for alert in found if alert["state"] in ("active", "snoozed")]
            self.shown = {alert["id"]: (alert["severity"], alert["state"]) for alert in going_on}
            assert len(self.shown) == len(going_on) == message["total"]

    def get_write_buffer_size(self) -> int:
        return LAGGING if self.full else 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None: ...


class Panels(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.expected: Shown = {}
        self.wall = self.made()
        self.screens = [Screen() for _ in range(3)]
        self.panels = [self.wall.hub.attach("127.0.0.1", screen) for screen in self.screens]
        for panel in self.panels:
            self.wall.alerting.greet(panel)

    def made(self) -> Wall:
        rules = Alerts(banner=Duration(0), critical_timeout=Duration(0), again_after=Duration(0))
        return Wall(alerts=rules)

    def join(self, number: int) -> None:
        """A browser that opens the page, anew."""
        self.screens[number] = screen = Screen()
        self.panels[number] = self.wall.hub.attach("127.0.0.1", screen)
        self.wall.alerting.greet(self.panels[number])

    def named(self, pick: int) -> str:
        return [*self.expected, "never was"][pick % (len(self.expected) + 1)]

    @rule(together=few | storm)
    def raised(self, together: list[tuple[str, Severity]]) -> None:
        for identity, severity in together:
            self.raise_one(identity, severity)

    def raise_one(self, identity: str, severity: Severity) -> None:
        known = short_id(identity)
        if known not in self.expected and len(self.expected) == MOST:
            known = identity = self.named(0)
        lesser = [said for said in self.expected.values() if said[0] != "critical"]
        if known not in self.expected and len(lesser) == BANNERS:
            severity = "critical"
        kind: AlertKind = "critical_alert" if severity == "critical" else "new_ticket_alert"
        self.wall.core.ingest(
            Alert(kind, identity, "Queda", severity, space=SPACE), source="zabbix"
        )
        count["alerts"] += 1
        before, state = self.expected.get(known, ("low", "active"))
        worse = SEVERITIES.index(severity) < SEVERITIES.index(before)
        if known not in self.expected or worse:
            before, state = severity, "active"
        self.expected[known] = (before, state)

    @rule(gone=st.lists(picks, min_size=1, max_size=8))
    def resolved(self, gone: list[int]) -> None:
        over = [self.named(pick) for pick in gone]
        self.wall.core.ingest(Resolved(tuple(over), SPACE))
        for identity in over:
            self.expected.pop(identity, None)

    @rule(pick=picks)
    def acknowledged(self, pick: int) -> None:
        identity = self.named(pick)
        self.wall.alerting.acknowledge_id(identity, Actor("phone", "Ana"))
        self.expected.pop(identity, None)

    @rule()
    def all_acknowledged(self) -> None:
        self.wall.alerting.acknowledge(self.wall.alerts.find(), Actor("button"))
        self.expected = {i: said for i, said in self.expected.items() if said[1] == "snoozed"}

    @rule(pick=picks)
    def snoozed(self, pick: int) -> None:
        identity = self.named(pick)
        found = self.wall.alerts.find(identity=identity)
        self.wall.alerting.snooze(found, SNOOZE, Actor("cli"))
        if identity in self.expected:
            self.expected[identity] = (self.expected[identity][0], "snoozed")

    @rule()
    def time_passes(self) -> None:
        self.wall.wait(LONG)
        self.expected = {i: (severity, "active") for i, (severity, _) in self.expected.items()}

    @rule(number=numbers)
    def a_network_is_full(self, number: int) -> None:
        self.screens[number].full = True

    @rule(number=numbers)
    def a_network_is_free_again(self, number: int) -> None:
        self.screens[number].full = False
        panel = self.panels[number]
        if panel.number in self.wall.hub.panels:
            self.wall.hub.catch_up(panel)
        else:  # it lagged for too long and was dropped: its browser comes back
            self.join(number)

    @rule(number=numbers)
    def a_panel_reloads(self, number: int) -> None:
        self.wall.hub.detach(self.panels[number])
        self.join(number)

    @rule()
    def the_daemon_starts_again(self) -> None:
        count["restarts"] += 1
        lines, bad = decode(encode(self.wall.alerts.everything("boot")))
        assert bad == 0
        passed, self.wall = self.wall.passed, self.made()
        self.wall.passed = passed
        self.wall.alerts.restore(lines, "boot")
        for number in range(3):
            self.join(number)

    @invariant()
    def every_panel_that_can_be_told_shows_what_is_active(self) -> None:
        if not hasattr(self, "wall"):
            return
        self.wall.soon()
        count["steps"] += 1
        for screen in self.screens:
            if not screen.full:
                assert screen.shown == self.expected


@pytest.fixture(scope="module", autouse=True)
def said_at_the_end() -> Iterator[None]:
    yield
    print(", ".join(f"{number} {what}" for what, number in count.items()))


TestPanels = Panels.TestCase
TestPanels.settings = settings(
    max_examples=int(os.environ.get("KIOSKD_EXAMPLES", "30")),
    stateful_step_count=int(os.environ.get("KIOSKD_STEPS", "50")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
