"""The life of alerts in random order, beside a small reference model, over restarts and cuts.

``KIOSKD_STEPS`` and ``KIOSKD_EXAMPLES`` make the run longer; the seed is pytest's and hypothesis'.
"""

import os
from dataclasses import dataclass

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kioskd.config import SEVERITIES, Alerts, Severity
from kioskd.config.scalars import Duration
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import short_id as bounded
from kioskd.core.alert_lines import Line
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert, AlertKind
from kioskd.host.alert_log import decode, encode

TIMEOUT, AGAIN, FORGOTTEN = 300.0, 30.0, 60.0
SOMEBODY = Actor("phone", "Ana")
NOW_IS = 1_795_000_000.0  # November 2026
ids = st.sampled_from(["1", "2", "3", "zabbix 4", "x" * 300])
severities = st.sampled_from(SEVERITIES)
kinds = st.sampled_from(["new_ticket_alert", "critical_alert"])


@dataclass
class Life:
    """What is expected of one id. ``sure``: no restart has blurred when it ended."""

    rank: int
    state: str
    count: int = 1
    air: float = 0.0
    """Seconds that it could be heard and seen in this run: it may not expire before its time."""
    until: float = 0.0
    ended: float = 0.0
    sure: bool = True
    heard: bool = False
    unanswered: bool = False
    """It expired before anybody saw to it."""


class Lives(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.now, self.wall, self.boot = 50.0, NOW_IS, "boot 1"
        self.lives: dict[str, Life] = {}
        self.file = b""
        self.alerts = self.made()

    def made(self) -> ActiveAlerts:
        rules = Alerts(
            banner=Duration(0), critical_timeout=Duration(TIMEOUT), again_after=Duration(AGAIN)
        )
        return ActiveAlerts(rules, lambda: self.now, lambda: self.wall)

    def keep(self) -> None:
        """As the keeper does after each change."""
        self.file += encode(self.alerts.drain(self.boot))

    # What happens

    @rule(identity=ids, severity=severities, kind=kinds, derived=st.booleans())
    def raised(self, identity: str, severity: Severity, kind: AlertKind, derived: bool) -> None:
        if kind == "critical_alert":
            severity = "critical"
        taken = self.alerts.take(Alert(kind, identity, f"title {identity}", severity), derived)
        rank, life = SEVERITIES.index(severity), self.lives.get(identity)
        self.keep()
        if life is not None and life.state in ("active", "snoozed"):
            assert taken.news == (rank < life.rank)
            if rank < life.rank:
                life.state, life.air, life.heard = "active", 0.0, False
            life.rank = min(rank, life.rank)
            return
        if life is not None and rank >= life.rank:
            unresolved = life.state in ("acknowledged", "expired")
            if derived and life.rank == 0 and unresolved:
                assert not taken.news
                return
            soon = self.now - life.ended < AGAIN
            if life.sure and soon:
                assert taken.entry.count == life.count + 1
                assert taken.news == (life.unanswered and life.rank == 0)
            if not life.sure:
                soon = taken.entry.count > 1
            if soon:
                life.count += 1
                if life.state != "acknowledged":
                    life.state, life.air, life.unanswered = "active", 0.0, False
                    life.heard = life.heard and not taken.news
                return
        assert taken.news
        assert taken.entry.count == 1
        self.lives[identity] = Life(rank, "active")

    @rule(identity=ids)
    def resolved(self, identity: str) -> None:
        gone = self.alerts.resolve_id("", identity)
        self.keep()
        life = self.lives.get(identity)
        assert len(gone) == (life is not None and life.state in ("active", "snoozed"))
        if life is None or life.state == "resolved":
            return
        ended = life.state in ("acknowledged", "expired")
        forgotten = self.now - life.ended >= FORGOTTEN
        if not life.sure:  # how long ago it ended, only the wall's clock can say
            forgotten = all(entry.id != short(identity) for entry in self.alerts.known())
        if ended and life.rank > 0 and forgotten:
            del self.lives[identity]
        else:
            life.state, life.ended, life.sure = "resolved", self.now, True

    @rule(identity=ids)
    def acknowledged(self, identity: str) -> None:
        ended = self.alerts.acknowledge(self.alerts.find(identity=identity), SOMEBODY)
        self.keep()
        life = self.lives.get(identity)
        if life is None or life.state not in ("active", "snoozed"):
            assert ended == []
            return
        assert [(entry.by, entry.state) for entry in ended] == [(SOMEBODY, "acknowledged")]
        life.state, life.ended, life.sure = "acknowledged", self.now, True

    @rule()
    def all_acknowledged(self) -> None:
        ended = self.alerts.acknowledge(self.alerts.find(), SOMEBODY)
        self.keep()
        calling = [life for life in self.lives.values() if life.state == "active"]
        assert len(ended) == len(calling)
        for life in calling:
            life.state, life.ended, life.sure = "acknowledged", self.now, True

    @rule(identity=ids, seconds=st.sampled_from([300.0, 1800.0]))
    def snoozed(self, identity: str, seconds: float) -> None:
        found = self.alerts.snooze(self.alerts.find(identity=identity), seconds, SOMEBODY)
        self.keep()
        life = self.lives.get(identity)
        if life is None or life.state not in ("active", "snoozed"):
            assert found == []
            return
        life.state, life.until = "snoozed", self.now + seconds

    @rule()
    def the_room_hears(self) -> None:
        self.alerts.heard(self.alerts.critical())
        for life in self.lives.values():
            if life.state == "active" and life.rank == 0 and not life.heard:
                life.heard, life.air = True, 0.0

    @rule(seconds=st.sampled_from([0.1, 1.0, 29.0, 31.0, 301.0, 1801.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds
        woken = {entry.id for entry in self.alerts.tick().woken}
        active = {entry.id for entry in self.alerts.active.values()}
        self.keep()
        for identity, life in self.lives.items():
            held = short(identity)
            if life.state == "snoozed" and self.now >= life.until:
                assert held in woken
                life.state, life.air, life.heard = "active", 0.0, False
            elif life.state == "active" and life.rank == 0 and life.heard:
                life.air += seconds
                if life.air >= TIMEOUT:
                    assert held not in active
                if held not in active:
                    # A run before this one may have had it on the air, too.
                    assert life.air >= TIMEOUT or not life.sure
                    life.state, life.ended, life.sure = "expired", self.now, True
                    life.unanswered = True
            else:
                assert held not in woken

    @rule(
        kind=st.sampled_from(["process", "boot", "1970", "years ahead"]),
        tear=st.integers(0, 3),
    )
    def killed_and_started_again(self, kind: str, tear: int) -> None:
        # A torn line was not promised to anybody; a promise is a whole line.
        self.file += encode([Line(self.alerts.moment(self.boot), muted_until=0.0)])[
            : -20 * tear or None
        ]
        if tear:
            self.file += b"\n"
        if kind != "process":
            self.boot += "+"
            self.now = 7.0
            self.wall = {"boot": self.wall + 60, "1970": 0.0, "years ahead": NOW_IS * 1.3}[kind]
        lines, _ = decode(self.file)
        self.alerts = self.made()
        self.alerts.restore(lines, self.boot)
        self.keep()
        for identity, life in self.lives.items():
            life.sure = life.sure and kind == "process"
            # That it was heard is not worth a write of its own: then it calls once more.
            mine = (entry for entry in self.alerts.known() if entry.id == short(identity))
            life.heard = any(entry.heard is not None for entry in mine)
            if life.state != "snoozed":
                continue
            (found,) = self.alerts.find(identity=identity)
            # It never grows, whatever the clock says; a clock that went on may have ended it.
            if found.snoozed_until is not None:
                assert found.snoozed_until - self.now <= 1800.001
                life.until = found.snoozed_until
            else:
                assert kind in ("boot", "years ahead")
                life.state, life.air, life.heard = "active", 0.0, False

    @rule()
    def written_anew(self) -> None:
        self.file = encode(self.alerts.everything(self.boot))

    # What always holds

    @invariant()
    def the_same_alerts_are_active_everywhere(self) -> None:
        if not hasattr(self, "alerts"):
            return
        expected = {
            short(identity): (SEVERITIES[life.rank], life.state)
            for identity, life in self.lives.items()
            if life.state in ("active", "snoozed")
        }
        held = {e.id: (e.severity, e.state) for e in self.alerts.active.values()}
        assert held == expected
        message = msgspec.json.decode(msgspec.json.encode(self.alerts.status()))
        told = [alert for alert in message["alerts"] if alert["state"] in ("active", "snoozed")]
        assert {a["id"]: (a["severity"], a["state"]) for a in told} == expected
        assert message["total"] == len(told) == len(expected)
        lines, _ = decode(self.file)
        again = self.made()
        again.restore(lines, self.boot)
        assert {e.id: (e.severity, e.state) for e in again.active.values()} == expected
        kept = [(e.number, e.count, e.by) for e in again.active.values()]
        assert sorted(kept) == sorted(
            (e.number, e.count, e.by) for e in self.alerts.active.values()
        )

    @invariant()
    def nothing_that_calls_for_attention_has_an_answer(self) -> None:
        for entry in self.alerts.critical() if hasattr(self, "alerts") else ():
            assert (entry.ended, entry.snoozed_until, entry.resolved) == (None, None, None)


def short(identity: str) -> str:
    """Long ids are cut, and stay apart; which ones is another test's."""
    return bounded(identity)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=int(os.environ.get("KIOSKD_EXAMPLES", "60")),
    stateful_step_count=int(os.environ.get("KIOSKD_STEPS", "50")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
