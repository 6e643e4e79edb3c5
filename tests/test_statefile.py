from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_protocol import TICKET, tickets, update

from kioskd import statefile


def test_what_was_kept_comes_back_byte_for_byte(tmp_path: Path) -> None:
    kept = update(tickets(TICKET))
    statefile.save(tmp_path / "state.json", "tickets", [kept])
    found = statefile.load(tmp_path / "state.json")
    assert found is not None
    assert (found.screen, [u.frame for u in found.updates]) == ("tickets", [kept.frame])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 400), nuls=st.booleans())
def test_a_torn_file_is_set_aside_and_never_fatal(tmp_path: Path, cut: int, nuls: bool) -> None:
    path = tmp_path / "state.json"
    statefile.save(path, "tickets", [update(tickets(TICKET))])
    whole = path.read_bytes()
    cut = min(cut, len(whole) - 1)
    path.write_bytes(whole[:cut] + bytes(len(whole) - cut if nuls else 0))
    assert statefile.load(path) is None
    assert not path.exists()


def test_nothing_kept_is_nothing_found(tmp_path: Path) -> None:
    assert statefile.load(tmp_path / "state.json") is None


def test_a_folder_that_cannot_be_written_is_an_error_that_the_caller_sees(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        statefile.save(tmp_path / "file" / "state.json", None, [])
