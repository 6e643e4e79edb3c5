"""What goes wrong with one part of the daemon is shown, and stays that part's own."""

from types import SimpleNamespace
from typing import Any, cast

from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.lifecycle import Daemon


class BrokenPast:
    """Its looks fail while it has something to raise; else one is due each time."""

    def __init__(self) -> None:
        self.raised: Exception | None = OverflowError("too large")

    def tick(self) -> bool:
        if self.raised is not None:
            raise self.raised
        return True


def test_a_look_at_the_past_that_fails_is_shown_until_one_goes_well(caplog: Any) -> None:
    past, faults = BrokenPast(), PartFaults(Changed())
    parts = SimpleNamespace(past=SimpleNamespace(trends=past), core=SimpleNamespace(faults=faults))
    daemon = cast(Daemon, SimpleNamespace(parts=parts))
    for _ in range(3):
        Daemon._look_back(daemon)
    assert "past" in faults
    assert sum("Traceback" in (record.exc_text or "") for record in caplog.records) == 1
    past.raised = None
    Daemon._look_back(daemon)
    assert "past" not in faults
