"""What another kiosk shares, put together: how old it truly is, and why it can't be had."""

import msgspec
import pytest

from kioskd.core.faults import Fault
from kioskd.core.messages import Away, Confirmed, Connected, Failed, Gone, Message, Update
from kioskd.core.ports import Heard
from kioskd.core.shared import (
    EXPIRES,
    FORMAT,
    FaultTold,
    Fresh,
    Said,
    SharedView,
    ViewTold,
    pack,
    unpack,
)
from kioskd.errors import ProtocolError
from kioskd.sources.feed import Feed
from tests.support.clock import Clock
from tests.support.frames import TICKET, tickets, update

SHARER = "Kiosk-CENTRAL"
FRAME = tickets(TICKET)


class Fed:
    """One wall that takes the tickets of ``SHARER``."""

    def __init__(self) -> None:
        self.clock = Clock(now=5_000_000.0)  # this machine runs for two months
        self.feed = Feed(SHARER, "Kiosk-B", ("tickets",), "broker:8883", self.clock)
        self.feed.is_there(True)

    def view(self, mark: str = "m1") -> None:
        self.feed.take_view("tickets", mark, update(FRAME))

    def fresh(
        self,
        told: ViewTold | None,
        uptime: float = 100.0,
        left: int | None = None,
        retained: bool = False,
        run: str = "r1",
    ) -> list[Message]:
        views = {} if told is None else {"tickets": told}
        payload = msgspec.json.encode(Fresh(FORMAT, Said(run, uptime), views))
        self.feed.take_fresh(Heard("fresh", payload, retained, left))
        return self.news()

    def news(self, cut_off: Fault | None = None) -> list[Message]:
        return list(self.feed.news(cut_off))


@pytest.fixture
def fed() -> Fed:
    return Fed()


def ages(found: list[Message]) -> list[tuple[float, bool]]:
    return [(m.age, m.unsure) for m in found if isinstance(m, Update | Confirmed)]


def test_an_age_is_the_one_that_the_sharer_says(fed: Fed) -> None:
    fed.view()
    assert ages(fed.fresh(ViewTold("m1", age=40.0))) == [(40.0, False)]
    fed.clock.now += 15
    assert ages(fed.fresh(ViewTold("m1", age=55.0), uptime=115)) == [(55.0, False)]


def test_what_the_broker_kept_is_older_by_the_time_that_it_kept_it(fed: Fed) -> None:
    fed.view()
    found = fed.fresh(ViewTold("m1", age=40.0), left=EXPIRES - 3600, retained=True)
    assert ages(found) == [(40.0 + 3600 + 1, False)]


@pytest.mark.parametrize("left", [None, EXPIRES + 10**8])
def test_what_was_kept_nobody_knows_how_long_is_old_until_the_sharer_speaks(
    fed: Fed, left: int | None
) -> None:
    fed.view()
    assert ages(fed.fresh(ViewTold("m1", age=1.0), left=left, retained=True)) == [(1.0, True)]
    fed.clock.now += 15
    assert ages(fed.fresh(ViewTold("m1", age=16.0), uptime=115)) == [(16.0, False)]


def test_a_message_that_comes_late_is_as_old_as_it_is(fed: Fed) -> None:
    fed.view()
    fed.fresh(ViewTold("m1", age=2.0), uptime=100)
    fed.clock.now += 600  # it was said 15 s after the first, and lay somewhere since
    assert ages(fed.fresh(ViewTold("m1", age=2.0), uptime=115)) == [(2.0 + 585, False)]


def test_an_old_message_that_comes_again_says_nothing(fed: Fed) -> None:
    fed.view()
    fed.fresh(ViewTold("m1", age=2.0), uptime=100)
    fed.fresh(ViewTold("m1", age=17.0), uptime=115)
    assert fed.fresh(ViewTold("m1", age=2.0), uptime=100) == []
    assert fed.fresh(ViewTold("m1", age=17.0), uptime=115) == []


def test_clocks_that_drift_apart_make_nothing_old_in_a_week(fed: Fed) -> None:
    fed.view()
    found: list[Message] = []
    for at in range(0, 7 * 86400, 15):  # this clock is fast by 100 ppm, as cheap ones are
        fed.clock.now = 5_000_000.0 + at * 1.0001
        found = fed.fresh(ViewTold("m1", age=2.0), uptime=100 + at)
    assert 2.0 <= ages(found)[0][0] < 3.0


def test_a_sharer_that_was_started_anew_is_believed_at_once(fed: Fed) -> None:
    fed.view()
    fed.fresh(ViewTold("m1", age=2.0), uptime=10_000)
    fed.clock.now += 60
    assert ages(fed.fresh(ViewTold("m1", 3.0), uptime=1, run="r2")) == [(3.0, False)]


def test_what_the_sharer_kept_from_before_its_start_is_unsure_here_too(fed: Fed) -> None:
    fed.view()
    assert ages(fed.fresh(ViewTold("m1", age=9.0, unsure=True))) == [(9.0, True)]


def test_a_word_about_another_content_waits_for_it(fed: Fed) -> None:
    fed.view("m1")
    fed.fresh(ViewTold("m1"))
    assert ages(fed.fresh(ViewTold("m2", age=0.5), uptime=101)) == []
    fed.view("m2")
    fed.clock.now += 2
    assert ages(fed.news()) == [(2.5, False)]


def test_the_way_that_a_view_took_is_told(fed: Fed) -> None:
    fed.view()
    (found,) = fed.fresh(ViewTold("m1", via=("Kiosk-X",)))
    assert isinstance(found, Update)
    assert found.via == ("Kiosk-X", SHARER)


def test_a_source_that_the_sharer_lost_is_lost_here_since_then_and_comes_back(fed: Fed) -> None:
    fed.view()
    fed.fresh(ViewTold("m1", age=2.0))
    told = FaultTold("connection_refused", "nothing listens there", {"place": "desk:443"})
    fed.clock.now += 30
    lost = fed.fresh(ViewTold("m1", age=32.0, source="desk", fault=told, away=30.0), uptime=130)
    away, failed = lost
    assert isinstance(away, Away)
    assert isinstance(failed, Failed)
    assert away.ago == 30.0
    assert failed.fault == away.fault
    assert away.fault.code == "shared_source"
    assert away.fault.params == {
        "place": "desk:443",
        "kiosk": SHARER,
        "source": "desk",
        "reason": "connection_refused",
        "detail": "nothing listens there",
    }
    back = fed.fresh(ViewTold("m1", age=0.1, source="desk"), uptime=160)
    assert [type(m) for m in back] == [Connected, Confirmed]


def test_one_view_that_failed_is_told_and_its_age_stays(fed: Fed) -> None:
    fed.view()
    told = FaultTold("fields_missing", "no row has assignedTo")
    first, failed = fed.fresh(ViewTold("m1", age=70.0, fault=told))
    assert isinstance(first, Update)
    assert first.age == 70.0
    assert isinstance(failed, Failed)
    assert failed.fault.params["reason"] == "fields_missing"
    again = fed.fresh(ViewTold("m1", age=85.0, fault=told), uptime=115)
    assert again == []
    assert ages(fed.fresh(ViewTold("m1", age=1.0), uptime=130)) == [(1.0, False)]


def test_a_sharer_that_is_gone_is_so_since_it_last_spoke(fed: Fed) -> None:
    fed.view()
    fed.fresh(ViewTold("m1", age=2.0))
    fed.clock.now += 12
    fed.feed.is_there(False)
    fed.clock.now += 3
    assert fed.news() == [
        Away(Fault("shared_away", {"kiosk": SHARER, "place": "broker:8883"}), 15.0)
    ]
    assert fed.news() == []
    fed.feed.is_there(True)
    assert [type(m) for m in fed.fresh(ViewTold("m1", age=1.0), uptime=120)] == [
        Connected,
        Confirmed,
    ]


def test_a_link_that_is_lost_is_the_reason_while_it_is(fed: Fed) -> None:
    fed.view()
    fed.fresh(ViewTold("m1"))
    lost = Fault("mqtt_lost", {"place": "broker:8883", "detail": "hung up"})
    assert fed.news(lost) == [Away(lost)]
    assert fed.news(lost) == []


def test_nothing_at_all_is_said_after_a_while_and_not_before() -> None:
    fed = Fed()
    fed.feed.cut_off()
    assert fed.news() == []
    fed.clock.now += 11
    (away,) = fed.news()
    assert isinstance(away, Away)
    assert away.fault.code == "shared_nothing"


def test_tickets_of_another_origin_are_not_shown_for_the_ones_that_are_awaited(fed: Fed) -> None:
    fed.view()
    fed.fresh(ViewTold("m1", origin="desk one"))
    fed.feed.take_view("tickets", "", None)
    assert fed.fresh(ViewTold("", origin="desk two"), uptime=101) == [Gone("tickets")]
    assert fed.fresh(ViewTold("", origin="desk two"), uptime=102) == []


@pytest.mark.parametrize("via", [("Kiosk-B",), tuple(f"K{n}" for n in range(9))])
def test_a_circle_is_refused(fed: Fed, via: tuple[str, ...]) -> None:
    fed.view()
    (failed,) = fed.fresh(ViewTold("m1", via=via))
    assert isinstance(failed, Failed)
    assert failed.fault.code == "shared_circle"


def test_nonsense_is_an_error_that_names_it(fed: Fed) -> None:
    for payload in (b"\xff", b"[]", b'{"format": 1}', b"[" * 100_000):
        with pytest.raises(ProtocolError):
            fed.feed.take_fresh(Heard("fresh", payload, False, None))


def test_a_bomb_is_not_unpacked() -> None:
    bomb = pack(SharedView(FORMAT, "m", msgspec.Raw(b'"' + b"a" * 20_000_000 + b'"')))
    assert len(bomb) < 200_000
    with pytest.raises(ProtocolError, match="larger"):
        unpack(bomb, SharedView)
    for payload in (b"", b"no gzip", pack(SharedView(FORMAT, "m", msgspec.Raw(b"1")))[:-9]):
        with pytest.raises(ProtocolError):
            unpack(payload, SharedView)
