"""The one rule for names: the daemon's, and what a page does must leave it alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kioskd.config import Config, Kiosk
from kioskd.config.names import clean_name
from kioskd.core.identity import kiosk_id

TABLE = Path(__file__).parents[2] / "frontend/test/names.json"  # the panel's test reads it, too
NAMES = [(each["written"], each["cleaned"]) for each in json.loads(TABLE.read_text())]
# The system's, or the wheel's that the panel is built with where the system has none.
NODE = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
# What keep.ts does to the name in a page's address.
PAGE = """
const names = JSON.parse(require('fs').readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(names.map((name) => name.trim().slice(0, 64))))
"""


@pytest.mark.parametrize(("written", "cleaned"), NAMES)
def test_a_name_is_one_line_without_blanks_around_it(written: str, cleaned: str) -> None:
    assert clean_name(written) == cleaned


@given(st.text(max_size=100))
def test_a_clean_name_stays_as_it_is(written: str) -> None:
    assert clean_name(clean_name(written)) == clean_name(written)


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@settings(max_examples=20)
@given(st.lists(st.text(st.characters(), min_size=1, max_size=90), min_size=50, max_size=100))
def test_what_javascript_does_to_a_clean_name_changes_nothing(written: list[str]) -> None:
    cleaned = [clean_name(name) for name in written]
    done = subprocess.run(
        [str(NODE), "-e", PAGE],
        input=json.dumps(cleaned),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == cleaned


@pytest.mark.parametrize("blank", ["", " ", "\ufeff", "\u00a0\t"])
def test_a_blank_id_is_as_good_as_none(blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "sala-3")
    assert kiosk_id(Config(kiosk=Kiosk(id=blank))) == "Kiosk-SALA-3"
