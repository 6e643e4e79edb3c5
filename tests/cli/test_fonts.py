"""The doctor looks for letters: real fontconfig, and a machine without it."""

import os
from pathlib import Path

import msgspec
import pytest

from kioskd.cli.doctor.fonts import fonts
from kioskd.core.status import Status
from tests.support.kiosk import Wall
from tests.support.status import panel


def status(**scripts: str) -> Status:
    return msgspec.structs.replace(Wall().reporter.status(), scripts=scripts, panels=[panel(1.0)])


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only programs that there are."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_packages_are_named_for_what_no_font_covers(programs: Path) -> None:
    has_thai = "case $1 in *charset=e01) echo Loma;; *charset=*) ;; *) echo Inter;; esac"
    program(programs, "fc-list", has_thai)
    thai, asian, other = ("ก", {"CJK": "打", "HANGUL": "한"}, {"DEVANAGARI": "ह"})
    (fine,) = fonts(status(THAI=thai))
    assert fine.state == "ok"
    found = fonts(status(THAI=thai, **asian, **other))
    assert [each.state for each in found] == ["warn", "warn"]
    assert "no font of this machine has CJK (such as 打), Hangul (such as 한)" in found[0].said
    assert found[0].do.startswith("sudo apt install fonts-wqy-microhei; then: ")
    assert found[1].do.startswith("sudo apt install fonts-noto-core; then: ")


def test_without_fontconfigs_program_the_packages_tell(programs: Path) -> None:
    installed = "for last; do :; done; [ $last = fonts-noto-core ] && echo -n installed"
    program(programs, "dpkg-query", installed)
    assert [each.state for each in fonts(status(THAI="ก"))] == ["ok"]
    assert [each.state for each in fonts(status(CJK="打"))] == ["warn"]


def test_nothing_is_said_where_nothing_is_needed_or_known() -> None:
    assert fonts(status()) == []
    assert fonts(None) == []
    elsewhere = msgspec.structs.replace(panel(1.0), address="192.0.2.7")
    far = msgspec.structs.replace(status(THAI="ก"), panels=[elsewhere])
    assert fonts(far) == []  # that machine's fonts are not known here


@pytest.mark.skipif(not os.path.exists("/usr/bin/fc-list"), reason="no fontconfig here")
def test_the_real_program_is_asked_for_the_very_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts_of = Path(__file__).parents[2] / "frontend/node_modules"  # Latin, and no Thai
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>{fonts_of}/@fontsource-variable/inter</dir>"
        f"<cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    (missing,) = fonts(status(THAI="ก"))
    assert missing.state == "warn"
    (fine,) = fonts(status(LATIN="a"))
    assert fine.state == "ok"
