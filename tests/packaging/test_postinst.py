"""What the package says when it was installed, and that an upgrade is quiet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kioskd.cli import installed

ROOT = Path(__file__).parents[2]
POSTINST = ROOT / "packaging/deb/postinst"
OTHERS = (
    *("systemd-sysusers", "systemd-tmpfiles", "systemctl", "dpkg", "dpkg-query"),
    *("deb-systemd-helper", "deb-systemd-invoke", "python3"),
)


# The system's Python as the script asks for its version, compiles, and lets it say something.
PYTHON = f"""case "$*" in
*sys.version_info*) echo python3.13 ;;
*kioskd.cli.installed*) exec {sys.executable} "$@" ;;
*"-j 0"*) exit PARALLEL ;;
*) echo "No space left on device: x.pyc"; exit SINGLE ;;
esac"""


def python(parallel: int = 0, single: int = 0) -> str:
    """``parallel``, ``single``: how it ends when it compiles on every core, or on one."""
    return PYTHON.replace("PARALLEL", str(parallel)).replace("SINGLE", str(single))


def configured(
    folder: Path, before: str, language: str = "C", **programs: str
) -> subprocess.CompletedProcess[str]:
    """The script, run where every program that it calls does nothing but what is given."""
    (folder / "usr/lib/kioskd/python3.13").mkdir(parents=True, exist_ok=True)
    (folder / "usr/lib/kioskd/python3.13/kioskd").symlink_to(ROOT / "kioskd")
    programs = {"python3": python()} | programs
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
        env={"PATH": f"{folder}/bin:{os.environ['PATH']}", "LANG": language},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("pt_BR.UTF-8", "O kioskd está instalado"),
        ("es_AR.UTF-8", "kioskd está instalado y"),
        ("de_DE.UTF-8", "kioskd is installed"),
    ],
)
def test_a_first_installation_says_where_the_wall_is_and_what_to_edit_next(
    language: str, says: str, tmp_path: Path
) -> None:
    said = configured(tmp_path, "", language).stdout
    assert "http://127.0.0.1:8080/" in said
    for line in (
        "sudo nano /etc/kioskd/kioskd.yaml",
        "kioskd check",
        "sudo systemctl reload kioskd",
        "kioskd doctor",
    ):
        assert line in said
    assert says in said


def test_an_upgrade_says_nothing(tmp_path: Path) -> None:
    done = configured(tmp_path, "0.0.9")
    assert (done.stdout, done.stderr) == ("", "")


def test_files_that_can_not_be_compiled_are_told_and_stop_nothing(tmp_path: Path) -> None:
    done = configured(tmp_path, "0.0.9", "pt_BR.UTF-8", python3=python(parallel=1, single=1))
    assert "No space left on device" in done.stderr
    assert "seus arquivos não puderam ser compilados, e cada início demora o dobro" in done.stderr


@pytest.mark.parametrize(("parallel", "single"), [(0, 1), (1, 0)])
def test_where_one_of_two_ways_compiles_nothing_is_said(
    tmp_path: Path, parallel: int, single: int
) -> None:
    done = configured(tmp_path, "0.0.9", python3=python(parallel=parallel, single=single))
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("environment", "written", "language"),
    [
        ({"LANG": "C.UTF-8"}, "kiosk: {language: es}", "es"),
        ({}, "kiosk: {language: pt-BR}", "pt-BR"),
        ({"LANG": "pt_BR.UTF-8"}, "kiosk: {language: es}", "pt-BR"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C"}, "kiosk: {language: es}", "es"),
        ({}, "", "en"),
    ],
)
def test_the_terminals_language_goes_before_that_of_the_file_that_nobody_has_edited(
    environment: dict[str, str], written: str, language: str, tmp_path: Path
) -> None:
    (tmp_path / "kioskd.yaml").write_text(written)
    assert installed._language(environment, tmp_path / "kioskd.yaml") == language
    assert installed._language({}, tmp_path / "none") == "en"
