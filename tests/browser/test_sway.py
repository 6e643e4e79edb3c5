"""sway, told where each panel belongs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.browser.devtools import BrowserError
from kioskd.browser.sway import Output, Place, Sway
from tests.support.sway import PlayedSway, output

OWN = Place("", "", 0, True)
OTHER = Place("Kiosk-B", "HDMI-A-2", 90, True)


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedSway:
    (tmp_path / "bin").mkdir()
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    return PlayedSway(tmp_path / "bin", tmp_path / "played")


@pytest.fixture
def sway(played: PlayedSway, tmp_path: Path) -> Iterator[Sway]:
    """One that has come up, with a panel on each of two screens."""
    played.outputs(output("HDMI-A-1"), output("HDMI-A-2", transform="270"))
    played.workspaces(kioskd_0=("HDMI-A-1", True), kioskd_1=("HDMI-A-2", True))
    sway = Sway((OWN, OTHER), tmp_path / "run", {})
    try:
        assert sway.comes_up()
        yield sway
    finally:
        sway.end()


def where(sway: Sway) -> list[str | None]:
    return [each and each.name for each in sway.arrange()]


def test_it_has_a_rule_for_the_window_of_each_panel_and_no_key(
    sway: Sway, played: PlayedSway
) -> None:
    assert "workspace kioskd-1 output HDMI-A-2\n" in played.config
    for name in ("kioskd-0", "kioskd-1"):
        rule = f'for_window [title="^{name}( |$)"] move container to workspace {name}, fullscreen'
        assert rule in played.config
    assert "bindsym" not in played.config
    assert "exec" not in played.config


def test_what_is_in_its_place_is_left_alone(sway: Sway, played: PlayedSway) -> None:
    one, two = sway.arrange()
    assert one == Output("HDMI-A-1", True, "normal", 1280, 720)
    assert two is not None
    assert two.name == "HDMI-A-2"
    assert played.told == []


def test_the_daemon_finds_its_display_where_cages_is_and_nobody_else_its_socket(
    sway: Sway, tmp_path: Path
) -> None:
    assert (tmp_path / "run/wayland-0").is_socket()
    assert (tmp_path / "run/sway.sock").stat().st_mode & 0o777 == 0o600


def test_the_panel_of_this_machine_has_the_first_output_that_no_other_has(
    sway: Sway, played: PlayedSway
) -> None:
    played.outputs(output("HDMI-A-2"), output("HDMI-A-1"), output("DP-1"))
    assert where(sway) == ["DP-1", "HDMI-A-2"]
    played.outputs(output("HDMI-A-2"))
    assert where(sway) == [None, "HDMI-A-2"]
    assert sway.connected == ["HDMI-A-2"]
    played.outputs()
    assert where(sway) == [None, None]


def test_a_screen_that_is_plugged_in_is_turned_and_gets_its_panel_back(
    sway: Sway, played: PlayedSway
) -> None:
    played.outputs(output("HDMI-A-1"))
    played.workspaces(kioskd_0=("HDMI-A-1", True), kioskd_1=("HDMI-A-1", False))
    assert where(sway) == ["HDMI-A-1", None]
    assert played.told == []
    played.outputs(output("HDMI-A-1"), output("HDMI-A-2"))
    assert where(sway) == ["HDMI-A-1", "HDMI-A-2"]
    assert played.told == [
        'output HDMI-A-2 transform 270; [workspace="^kioskd-1$"] move workspace to output HDMI-A-2;'
        " workspace kioskd-1; workspace kioskd-0"
    ]


def test_a_panel_without_a_screen_covers_no_other(sway: Sway, played: PlayedSway) -> None:
    played.outputs(output("HDMI-A-1"))
    played.workspaces(kioskd_1=("HDMI-A-1", True), kioskd_0=("HDMI-A-1", False))
    sway.arrange()
    assert played.told == ["workspace kioskd-0"]
    played.outputs(output("HDMI-A-2", transform="270"))
    played.workspaces(kioskd_0=("HDMI-A-2", True), kioskd_1=("HDMI-A-2", False))
    sway.arrange()
    assert played.told[1:] == ["workspace kioskd-1"]


def test_a_screen_that_is_dark_is_not_told_anything(sway: Sway, played: PlayedSway) -> None:
    played.outputs(output("HDMI-A-1"), output("HDMI-A-2", active=False))
    played.workspaces(kioskd_0=("HDMI-A-1", True), kioskd_1=("HDMI-A-1", False))
    found = sway.arrange()[1]
    assert found is not None
    assert not found.active
    assert played.told == []


def test_a_window_opens_where_it_is_seen_at_once(sway: Sway, played: PlayedSway) -> None:
    two = sway.arrange()[1]
    assert two is not None
    sway.expect(1, two)
    assert played.told == ["focus output HDMI-A-2; workspace kioskd-1"]


def test_one_that_has_gone_does_not_answer(sway: Sway) -> None:
    sway.end()
    with pytest.raises(BrowserError, match="sway does not answer"):
        sway.arrange()


def test_one_that_ends_at_once_does_not_come_up(played: PlayedSway, tmp_path: Path) -> None:
    (tmp_path / "bin/sway").write_text("#!/bin/sh\nexit 1\n")
    sway = Sway((OWN, OTHER), tmp_path / "run", {})
    assert not sway.comes_up()
    sway.end()
