"""What the package says when it was installed, and that an upgrade is quiet."""

import os
import subprocess
from pathlib import Path

import pytest

POSTINST = Path(__file__).parents[2] / "packaging/deb/postinst"
OTHERS = (
    *("systemd-sysusers", "systemd-tmpfiles", "systemctl", "dpkg", "dpkg-query"),
    *("deb-systemd-helper", "deb-systemd-invoke", "python3"),
)


def configured(folder: Path, before: str, **programs: str) -> subprocess.CompletedProcess[str]:
    """The script, run where every program that it calls does nothing but what is given."""
    (folder / "bin").mkdir(exist_ok=True)
    for name in OTHERS:
        program = folder / "bin" / name
        program.write_text(f"#!/bin/sh\n{programs.get(name, 'exit 0')}\n")
        program.chmod(0o755)
    (folder / "run/systemd/system").mkdir(parents=True, exist_ok=True)
    (folder / "usr/lib/kioskd").mkdir(parents=True, exist_ok=True)
    (folder / "usr/lib/kioskd/notify-reload.conf").write_text("")
    script = POSTINST.read_text().replace("/run/systemd", f"{folder}/run/systemd")
    script = script.replace("/usr/lib/", f"{folder}/usr/lib/")
    return subprocess.run(
        ["sh", "-c", script, "postinst", "configure", before],
        env={"PATH": f"{folder}/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )


def test_a_first_installation_says_where_the_wall_is_and_what_to_edit_next(tmp_path: Path) -> None:
    said = configured(tmp_path, "").stdout
    assert "http://127.0.0.1:8080/" in said
    for line in (
        "sudo nano /etc/kioskd/kioskd.yaml",
        "kioskd check",
        "sudo systemctl reload kioskd",
        "kioskd doctor",
    ):
        assert line in said
    assert "kioskd está instalado" in said


def test_an_upgrade_says_nothing(tmp_path: Path) -> None:
    done = configured(tmp_path, "0.0.9")
    assert (done.stdout, done.stderr) == ("", "")


# The system's Python as the script asks for its version, and as it compiles.
PYTHON = """case "$*" in
*sys.version_info*) echo python3.13 ;;
*"-j 0"*) exit {parallel} ;;
*) echo "No space left on device: x.pyc"; exit {single} ;;
esac"""


def test_files_that_can_not_be_compiled_are_told_and_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "usr/lib/kioskd/python3.13").mkdir(parents=True)
    done = configured(tmp_path, "0.0.9", python3=PYTHON.format(parallel=1, single=1))
    assert "its files can't be compiled" in done.stderr
    assert "No space left on device" in done.stderr
    assert "demora o dobro" in done.stderr


@pytest.mark.parametrize(("parallel", "single"), [(0, 1), (1, 0)])
def test_where_one_of_two_ways_compiles_nothing_is_said(
    tmp_path: Path, parallel: int, single: int
) -> None:
    (tmp_path / "usr/lib/kioskd/python3.13").mkdir(parents=True)
    done = configured(tmp_path, "0.0.9", python3=PYTHON.format(parallel=parallel, single=single))
    assert done.stderr == ""
