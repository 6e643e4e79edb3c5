"""The picture of this machine's screen: which way it is taken, and what is said without one."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kioskd.core.screenshot import Screenshot, Unseen
from kioskd.core.status import DisplayStatus
from kioskd.host import screen, screenshot
from kioskd.host.screenshot import Screenshots
from kioskd.host.told import PHOTOGRAPHER

Program = Callable[[str, str], None]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a program in the place of one of a machine with a compositor."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-0"))
    monkeypatch.setattr(screen, "CONNECTORS", tmp_path / "drm")

    def put(name: str, script: str) -> None:
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "bin" / name).chmod(0o755)

    put("cage", "echo Cage version 0.2.0")
    put("grim", "exit 1")
    return put


def screenshots(display: DisplayStatus | None = None) -> Screenshots:
    return Screenshots(lambda: display or DisplayStatus("on"), wall=lambda: 1.8e9)


async def photographer(folder: Path, image: bytes) -> asyncio.Server:
    """What watches the browser, as far as it is asked for a picture."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(image)
        await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(answer, str(folder / PHOTOGRAPHER))


async def test_the_compositors_picture_comes_first(program: Program, tmp_path: Path) -> None:
    program("grim", 'echo "$@" >"$0.asked"; printf picture')
    async with await photographer(tmp_path, b"page"):
        taken = await screenshots().take()
    assert taken == Screenshot(b"picture", "image/png", "screen", 1.8e9)
    assert (tmp_path / "bin/grim.asked").read_text().endswith("-t png -\n")


@pytest.mark.parametrize("grim", ["echo no output >&2; exit 1", "exec sleep 60", "exit 0"])
async def test_what_gives_no_picture_is_passed_over_for_the_page(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grim: str
) -> None:
    monkeypatch.setattr(screenshot, "LIMIT", 1.0)
    program("grim", grim)
    async with await photographer(tmp_path, b"\xff" * 300_000):
        taken = await screenshots().take()
    assert (taken.of, taken.content_type, len(taken.image)) == ("page", "image/jpeg", 300_000)


async def test_a_compositor_that_shows_grim_a_part_is_not_believed(
    program: Program, tmp_path: Path
) -> None:
    program("cage", "echo 0.1.4")
    program("grim", "printf picture")
    async with await photographer(tmp_path, b"page"):
        assert (await screenshots().take()).of == "page"


async def test_who_asks_while_one_is_taken_gets_the_same(program: Program, tmp_path: Path) -> None:
    program("grim", 'echo once >>"$0.asked"; sleep 0.3; printf picture')
    both = screenshots()
    one, other = await asyncio.gather(both.take(), both.take())
    assert one is other
    assert (tmp_path / "bin/grim.asked").read_text() == "once\n"


async def test_who_goes_away_takes_the_picture_from_nobody(program: Program) -> None:
    program("grim", "sleep 0.3; printf picture")
    both = screenshots()
    first, second = asyncio.create_task(both.take()), asyncio.create_task(both.take())
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).image == b"picture"


async def test_without_any_way_the_reason_says_what_to_do_and_it_takes_no_longer_than_its_limit(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshot, "LIMIT", 0.5)
    program("grim", "exec sleep 60")

    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        left.set()

    before = time.monotonic()
    server = await asyncio.start_unix_server(silent, str(tmp_path / PHOTOGRAPHER))
    with pytest.raises(Unseen, match="systemctl status kioskd-browser") as raised:
        await screenshots().take()
    await left.wait()
    server.close()
    assert raised.value.code == "failed"
    assert time.monotonic() - before < 10


async def test_a_screen_that_shows_nothing_gets_no_picture_that_looks_alive(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("grim", "printf picture")
    with pytest.raises(Unseen, match="the display is off") as raised:
        await screenshots(DisplayStatus("off", "on purpose")).take()
    assert raised.value.code == "display_off"
    (tmp_path / "drm/card1-HDMI-A-1").mkdir(parents=True)
    (tmp_path / "drm/card1-HDMI-A-1/status").write_text("disconnected\n")
    with pytest.raises(Unseen, match="no screen is connected") as raised:
        await screenshots().take()
    assert raised.value.code == "no_screen"
    (tmp_path / "drm/card1-HDMI-A-1/status").write_text("connected\n")
    assert (await screenshots().take()).of == "screen"


@pytest.mark.parametrize("named", [None, "", "wayland-0"])
async def test_a_persons_own_desktop_is_never_shown(
    program: Program, monkeypatch: pytest.MonkeyPatch, named: str | None
) -> None:
    program("grim", "printf private")
    monkeypatch.delenv("WAYLAND_DISPLAY")
    if named is not None:
        monkeypatch.setenv("WAYLAND_DISPLAY", named)
    with pytest.raises(Unseen) as raised:
        await screenshots().take()
    assert raised.value.code == "no_browser"


def test_a_connector_that_goes_while_it_is_read_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "CONNECTORS", tmp_path)
    for name, state in (("card1-DP-1", None), ("card1-HDMI-A-1", "connected\n")):
        (tmp_path / name).mkdir()
        if state is None:
            (tmp_path / name / "status").symlink_to("gone")
        else:
            (tmp_path / name / "status").write_text(state)
    assert not screen.none_connected()
