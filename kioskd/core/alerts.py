"""The alerts as state: which are active, and how each of them lives.

    raised ─> active ─┬─ acknowledged (by, at)      severity only rises
                      ├─ snoozed (until) ─> active
                      ├─ resolved, active or acknowledged
                      └─ expired, or displaced by a flood

One that comes again shortly after it ended is active once more (``_again``). What ended is in
``alert_ended``, what is to be written in ``alert_lines``; ``alert_tickets`` says what the list of
tickets does to an alert, and ``mirror`` what another kiosk does to one of its own.

Nothing here waits, reads a clock of its own or writes a file: ``drain`` gives what changed, and
``restore`` takes back what was written. What sounds is ``sounding``'s to decide.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kioskd.config import SEVERITIES, Alerts, Severity
from kioskd.core.actor import Actor
from kioskd.core.alert_bounds import Ranked
from kioskd.core.alert_ended import EndedAlerts
from kioskd.core.alert_entry import (
    Entry,
    Key,
    Moment,
    carried,
    key,
    new_entry,
    short_id,
)
from kioskd.core.alert_lines import Line, Unwritten
from kioskd.core.alert_status import (
    ActiveAlertsStatus,
    AlertHistory,
    AlertState,
    Upstream,
)
from kioskd.core.banners import Banners
from kioskd.core.faults import Fault
from kioskd.core.messages import Alert, Life, LifeOver, timestamp

MOST_ACTIVE = 500
JOINS = 2.0  # seconds in which a source's own alert is the one that was derived from its tickets
NO_NEWS = 300.0  # seconds after which a banner that a restart interrupted is old news
UNGOVERNED = 60.0  # seconds without a word of the kiosk whose alert it is


class Taken(NamedTuple):
    """What became of an alert that came."""

    entry: Entry
    news: bool
    """The room is to hear of it."""
    richer: bool = False
    """It is one that was told a moment ago, now with more: panels and sound take that up."""


class Passed(NamedTuple):
    """What the time did."""

    changed: bool
    woken: list[Entry]
    """These were snoozed, and call again."""
    expired: list[Entry]
    """Nobody answered these for as long as they may call, or their sender fell silent."""


class ActiveAlerts:
    """``clock`` is monotonic, ``wall`` is Unix time, both in seconds."""

    def __init__(
        self, settings: Alerts, clock: Callable[[], float], wall: Callable[[], float]
    ) -> None:
        self.active: dict[Key, Entry] = {}
        """Raised, and neither acknowledged nor over; oldest first."""
        self.displaced = 0
        """How many more there would be, had there been room; until none is active."""
        self._settings = settings
        self._clock = clock
        self._wall = wall
        self._ranked = Ranked(MOST_ACTIVE)
        self.ended = EndedAlerts()
        self.unwritten = Unwritten()
        self._banners = Banners()
        self._number = 0
        self._ticked = clock()
        self._governed: dict[str, float] = {}

    def configure(self, settings: Alerts) -> None:
        """Take other settings; what is active stays so."""
        self._settings = settings

    # What there is

    def known(self) -> Iterator[Entry]:
        """The active ones, and those that would be the same alert if they came again."""
        yield from self.active.values()
        yield from self.ended.over.values()

    def known_by(self, wanted: Key) -> Entry | None:
        """The one of that key."""
        return self.active.get(wanted) or self.ended.over.get(wanted)

    def critical(self) -> list[Entry]:
        """Those that take the screen, the oldest first."""
        return [entry for entry in self._ranked.worst() if entry.critical]

    def find(self, number: int | None = None, identity: str | None = None) -> list[Entry]:
        """The active alerts of that number, or of that id; of neither: all that are not snoozed."""
        if number is not None:
            return [entry for entry in self.active.values() if entry.number == number]
        if identity is not None:
            wanted = short_id(identity)
            return [entry for entry in self.active.values() if entry.id == wanted]
        return [entry for entry in self.active.values() if entry.state == "active"]

    def severities(self) -> dict[Severity, int]:
        """How many active alerts there are of each severity."""
        counts: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
        for entry in self.active.values():
            counts[entry.severity] += 1
        return counts

    def status(self) -> ActiveAlertsStatus:
        """What every panel is told: the active ones, and those that ended a moment ago."""
        now = self._clock()
        self._banners.choose(self._ranked.lesser())
        shown = [*self.active.values(), *self.ended.shown(now)]
        told = [entry.told(now, entry.number in self._banners.standing) for entry in shown]
        total = len(self.active) + self.displaced
        return ActiveAlertsStatus(total, self.displaced, told, timestamp())

    def front(self) -> list[Entry]:
        """The one alert that a person at the wall means: what has the screen, else a banner."""
        self._banners.choose(self._ranked.lesser())
        calling = self.critical() or list(self._banners.standing.values())
        return calling[:1]

    def history(self) -> AlertHistory:
        """The lives that ended, the newest first; at most 200."""
        now = self._clock()
        lives = [entry.told(now, False) for entry in self.ended.newest()]
        return AlertHistory(lives, timestamp())

    # What happens to them

    def take(self, alert: Alert, derived: bool = False) -> Taken:
        """An alert came. ``derived``: kioskd made it of a change in the tickets."""
        known = key(alert)
        if found := self.active.get(known):
            return self._renew(found, alert, derived)
        if (found := self.ended.over.get(known)) and (taken := self._again(found, alert, derived)):
            return taken
        return Taken(self._raise(alert, derived), news=True)

    def acknowledge(self, found: Iterable[Entry], by: Actor) -> list[Entry]:
        """These are seen to; those of them that were active."""
        ended = [entry for entry in found if self._end(entry, "acknowledged")]
        for entry in ended:
            entry.by, entry.by_at = by, entry.ended_at
        return ended

    def snooze(self, found: Iterable[Entry], seconds: float, by: Actor) -> list[Entry]:
        """These are quiet and out of the way for so long; those of them that are active."""
        now, wall = self._clock(), self._wall()
        snoozed = [entry for entry in found if entry.ended is None]
        for entry in snoozed:
            entry.state, entry.snoozed_until = "snoozed", now + seconds
            entry.by, entry.by_at = by, wall
            self.unwritten.changed(entry, urgent=True)
        return snoozed

    def resolve(self, found: Iterable[Entry]) -> list[Entry]:
        """What raised these is gone; those of them that were active."""
        return [entry for entry in found if self._resolve(entry)]

    def resolve_id(self, space: str, given: str) -> list[Entry]:
        """A source says that its alert is over; it may be acknowledged or expired already."""
        wanted = short_id(given)
        return self.resolve([e for e in self.known() if (e.space, e.id) == (space, wanted)])

    def forget(self) -> list[Entry]:
        """The tickets come from elsewhere now: what is known of the old ones' alerts goes."""
        for known, entry in list(self.ended.over.items()):
            if not entry.space or entry.kiosk:
                self.ended.over.drop(known)
        active = list(self.active.values())
        return self.resolve([entry for entry in active if not entry.space or entry.kiosk])

    def heard(self, found: Iterable[Entry]) -> None:
        """The room could hear these: from now on they may expire."""
        now = self._clock()
        for entry in found:
            if entry.heard is None:
                entry.heard = now
                self.unwritten.mark(entry)

    def escalated(self, entry: Entry, state: str) -> None:
        """An alert escalates, or what became of that changed."""
        if entry.escalated is None:
            entry.escalated, entry.escalated_at = self._clock(), self._wall()
            entry.repeats = 0
        entry.escalation = state
        self.unwritten.changed(entry, urgent=True)  # lost, it would be sent again

    def told_upstream(
        self, number: int, state: Upstream, detail: str = "", fault: Fault | None = None
    ) -> bool:
        """What became of telling an alert's source that it is acknowledged; False: forgotten."""
        entry = next((entry for entry in self.known() if entry.number == number), None)
        entry = entry or self.ended.find(number)
        if entry is None:
            return False
        entry.upstream, entry.upstream_detail = state, detail[:200]
        entry.upstream_fault = fault and fault.bounded(200)
        self.ended.follow_up(entry)
        self.unwritten.changed(entry, urgent=True)  # lost, it would be told again
        return True

    def ended_ago(self, entry: Entry) -> float:
        """Seconds since it ended, over restarts; 0 for one that is active."""
        return 0.0 if entry.ended is None else max(0.0, self._clock() - entry.ended)

    def tick(self) -> Passed:
        """About once a second: ends snoozes, lets alerts expire, gives banners their turn."""
        now = self._clock()
        passed, self._ticked = max(0.0, now - self._ticked), now
        woken: list[Entry] = []
        expired: list[Entry] = []
        for entry in list(self.active.values()):
            if entry.snoozed_until is not None and entry.state == "snoozed":
                if now >= entry.snoozed_until:
                    self._call(entry)
                    woken.append(entry)
            elif self._too_long(entry, now):
                self._end(entry, "expired")
                expired.append(entry)
        aged, fewer = self._age_banners(passed), self.ended.prune(now, self._settings.again_after)
        return Passed(aged or fewer or bool(woken or expired), woken, expired)

    # Those of another kiosk, which ``mirror`` keeps as they are there

    def of_kiosk(self, kiosk: str) -> dict[int, Entry]:
        """The alerts of a kiosk that are known, by their numbers there; it has just spoken."""
        self._governed[kiosk] = self._clock()
        known = [*self.ended, *self.known()]
        return {entry.life: entry for entry in known if entry.kiosk == kiosk}

    def adopt(self, alert: Alert, life: Life, via: tuple[str, ...]) -> Entry:
        """One is raised there."""
        made = self._raise(alert, derived=False)
        made.via, made.life, made.count = via, life.number, life.count
        made.raised, made.raised_at = made.raised - life.age, made.raised_at - life.age
        return made

    def enrich(self, entry: Entry, alert: Alert) -> bool:
        """More is said of one; whether it rises."""
        rank = entry.rank
        self._ranked.drop(entry)
        changed = entry.take(alert)
        self._ranked.put(entry)
        if changed:
            self.unwritten.changed(entry)
            self._fit()
        return entry.rank < rank

    def recall(self, entry: Entry) -> None:
        """It calls again: it woke up there, came again, or was only over here."""
        over = entry.ended is not None
        if over:
            self._reopen(entry)
        entry.by = entry.by_at = None
        self._call(entry)
        if over:
            self._add(entry)

    def snoozed_left(self, entry: Entry) -> float | None:
        """Seconds until a snooze ends; None: it is not snoozed."""
        return None if entry.snoozed_until is None else entry.snoozed_until - self._clock()

    def put_off(self, entry: Entry, seconds: float, by: Actor | None) -> None:
        """It is snoozed there, for so long yet."""
        entry.state, entry.snoozed_until = "snoozed", self._clock() + seconds
        entry.by, entry.by_at = by, self._wall()
        self.unwritten.changed(entry)

    def end_there(self, entry: Entry, over: LifeOver, late: float) -> bool:
        """It is over there; False: it was not active here."""
        ended = self._end(entry, over.state)
        if over.state == "acknowledged" and (ended or entry.by != over.by):
            entry.by, entry.by_at = over.by, self._wall() - over.ago - late
            self.unwritten.changed(entry)
        if over.resolved:
            self._resolve(entry)
        return ended

    # Over a restart

    def drain(self, boot: str) -> list[Line]:
        """What changed since the last time, to be written down."""
        return self.unwritten.drain(self.moment(boot))

    def everything(self, boot: str) -> list[Line]:
        """All that is to be kept, for a file that is written anew."""
        at = self.moment(boot)
        self.unwritten.written_anew()
        lives = (*self.ended, *self.known(), *self.ended.untold())
        kept = {entry.number: entry for entry in lives}
        return [Line(at, kept[number]) for number in sorted(kept)]

    def moment(self, boot: str) -> Moment:
        """Now, on both clocks."""
        return Moment(boot, self._clock(), self._wall())

    def restore(self, lines: Iterable[Line], boot: str) -> None:
        """Go on where an earlier run stopped; of each life the last line counts."""
        now = self.moment(boot)
        lives: dict[int, Entry] = {}
        old: set[int] = set()
        for line in lines:
            if line.entry is not None:
                lives[line.entry.number] = carried(line.entry, line.at, now)
                if now.since(line.at) > NO_NEWS:
                    old.add(line.entry.number)
        for number, found in sorted(lives.items()):
            self._number = max(self._number, number)
            self.ended.follow_up(found)
            if found.ended is None:
                if (torn := self.active.get(found.key)) is not None:
                    self._end(torn, "expired")  # the line with its end was lost
                self._add(found)
                banner = found.severity != "critical" and self._settings.banner
                if banner and number in old:
                    self._end(found, "expired")
        for found in sorted(lives.values(), key=lambda found: found.ended or 0.0):
            if found.ended is not None:
                self.ended.put(found)
        self.tick()

    # One life

    def _raise(self, alert: Alert, derived: bool) -> Entry:
        now, wall = self._clock(), self._wall()
        # Over a lost file, too, no number may come again: a panel may still name an old one.
        self._number = max(self._number + 1, int(wall * 1000))
        raised = new_entry(alert, self._number, now, wall, derived)
        self.ended.over.drop(raised.key)
        self.unwritten.changed(raised)
        self._add(raised)
        return raised

    def _renew(self, found: Entry, alert: Alert, derived: bool) -> Taken:
        """It is active already: it may get worse and richer, never weaker."""
        rank, joins = found.rank, self._joins(found, derived)
        self._ranked.drop(found)
        changed = found.take(alert, words=found.derived or not derived)
        if found.lasts is not None:
            found.renewed = self._clock()
            self.unwritten.mark(found)
        found.derived = found.derived and derived
        moves = found.kind == "project_update_alert" and not derived
        if moves:  # a project that moves on is news each time
            found.count, found.stood = found.count + 1, 0.0
        self._ranked.put(found)
        rises = found.rank < rank
        if rises:
            self._call(found)
        if changed or moves:
            self.unwritten.changed(found)
            self._fit()
        return Taken(found, rises or moves, changed and joins and not rises)

    def _joins(self, found: Entry, derived: bool) -> bool:
        return found.derived and not derived and self._clock() - found.began < JOINS

    def _again(self, found: Entry, alert: Alert, derived: bool) -> Taken | None:
        """It has ended and comes again; None: that is a new life."""
        if SEVERITIES.index(alert.severity) < found.rank:
            return None
        if derived and found.severity == "critical" and found.resolved is None:
            # The ticket is as critical as it was when somebody saw to it, before a restart.
            return Taken(found, news=False)
        if found.repeated(alert):
            return Taken(found, news=False)
        last = found.ended if found.resolved is None else found.resolved
        if last is None or self._clock() - last >= self._settings.again_after:
            return None
        found.count += 1
        if found.state == "acknowledged" and found.resolved is None:
            self.unwritten.changed(found)
            return Taken(found, news=False)
        unanswered = found.state == "expired" and found.severity == "critical"
        heard, sounded = found.heard, found.sounded
        self._reopen(found)
        found.take(alert, words=not derived)
        found.by = found.by_at = None
        self._call(found)
        if not unanswered:  # the room has just heard it: it sounds again when its turn comes
            found.sounded, found.heard = sounded, None if heard is None else found.began
        self._add(found)
        return Taken(found, news=unanswered)

    def _reopen(self, entry: Entry) -> None:
        """It is over no more; its caller makes it active."""
        self.ended.drop(entry)
        entry.ended = entry.ended_at = entry.resolved = entry.resolved_at = None
        if entry.upstream != "waiting":  # that one still goes out
            entry.upstream, entry.upstream_detail, entry.upstream_fault = "", "", None

    def _call(self, entry: Entry) -> None:
        """It calls for attention from now on, as if it had never been heard."""
        entry.state, entry.began = "active", self._clock()
        entry.snoozed_until = entry.escalated = entry.escalated_at = None
        entry.escalation, entry.repeats, entry.stood = "", 0, 0.0
        entry.heard = entry.sounded = None
        self.unwritten.changed(entry)

    def _end(self, entry: Entry, state: AlertState) -> bool:
        """It is active no more; False: it was not active."""
        if self.active.get(entry.key) is not entry:
            return False
        del self.active[entry.key]
        self._ranked.drop(entry)
        entry.state, entry.snoozed_until = state, None
        entry.ended, entry.ended_at = self._clock(), self._wall()
        if state == "resolved":
            entry.resolved, entry.resolved_at = entry.ended, entry.ended_at
        if not self.active:
            self.displaced = 0
        self.unwritten.changed(entry, urgent=state == "acknowledged")
        self.ended.put(entry)
        return True

    def _resolve(self, entry: Entry) -> bool:
        if self._end(entry, "resolved"):
            return True
        if entry.ended is not None and entry.resolved is None:
            entry.resolved, entry.resolved_at = self._clock(), self._wall()
            self.unwritten.changed(entry)
        return False

    # All of them

    def _add(self, entry: Entry) -> None:
        self.active[entry.key] = entry
        self._ranked.put(entry)
        self._fit()

    def _fit(self) -> None:
        """Beyond the bounds the mildest goes, of several the oldest, and is counted."""
        while (mildest := self._ranked.surplus()) is not None:
            self._end(mildest, "displaced")
            self.displaced += 1

    def _too_long(self, entry: Entry, now: float) -> bool:
        """A critical alert expires only after it could be heard, and after it escalated.

        Where its source says how long one lasts, that counts from the last word about it.
        """
        if self._is_governed(entry, now):
            return False
        longest, since = entry.lasts, max(entry.began, entry.renewed or entry.began)
        if entry.severity == "critical":
            longest = self._settings.critical_timeout if longest is None else longest
            unheard = entry.heard is None
            if unheard or (self._settings.escalate and entry.escalated is None):
                return False
            since = max(since, entry.heard or since, entry.escalated or since)
        return longest is not None and longest > 0 and now - since >= longest

    def _is_governed(self, entry: Entry, now: float) -> bool:
        """Whether another kiosk says when this one ends; one that is away does so no more."""
        kiosk = entry.kiosk
        return bool(kiosk) and now - self._governed.setdefault(kiosk, now) < UNGOVERNED

    def _age_banners(self, passed: float) -> bool:
        """While something critical covers them their time stands still."""
        if self.critical():
            return False
        self._banners.choose(self._ranked.lesser())
        now, aged = self._clock(), self._banners.age(passed, float(self._settings.banner))
        over = [entry for entry in aged if not self._is_governed(entry, now)]
        for entry in over:
            self._end(entry, "expired")
        return bool(over)
