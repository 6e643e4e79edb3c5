from pathlib import Path

import pytest

from tests.support.recording import Recording


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """What is played from now on, by this process and its children."""
    found = Recording(tmp_path / "card.raw")
    found.use(monkeypatch)
    return found
