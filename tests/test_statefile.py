import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_protocol import TICKET, tickets, update

from kioskd import statefile
from kioskd.policy import Kept
from kioskd.protocol import Alert


def test_what_was_kept_comes_back_byte_for_byte(tmp_path: Path) -> None:
    kept = update(tickets(TICKET))
    statefile.save(tmp_path / "state.gz", "tickets", [kept])
    found = statefile.load(tmp_path / "state.gz")
    assert found is not None
    assert (found.screen, [u.frame for u in found.updates]) == ("tickets", [kept.frame])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 400), nuls=st.booleans())
def test_a_torn_file_is_set_aside_and_never_fatal(tmp_path: Path, cut: int, nuls: bool) -> None:
    path = tmp_path / "state.gz"
    statefile.save(path, "tickets", [update(tickets(TICKET))])
    whole = path.read_bytes()
    cut = min(cut, len(whole) - 1)
    torn = whole[:cut] + bytes(len(whole) - cut if nuls else 0)
    assume(torn != whole)  # gzip ends in NULs itself
    path.write_bytes(torn)
    assert statefile.load(path) is None
    assert not path.exists()


def test_a_mute_and_the_active_alerts_are_kept(tmp_path: Path) -> None:
    alert = Alert("critical_alert", "7", "Queda", "critical", "/a.ogg", {"x": [1]})
    kept = Kept(1_790_000_000.0, [(alert, 1_780_000_000.0, 3)])
    statefile.save(tmp_path / "state.gz", None, [], kept)
    found = statefile.load(tmp_path / "state.gz")
    assert found is not None
    assert found.kept == kept


def test_a_file_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statefile, "LARGEST", 1000)
    path = tmp_path / "state.gz"
    path.write_bytes(gzip.compress(b" " * 1_000_000))
    assert statefile.load(path) is None


def test_nothing_kept_is_nothing_found(tmp_path: Path) -> None:
    assert statefile.load(tmp_path / "state.gz") is None


def test_a_folder_that_cannot_be_written_is_an_error_that_the_caller_sees(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        statefile.save(tmp_path / "file" / "state.gz", None, [])
