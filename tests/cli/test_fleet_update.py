"""What ``kioskd fleet update`` refuses by itself; the rest is tried on booted Debians."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.signing import Signer

URL = "https://files.example/kioskd.deb"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    tree = tmp_path / "tree/DEBIAN"
    tree.mkdir(parents=True)
    (tree / "control").write_text(
        "Package: kioskd\nVersion: 2.0\nArchitecture: all\nMaintainer: nobody\nDescription: x\n"
    )
    made = tmp_path / "kioskd_2.0.deb"
    build = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", str(tree.parent), str(made)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    return made


def refusal(file: Path, *words: str) -> tuple[int, str]:
    """The exit code, and why."""
    command = [sys.executable, "-m", "kioskd", "fleet", "update", str(file), "--all"]
    command += ["--key", str(file.parent / "release.key"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_what_nobody_could_take_is_refused_at_once(file: Path) -> None:
    for words in (
        ["--url", "http://files.example/kioskd.deb"],
        ["--url", "https://ana:senha@files.example/kioskd.deb"],
        ["--url", URL, "--canary", "0"],
        [],
    ):
        assert refusal(file, *words)[0] == 2
    code, why = refusal(file, "--url", URL)
    assert (code, "is not signed" in why) == (1, True)
    Signer(file.parent).sign(file)
    code, why = refusal(file.with_name("none.deb"), "--url", URL)
    assert code == 1
    file.write_bytes(b"torn")
    assert refusal(file, "--url", URL)[0] == 1
