from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process import Process


@pytest.fixture
def kioskd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """A daemon that runs, and tells the browser where it is."""
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    process = Process(tmp_path)
    yield process.start()
    process.close()
