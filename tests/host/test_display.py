"""The display's power, with a real small program that plays the display."""

import contextlib
import datetime
import zoneinfo
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from kioskd.config import Display as Settings
from kioskd.config import DisplayHours
from kioskd.config.scalars import Duration, TimeOfDay
from kioskd.core.status import DisplayStatus
from kioskd.errors import DisplayError, ProtocolError
from kioskd.host import power
from kioskd.host.display import AGAIN, RETRY, WOKEN, Display

SAO_PAULO = zoneinfo.ZoneInfo("America/Sao_Paulo")
WORK = DisplayHours(
    days=("mon", "tue", "wed", "thu", "fri"),
    start=TimeOfDay.parse("07:00"),
    end=TimeOfDay.parse("19:00"),
)


class DarkRoom:
    """A display that is a file, and a clock that the test turns; starts on a Monday at noon."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.lamp, self.log = folder / "lamp", folder / "log"
        self.now, self.urgent, self.trusted = 0.0, False, True
        self.noon = datetime.datetime(2026, 11, 23, 12, tzinfo=SAO_PAULO).timestamp()
        self.changes = 0
        shell = f"echo {{0}} > {self.lamp}; echo {{0}} >> {self.log}"
        self.settings = Settings(
            backend="command",
            commands={
                "on": ("sh", "-c", shell.format("on")),
                "off": ("sh", "-c", shell.format("off")),
                "query": ("cat", str(self.lamp)),
            },
            **settings,
        )
        self.display = Display(
            self.settings,
            SAO_PAULO,
            lambda: self.urgent,
            lambda: self.trusted,
            self.changed,
            lambda: self.now,
            lambda: self.noon + self.now,
        )

    def changed(self) -> None:
        self.changes += 1

    async def after(self, seconds: float) -> str:
        """What the lamp shows when so much time has passed."""
        self.now += seconds
        await self.display.assert_state()
        return self.lamp.read_text().strip()


async def test_it_follows_the_hours_of_the_week(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    assert await room.after(0) == "on"
    assert await room.after(7 * 3600) == "off"
    assert room.display.status().state == "off"
    assert await room.after(12 * 3600) == "on"


async def test_what_the_earlier_settings_darkened_is_lit_when_others_come(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    assert await room.after(8 * 3600) == "off"
    room.display.configure(Settings(), SAO_PAULO)  # kioskd no longer switches it
    assert await room.after(1) == "on"
    assert room.display.status() == DisplayStatus("on")
    assert room.log.read_text().split() == ["off", "on"]


async def test_other_hours_of_the_same_display_do_not_light_it_in_between(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    assert await room.after(8 * 3600) == "off"
    later = DisplayHours(start=TimeOfDay.parse("08:00"), end=TimeOfDay.parse("18:00"))
    room.display.configure(msgspec.structs.replace(room.settings, on=(later,)), SAO_PAULO)
    assert await room.after(1) == "off"
    assert "on" not in room.log.read_text().split()


async def test_a_press_wakes_it_for_a_while_and_only_a_dark_one_says_so(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    assert not room.display.wake()
    await room.after(8 * 3600)
    assert room.display.wake()
    assert not room.display.wake()
    assert await room.after(1) == "on"
    assert await room.after(WOKEN) == "off"


async def test_a_critical_alert_keeps_it_on_until_it_is_seen_to(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    await room.after(8 * 3600)
    room.urgent = True
    assert await room.after(1) == "on"
    room.urgent = False
    assert await room.after(1) == "off"


async def test_held_off_it_stays_on_while_a_critical_alert_waits_and_says_so(
    tmp_path: Path,
) -> None:
    room = DarkRoom(tmp_path)
    room.urgent = True
    assert room.display.hold(False) is False
    assert await room.after(1) == "on"
    room.urgent = False
    assert await room.after(1) == "off"
    assert room.display.hold(True) is True
    assert await room.after(1) == "on"
    assert room.display.hold(False) is True
    assert await room.after(1) == "off"


async def test_without_movement_it_darkens_and_movement_lights_it(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, off_without_motion=Duration(600))
    assert await room.after(599) == "on"
    assert await room.after(2) == "off"
    room.display.moved()
    assert await room.after(0) == "on"


async def test_with_a_clock_that_cannot_be_right_it_stays_on(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    room.trusted = False
    assert await room.after(8 * 3600) == "on"


async def test_the_state_is_asserted_again_now_and_then_and_not_every_second(
    tmp_path: Path,
) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    for _ in range(10):
        await room.after(1)
    assert room.log.read_text().split() == ["on"]
    room.lamp.write_text("off")  # somebody used the television's own remote
    assert await room.after(AGAIN) == "on"


async def test_a_display_that_still_obeys_is_not_switched_again(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    for _ in range(5):
        await room.after(AGAIN)
    assert room.log.read_text().split() == ["on"]


async def test_a_display_that_cannot_be_asked_is_switched_again_now_and_then(
    tmp_path: Path,
) -> None:
    room = DarkRoom(tmp_path, on=(WORK,))
    mute = Settings(
        backend="command",
        commands={name: argv for name, argv in room.settings.commands.items() if name != "query"},
    )
    room.display.configure(mute, SAO_PAULO)
    for _ in range(3):
        await room.after(AGAIN)
    assert room.log.read_text().split() == ["on", "on", "on"]


async def test_a_display_that_does_not_obey_is_a_fault_until_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(power, "SETTLES", 0.0)
    room = DarkRoom(tmp_path)
    broken: dict[Literal["on", "off", "query"], tuple[str, ...]] = {
        "on": ("true",),
        "off": ("true",),
        "query": ("echo", "off"),
    }
    room.display.configure(Settings(backend="command", commands=broken), SAO_PAULO)
    await room.display.assert_state()
    assert room.display.status() == DisplayStatus(
        "failed", "the display was switched on but says that it is off", "disobeys"
    )
    assert room.changes == 1
    room.display.configure(room.settings, SAO_PAULO)
    assert await room.after(RETRY) == "on"
    assert room.display.status().state == "on"


@pytest.mark.parametrize(
    ("backend", "plainly"),
    [
        (
            "wlopm",
            "wlopm is not installed; cage, which shows the panel, would not obey it"
            "; try display.backend: wlr-randr",
        ),
        ("wlr-randr", "wlr-randr is not installed; sudo apt install wlr-randr"),
        ("cec", "cec-ctl is not installed; sudo apt install v4l-utils"),
    ],
)
async def test_a_missing_program_is_said_with_what_helps(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    backend: Literal["wlopm", "wlr-randr", "cec"],
    plainly: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = power.commands(Settings(backend=backend, output="DP-7"))
    assert found is not None
    with pytest.raises(power.Refused) as caught:
        await power.switch(found, on=False)
    assert str(caught.value) == plainly
    assert caught.value.code == f"missing_{backend.replace('-', '_')}"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("no-such-program",), "no-such-program is not installed"),
        (("sh", "-c", "echo no display; exit 3"), "sh failed (3): no display"),
        (("/",), "/ can't be started"),
        (("true", "a\0b"), "true can't be started: embedded null byte"),
    ],
)
async def test_what_is_wrong_with_a_command_is_said_in_one_line(
    argv: tuple[str, ...], said: str
) -> None:
    found = power.commands(Settings(backend="command", commands={"on": argv, "off": argv}))
    assert found is not None
    with pytest.raises(DisplayError) as caught:
        await power.switch(found, on=True)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("program", "said", "exits", "code", "plainly"),
    [
        (
            "wlopm",
            "ERROR: Wayland server does not support wlr-output-power-management-v1.",
            1,
            "unfit_wlopm",
            "the compositor can't switch displays for wlopm (cage can't; labwc can)"
            "; try display.backend: wlr-randr with the output's name",
        ),
        (
            "wlr-randr",
            "compositor doesn't support wlr-output-management-unstable-v1",
            1,
            "unfit_wlr_randr",
            "the compositor can't switch displays for wlr-randr (Debian 12's cage can't, 13's can)"
            "; try display.backend: cec or command",
        ),
        (
            "wlr-randr",
            "failed to connect to display",
            1,
            "no_compositor",
            "no compositor answers wlr-randr at /run/there; try: systemctl status kioskd-browser",
        ),
        (
            "wlopm",
            "ERROR: Can not connect to wayland display.",
            1,
            "no_compositor",
            "no compositor answers wlopm at /run/there; try: systemctl status kioskd-browser",
        ),
        (
            "wlr-randr",
            "unknown output DP-7",
            1,
            "no_output",
            "the compositor has no output DP-7; take the name from /sys/class/drm"
            " (card1-HDMI-A-1 is HDMI-A-1) for display.output",
        ),
        (
            "wlopm",  # which calls it a success
            "ERROR: Output 'DP-7' does not exist.",
            0,
            "no_output",
            "the compositor has no output DP-7; take the name from /sys/class/drm"
            " (card1-HDMI-A-1 is HDMI-A-1) for display.output",
        ),
    ],
)
async def test_what_a_compositor_refuses_is_said_plainly_and_with_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: Literal["wlopm", "wlr-randr"],
    said: str,
    exits: int,
    code: str,
    plainly: str,
) -> None:
    speaker = tmp_path / program
    speaker.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit {exits}\n')
    speaker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("WAYLAND_DISPLAY", "/run/there")
    found = power.commands(Settings(backend=program, output="DP-7"))
    assert found is not None
    with pytest.raises(power.Refused) as caught:
        await power.switch(found, on=False)
    assert str(caught.value) == plainly
    assert caught.value.code == code


async def test_wlr_randr_switches_every_output_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = 'HDMI-A-1 "Dell"\n  Make: Dell\n  Enabled: yes\nHDMI-A-2 "LG"\n  Enabled: yes\n'
    (tmp_path / "two").write_text(two)
    speaker = tmp_path / "wlr-randr"
    dark = f"sed -i s/yes/no/ {tmp_path}/two"
    speaker.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\n[ $# = 0 ] || {dark}\ncat {tmp_path}/two\n'
    )
    speaker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = power.commands(Settings(backend="wlr-randr"))
    assert found is not None
    await power.switch(found, on=False)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert "--output HDMI-A-1 --off --output HDMI-A-2 --off" in asked
    assert await power.is_on(found) is False


async def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "LIMIT", 0.2)
    slow = ("sleep", "60")
    found = power.commands(Settings(backend="command", commands={"on": slow, "off": slow}))
    assert found is not None
    with pytest.raises(DisplayError, match="did not answer"):
        await power.switch(found, on=True)


def reads_on(settings: Settings, said: str) -> bool | None:
    found = power.commands(settings)
    assert found is not None
    return found.reads_on(said)


@pytest.mark.parametrize(
    ("settings", "said", "on"),
    [
        (Settings(backend="wlopm"), "HDMI-A-1 on\nHDMI-A-2 off\n", True),
        (Settings(backend="wlopm"), "HDMI-A-1 off\n", False),
        (Settings(backend="wlopm", output="HDMI-A-2"), "HDMI-A-1 on\nHDMI-A-2 off\n", False),
        (Settings(backend="wlopm", output="DP-1"), "HDMI-A-1 on\n", None),
        (Settings(backend="wlopm"), "", False),  # no output at all is lit
        (Settings(backend="wlr-randr", output="HDMI-A-1"), "", False),
        (
            Settings(backend="wlr-randr", output="HDMI-A-1"),
            'HDMI-A-1 "Dell"\n  Make: Dell\n  Enabled: yes\n  Modes:\n',
            True,
        ),
        (
            Settings(backend="wlr-randr", output="B"),
            "A (x)\n  Enabled: yes\nB (y)\n  Enabled: no\n",
            False,
        ),
        (Settings(backend="cec"), "Received: \n\tpwr-state: on (0x00)\n", True),
        (Settings(backend="cec"), "\tpwr-state: standby (0x01)\n", False),
        (Settings(backend="cec"), "\tpwr-state: to-on (0x02)\n", None),
    ],
)
def test_what_the_programs_print_is_understood(
    settings: Settings, said: str, on: bool | None
) -> None:
    assert reads_on(settings, said) is on


# What cec-ctl 1.30 prints, with exit code 0 each time. $0.log has every call's first words.
TELEVISION = """#!/bin/sh
echo "$*" >>"$0.log"
case "$*" in
*--playback) touch "$0.address"; exit ;;
esac
[ -e "$0.address" ] || { echo "Adapter is unconfigured, please configure it first." >&2; exit; }
echo "Transmit from Playback Device 1 to TV (4 to 0):"
"""
DEAF = "printf '\\tSequence: 20\\n\\tTx, Not Acknowledged (4), Max Retries\\n'\n"
SLOW = """case "$*" in
*--standby) echo on >"$0.state" ;;
*--give-device-power-status)
    echo "pwr-state: $(cat "$0.state") (0x00)"
    echo standby >"$0.state" ;;
esac
"""


# What it says of an adapter that is plugged into the first socket, and of a television of which
# the source that it shows stands in $0.shown; nothing: it shows this machine, which is not told.
INPUTS = """case "$*" in
'') echo "	Physical Address           : 1.0.0.0" ;;
*--active-source*) echo "${*##*=}" >"$0.shown" ;;
*--request-active-source)
    echo "REQUEST_ACTIVE_SOURCE (0x85)"
    shown=$(cat "$0.shown" 2>/dev/null)
    [ "$shown" = 1.0.0.0 ] && exit
    echo "Received from Playback Device 2 to all (8 to 15): ACTIVE_SOURCE (0x82):"
    echo "	phys-addr: $shown" ;;
*--image-view-on) echo on >"$0.state" ;;
*--standby) echo standby >"$0.state" ;;
*--give-device-power-status) echo "pwr-state: $(cat "$0.state") (0x00)" ;;
esac
"""


def television(folder: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> Path:
    program = folder / "cec-ctl"
    program.write_text(TELEVISION + how)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder / "cec-ctl.log"


async def test_a_television_may_say_for_a_moment_what_it_was_and_is_told_of_us_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = television(tmp_path, monkeypatch, SLOW)
    found = power.commands(Settings(backend="cec"))
    assert found is not None
    await power.switch(found, on=False)
    assert await power.is_on(found) is False
    assert log.read_text().count("--playback") == 1


@pytest.mark.parametrize(
    ("address", "plainly"),
    [
        (True, "the television does not answer over HDMI-CEC; switch that on in its settings"),
        (False, "no HDMI cable to a television"),
    ],
)
async def test_a_television_that_nothing_reaches_is_a_fault_though_cec_ctl_calls_it_a_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: bool, plainly: str
) -> None:
    television(tmp_path, monkeypatch, DEAF)
    if not address:  # the adapter gets none, as without a cable
        (tmp_path / "touch").symlink_to("/bin/true")
    found = power.commands(Settings(backend="cec"))
    assert found is not None
    with pytest.raises(DisplayError, match=plainly):
        await power.switch(found, on=True)


@pytest.mark.parametrize("takes", [True, False])
async def test_a_television_that_is_woken_shows_this_machine_unless_it_is_told_not_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: bool
) -> None:
    television(tmp_path, monkeypatch, INPUTS)
    shown = tmp_path / "cec-ctl.shown"
    shown.write_text("2.0.0.0\n")
    found = power.commands(Settings(backend="cec", take_input=takes))
    assert found is not None
    await power.switch(found, on=True)
    assert shown.read_text() == ("1.0.0.0\n" if takes else "2.0.0.0\n")


async def test_a_television_that_shows_something_else_is_not_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    television(tmp_path, monkeypatch, INPUTS)
    state, shown = tmp_path / "cec-ctl.state", tmp_path / "cec-ctl.shown"
    state.write_text("on\n")
    shown.write_text("2.0.0.0\n")
    found = power.commands(Settings(backend="cec"))
    assert found is not None
    with pytest.raises(power.Refused, match="the television shows another input") as raised:
        await power.switch(found, on=False)
    assert (raised.value.code, state.read_text()) == ("elsewhere", "on\n")
    shown.write_text("1.0.0.0\n")
    await power.switch(found, on=False)
    assert state.read_text() == "standby\n"


async def test_who_does_not_know_its_own_socket_switches_the_television_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    television(tmp_path, monkeypatch, INPUTS.replace("1.0.0.0", "f.f.f.f"))
    (tmp_path / "cec-ctl.shown").write_text("2.0.0.0\n")
    found = power.commands(Settings(backend="cec"))
    assert found is not None
    await power.switch(found, on=True)
    assert (tmp_path / "cec-ctl.shown").read_text() == "2.0.0.0\n"
    await power.switch(found, on=False)
    assert (tmp_path / "cec-ctl.state").read_text() == "standby\n"


async def test_a_display_that_is_not_ours_is_never_dark(tmp_path: Path) -> None:
    room = DarkRoom(tmp_path)
    room.display.configure(Settings(on=(WORK,)), SAO_PAULO)
    room.now = 8 * 3600
    assert not room.display.wake()
    with pytest.raises(ProtocolError, match=r"`display\.backend` is none"):
        room.display.hold(False)
    assert room.display.status() == DisplayStatus("on")


@pytest.mark.parametrize("backend", ["wlr-randr", "wlopm"])
async def test_what_would_end_with_its_output_is_kept_lit_and_what_helps_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: Literal["wlr-randr", "wlopm"]
) -> None:
    for name in ("chromium-shell", backend):
        (tmp_path / name).write_text('#!/bin/sh\necho "$0 $*" >>"${0%/*}/ran"\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/sbin")
    found = power.commands(Settings(backend=backend, output="HDMI-A-1"))
    assert found
    with pytest.raises(power.Refused, match="sudo apt install chromium") as raised:
        await power.switch(found, on=False)
    assert raised.value.code == "shell"
    assert not (tmp_path / "ran").exists()
    (tmp_path / "chromium").touch(mode=0o755)  # which then shows the panel
    with contextlib.suppress(power.Refused):  # what that program prints is no state
        await power.switch(found, on=False)
    assert (tmp_path / "ran").exists()
