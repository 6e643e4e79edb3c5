"""What a run of the tests says when it tested nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED = "import pytest\n@pytest.mark.skip(reason='no Pi here')\ndef test_one(): ...\n"


@pytest.mark.parametrize(
    ("content", "right"),
    [(SKIPPED, 1), (f"{SKIPPED}def test_two(): ...\n", 0), ("def test_two(): assert 0\n", 1)],
    ids=["all skipped", "one ran", "one failed"],
)
def test_a_run_in_which_everything_was_skipped_fails_and_says_why(
    tmp_path: Path, content: str, right: int
) -> None:
    (tmp_path / "test_it.py").write_text(content)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.ran", "-c", os.devnull]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == right, done.stdout
    assert ("nothing was tested" in done.stdout) == (content == SKIPPED)
