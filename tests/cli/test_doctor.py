"""The doctor, against made-up machines and a real daemon."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kioskd.cli import bundle, doctor, status_text
from kioskd.cli.client import Daemon
from kioskd.cli.doctor import machine, parts, secrets
from kioskd.cli.doctor.finding import Finding
from kioskd.cli.doctor.tls import https
from kioskd.cli.doctor.views import reach, views
from kioskd.config import Button, Channels, Config, Demo, Display, Key, KeyName, Mqtt, Server
from kioskd.core.status import BrokerStatus, CertificateStatus, PartFault, ViewStatus
from kioskd.core.summary import summary
from kioskd.host.address import local
from tests.support import stories
from tests.support.dialects import SNAKE, renamed
from tests.support.kiosk import Wall
from tests.support.process import Process, free_port
from tests.support.status import fault, panel, source, told
from tests.support.upstream import Upstream
from tests.support.web_server import WebServer


def make(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, "skip"),
        ({"sys/class/hwmon/hwmon0/name": "cpu_thermal\n"}, "skip"),
        ({"sys/class/hwmon/hwmon1/name": "rpi_volt\n"}, "skip"),
        (
            {
                "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
                "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
            },
            "bad",
        ),
    ],
)
def test_undervoltage_is_seen_where_the_pi_reports_it(
    tmp_path: Path, files: dict[str, str], state: str
) -> None:
    assert machine.supply(make(tmp_path, files)).state == state


def test_a_pi_that_throttles_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path, {"sys/class/hwmon/hwmon0/name": "rpi_volt"})
    for said, state in (("0x0", "ok"), ("0x50005", "bad"), ("0x50000", "warn")):
        monkeypatch.setattr(machine, "ask", lambda *argv, said=said: f"throttled={said}")
        assert machine.supply(root).state == state


@pytest.mark.parametrize(
    "said", ['error=1 error_msg="Command not registered"', "VCHI initialization failed", ""]
)
def test_a_firmware_that_tells_nothing_of_throttling_leaves_it_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(machine, "ask", lambda *argv: said)
    assert machine.supply(tmp_path).state == "skip"


@pytest.mark.parametrize(
    ("temperature", "state"), [("45123", "ok"), ("83000", "bad"), ("", "skip")]
)
def test_heat_is_told(tmp_path: Path, temperature: str, state: str) -> None:
    make(tmp_path, {"sys/class/thermal/thermal_zone0/temp": temperature})
    assert machine.heat(tmp_path).state == state


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, "skip"),
        ({"sys/fs/ext4/mmcblk0p2/errors_count": "0\n"}, "ok"),
        ({"sys/fs/ext4/mmcblk0p2/errors_count": "3\n"}, "bad"),
        ({"sys/block/mmcblk0/device/pre_eol_info": "0x03\n"}, "bad"),
        ({"sys/block/mmcblk0/device/name": "SC32G\n"}, "ok"),
    ],
)
def test_a_card_that_fails_is_told(tmp_path: Path, files: dict[str, str], state: str) -> None:
    assert machine.card(make(tmp_path, files)).state == state


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "FULL", 10**18)
    found = machine.disk((tmp_path / "not/yet/made", tmp_path))
    assert found.state == "bad"
    assert str(tmp_path) in found.said


def test_without_a_daemon_it_says_how_to_start_it_and_whether_the_port_is_taken() -> None:
    address = local(free_port())
    assert "does not run" in parts.daemon(None, Daemon(address)).said
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = local(other.getsockname()[1])
        assert "another program" in parts.daemon(None, Daemon(taken)).said


def served_at(port: str, folder: Path) -> str:
    """Its state is in ``folder``: in the usual place may be the developer's own kioskd."""
    kiosk = f"kiosk: {{state_directory: {folder}}}\n"
    return f"{kiosk}sources: [{{kind: demo}}]\nserver: {{port: {port}}}\n"


@pytest.mark.parametrize("answer", [b"{}", b"[]", b'"kioskd"', b"1"])
async def test_json_of_another_program_is_no_other_version(tmp_path: Path, answer: bytes) -> None:
    stranger = WebServer()
    stranger.sends("/api/status", answer)
    port = (await stranger.start()).rpartition(":")[2]
    file = tmp_path / "kioskd.yaml"
    file.write_text(served_at(port, tmp_path))
    findings = await asyncio.to_thread(doctor.examine, file, tmp_path)
    (found,) = [each for each in findings if each.part == "daemon"]
    assert found.said == f"another program answers on http://127.0.0.1:{port}"
    await stranger.close()


async def test_a_daemon_of_another_version_is_to_be_started_anew(tmp_path: Path) -> None:
    older = WebServer()
    older.sends("/api/status", b'{"version": "0.0.1", "sources": []}')
    port = (await older.start()).rpartition(":")[2]
    file = tmp_path / "kioskd.yaml"
    file.write_text(served_at(port, tmp_path))
    findings = await asyncio.to_thread(doctor.examine, file, tmp_path)
    (found,) = [each for each in findings if each.part == "daemon"]
    assert (found.state, found.do) == ("warn", "sudo systemctl restart kioskd")
    await older.close()


def test_faults_of_the_daemon_and_of_its_sources_are_named() -> None:
    refusal = "not authorised (HTTP 403)"
    status = told(
        faults=[PartFault("state", "the disk is full")],
        sources=[
            source("a"),
            source("b", state="refused", error=refusal, reason="refused_token"),
        ],
    )
    assert parts.daemon(status, Daemon("x")).said == "state: the disk is full"
    good, refused = parts.sources(status)
    assert (good.state, refused.state) == ("ok", "bad")
    assert "auth" in refused.do


async def test_a_source_that_cannot_be_reached_is_named_without_a_daemon(tmp_path: Path) -> None:
    away = Channels(url=f"ws://127.0.0.1:{free_port()}/ws/")
    (found,) = await reach(Config(sources=(away,)))
    assert found.state == "bad"
    assert "can't be reached" in found.said
    (demo,) = await reach(Config(sources=(Demo(),)))
    assert demo == Finding("source demo", "ok", "reached")


def test_without_a_daemon_a_view_that_cannot_be_shown_is_no_ok(tmp_path: Path) -> None:
    upstream = Upstream()
    upstream.hold(
        stories.tickets(0, renamed(SNAKE)),
        stories.projects(stories.project(0, 3, status="na fila")),
        stories.dashboard(),
    )
    try:
        found = asyncio.run(reach(Config(sources=(Channels(url=upstream.url),))))
    finally:
        upstream.close()
    assert [(each.part, each.state) for each in found] == [
        ("source channels", "ok"),
        ("tickets of channels", "bad"),
        ("projects of channels", "warn"),
    ]
    assert "fields: {assignedTo: assigned_to, createdAt: created_at}" in found[1].said


def test_a_browser_that_does_not_paint_is_told() -> None:
    assert parts.picture(told(panels=[panel(painted=3.0)])).state == "ok"
    assert parts.picture(told(panels=[panel(painted=300.0)])).state == "bad"
    assert parts.picture(told(panels=[panel(painted=None)])).state == "bad"
    assert parts.picture(told()).state == "warn"
    assert parts.picture(told(display={"state": "off"})).state == "ok"


def test_each_button_at_fault_is_a_finding_of_its_own(tmp_path: Path) -> None:
    config = Config(buttons=(Button(pin=17, press="next"),))
    well = told(buttons={"state": "ok", "count": 4})
    assert parts.gpio(well, config, tmp_path)[0].said == "no GPIO chip here"
    make(tmp_path, {"dev/gpiochip0": ""})
    assert parts.gpio(well, config, tmp_path)[0].state == "ok"
    failed = told(buttons={"state": "failed", "detail": "GPIO17: busy; GPIO27: busy"})
    assert [f.said for f in parts.gpio(failed, config, tmp_path)] == [
        "GPIO17: busy",
        "GPIO27: busy",
    ]


def test_keys_that_can_t_be_pressed_are_findings_of_their_own() -> None:
    config = Config(keys=(Key(key=KeyName("KEY_KP1"), press="next"),))
    assert parts.keys(told(), Config()) == []
    assert parts.keys(None, config)[0].state == "skip"
    well = parts.keys(told(keys={"state": "ok", "devices": ["Keypad", "TV"]}), config)
    assert [(found.state, found.said) for found in well] == [
        ("ok", "Keypad, TV; watch: kioskd buttons")
    ]
    failed = told(keys={"state": "failed", "detail": "no device is called A; B: no key"})
    assert [(found.state, found.said) for found in parts.keys(failed, config)] == [
        ("bad", "no device is called A"),
        ("bad", "B: no key"),
    ]
    (late,) = parts.keys(told(), config)
    assert (late.state, late.do) == ("warn", "sudo systemctl reload kioskd")


def test_a_display_that_does_not_obey_is_told() -> None:
    config = Config(display=Display(backend="wlopm"))
    failed = told(display={"state": "failed", "detail": "wlopm is not installed"})
    assert parts.display(failed, config).state == "bad"
    assert parts.display(told(), config).state == "ok"
    assert parts.display(told(), Config()).state == "skip"


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    (tmp_path / "token").write_text("Geheim-4711\n")
    process.configure(
        "sound: {enabled: false}\n"
        "sources:\n"
        "  - kind: rest\n"
        "    url: http://127.0.0.1:9/?key=Geheim-4711\n"
        f"    auth: [{{header: X-Key, file: {tmp_path}/token}}]\n"
    )
    yield process.start()
    process.close()


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kioskd", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"HOME": str(folder)},
    )


def test_the_command_names_what_is_wrong_and_what_to_do(kioskd: Process, tmp_path: Path) -> None:
    found = command("doctor", "--config", str(kioskd.config), folder=tmp_path)
    assert found.returncode == 1
    assert "[ ok ] daemon: runs" in found.stdout
    assert "[BAD ] source rest: offline: 127.0.0.1:9 can't be reached" in found.stdout
    assert "       -> start the helpdesk's server, or correct the port in url" in found.stdout
    told = command("doctor", "--json", "--config", str(kioskd.config), folder=tmp_path)
    assert {"part": "sound", "state": "skip"}.items() <= next(
        f for f in json.loads(told.stdout) if f["part"] == "sound"
    ).items()


def test_every_error_of_the_file_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_text(
        f"server: {{port: {free_port()}}}\nsound: {{volume: 101}}\nx: 1\n"
        "sources: [{kind: demo}]\n"
    )
    found = [f.said for f in doctor.examine(file) if f.part == "configuration"]
    assert [said.split(": ")[0] for said in found] == [f"{file}:2:9", f"{file}:3:1"]


def test_the_bundle_holds_everything_but_no_secret(kioskd: Process, tmp_path: Path) -> None:
    target = tmp_path / "report.tar.gz"
    done = command("bundle", str(target), "--config", str(kioskd.config), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    with tarfile.open(target) as archive:
        members = {m.name.rpartition("/")[2]: archive.extractfile(m) for m in archive}
        texts = {name: file.read().decode() for name, file in members.items() if file}
    assert {"status.json", "doctor.json", "configuration.yaml", "log.txt"} <= set(texts)
    assert "Geheim" not in "".join(texts.values())
    assert json.loads(texts["status.json"])["sources"][0]["state"] == "offline"


@pytest.mark.parametrize(
    ("said", "cleaned"),
    [
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ("Cookie: sessionid=abc", "Cookie: ***"),
        ("?token=abc&x=1", "?token=***&x=1"),
        ("http://ana:senha@host/", "http://***@host/"),
        ("key s3cr3t here", "key *** here"),
        ("the token is wrong", "the token is wrong"),
    ],
)
def test_what_looks_like_a_secret_is_starred(said: str, cleaned: str) -> None:
    assert bundle.clean(said, ["s3cr3t"]) == cleaned


def test_a_view_that_fails_and_one_that_is_odd_are_findings_with_their_own_remedies() -> None:
    failing = fault("fields_missing", "no row has assignedTo")
    odd = fault("unknown_word", "1 × priority: P7")
    of_views = {
        "tickets": ViewStatus(1.0, True, False, "", failing),
        "projects": ViewStatus(1.0, False, False, "", None, [odd]),
        "dashboard": ViewStatus(1.0, False, False, "", None),
    }
    status = told(sources=[source("central", error="no row has assignedTo", views=of_views)])
    assert [found.state for found in parts.sources(status)] == ["ok"]
    failed, strange = views(status)
    assert (failed.part, failed.state) == ("tickets of central", "bad")
    assert (failed.said, strange.said) == ("no row has assignedTo", "1 × priority: P7")
    assert "kioskd check --try" in failed.do
    assert (strange.part, strange.state) == ("projects of central", "warn")
    assert "words:" in strange.do
    away = told(sources=[source("central", state="offline", views=of_views)])
    assert views(away) == []


@pytest.mark.parametrize(
    ("mode", "state"), [(0o600, "ok"), (0o640, "ok"), (0o644, "warn"), (0o606, "warn")]
)
def test_a_secret_that_everybody_may_read_is_named(
    tmp_path: Path, mode: int, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("word")
    file.chmod(mode)
    monkeypatch.setattr(secrets, "_mode", lambda name: Path(name).stat().st_mode & 0o777)
    server = Server(token_file=str(file))
    found = secrets.files(Config(server=server))
    assert found.state == state
    if state == "warn":
        assert str(file) in found.said
        assert f"sudo chmod 640 {file}" in found.do


@pytest.mark.parametrize(
    ("server", "certificate", "state", "word"),
    [
        (Server(), None, "skip", "this machine alone"),
        (Server(host="0.0.0.0"), None, "warn", "can read the tokens"),
        (Server(host="0.0.0.0", trusted_proxies=("10.0.0.2",)), None, "skip", "the proxy"),
        (Server(https="self-signed"), (300, True), "ok", "of its own"),
        (Server(https="self-signed"), None, "skip", "when it runs"),
        (Server(certificate="c", key="k"), (300, False), "ok", "is good until"),
        (Server(certificate="c", key="k"), (13, False), "warn", "only"),
        (Server(certificate="c", key="k"), (-1, False), "bad", "expired"),
        (Server(certificate="/no/c.pem", key="k"), None, "bad", "there is no such file"),
    ],
)
def test_whether_others_can_listen_is_said_and_until_when_they_can_not(
    server: Server, certificate: tuple[float, bool] | None, state: str, word: str
) -> None:
    has = None
    if certificate:
        days, own = certificate
        has = CertificateStatus("AB:CD", time.time() + 86400 * days, own)
    found = https(told(certificate=has), Config(server=server))
    assert (found.state, word in found.said) == (state, True)


def test_a_folder_that_keeps_others_out_keeps_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    file = folder / "token"
    file.write_text("word")
    file.chmod(0o644)
    assert secrets.files(Config(server=Server(token_file=str(file)))).state == "ok"


def test_no_secret_of_any_section_gets_into_the_bundle_and_a_missing_file_stars_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {name: tmp_path / name for name in ("mqtt", "call", "program")}
    for name, file in named.items():
        file.write_text(f"secret-of-{name}\n")
    (tmp_path / "kioskd.yaml").write_text(
        f"server: {{tokens: [{{name: a, file: {named['program']}}}]}}\n"
        "sources:\n  - kind: rest\n    url: http://127.0.0.1:9/\n"
        f"    auth: [{{file: {tmp_path}/none, header: X}}]\n"
        f"mqtt: {{url: 'mqtts://a.example', auth: {{password_file: {named['mqtt']}}}}}\n"
        "alerts: {escalate: {after: 5m, webhook: "
        f"{{url: 'http://a.example/', token_file: {named['call']}}}}}}}\n"
    )
    said = "there is no such file: " + " ".join(f"secret-of-{name}" for name in named)
    monkeypatch.setattr(bundle, "_output", lambda *argv: said)
    bundle.pack(tmp_path / "bundle.tar.gz", tmp_path / "kioskd.yaml")
    with tarfile.open(tmp_path / "bundle.tar.gz") as archive:
        log = archive.extractfile("kioskd-bundle/log.txt")
        assert log is not None
        assert log.read().decode() == "there is no such file: *** *** ***"


def test_the_bundle_is_for_nobody_else_and_no_link_leads_it_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kioskd.yaml").write_text("sources: [{kind: demo}]\n")
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "bundle.tar.gz").symlink_to(tmp_path / "precious")
    monkeypatch.setattr(bundle, "_output", lambda *argv: "")
    bundle.pack(tmp_path / "bundle.tar.gz", tmp_path / "kioskd.yaml")
    assert (tmp_path / "precious").read_text() == "kept"
    assert (tmp_path / "bundle.tar.gz").stat().st_mode & 0o777 == 0o600


ESCAPES = "\x1b[2J\x1b]0;x\x07\x9b1m\u202eevil\nFAULT forged: line\r"


def test_a_panel_that_never_came_is_a_hint_with_the_names_that_are_there() -> None:
    status = msgspec.structs.replace(
        Wall().reporter.status(), panels=[panel(1.0)], panels_unseen=["Kiosk HALL"]
    )
    *_, hint = parts.panel(status)
    assert (hint.state, hint.part) == ("warn", "panel")
    assert "no panel has called itself Kiosk HALL since kioskd started" in hint.said
    assert hint.do == "open its page with ?id=Kiosk%20HALL, or correct the id (connected: K)"
    said = "panel Kiosk HALL: no panel has called itself so since kioskd started"
    assert said in status_text.lines(status)


def test_no_foreign_name_commands_the_terminal_or_forges_a_line() -> None:
    wall = Wall()
    wall.panel.client_id = ESCAPES
    wall.link(ESCAPES)
    wall.faults.say("part", ESCAPES)
    status = wall.reporter.status()
    said = [*status_text.lines(status), *doctor.lines([Finding("a", "bad", ESCAPES, ESCAPES)])]
    said.append(summary(status))
    for line in said:
        assert line.isprintable(), line
    assert not any(line.startswith("FAULT forged") for line in said)


def test_an_update_by_the_fleet_is_let_by_root_and_noticed_by_its_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"state": "active"}
    monkeypatch.setattr(machine, "ask", lambda *_: answers["state"])
    trusting = Config(mqtt=Mqtt(url="mqtts://broker.example", trust="/etc/kioskd/fleet.pub"))
    enabled = tmp_path / "etc/systemd/system/paths.target.wants/kioskd-fleet-update.path"
    enabled.parent.mkdir(parents=True)

    def found(config: Config) -> list[tuple[str, str]]:
        return [(each.state, each.do) for each in machine.fleet_update(tmp_path, config)]

    unit = "--now kioskd-fleet-update.path"
    assert found(Config()) == []
    assert found(trusting) == [("skip", f"if it may: sudo systemctl enable {unit}")]
    enabled.symlink_to("/usr/lib/systemd/system/kioskd-fleet-update.path")
    assert found(trusting) == [("ok", "")]
    assert found(Config()) == [("warn", f"sudo systemctl disable {unit}")]
    answers["state"] = "failed"
    again = "sudo systemctl restart kioskd-fleet-update.path"
    assert found(trusting) == [("bad", again)]


def test_the_link_to_a_broker_is_well_only_after_its_rights_were_tried() -> None:
    config = Config(mqtt=Mqtt(url="mqtt://127.0.0.1"))
    link = BrokerStatus("connected", "b:1883", "Kiosk-A", "5", 60.0)
    denied = fault("mqtt_denied", "no right")

    def found(**more: Any) -> tuple[str, str]:
        status = told(broker=msgspec.structs.replace(link, **more))
        [finding] = parts.broker(status, config)
        return finding.state, finding.do

    assert found() == ("ok", "")
    assert found(seconds=1.0)[0] == "skip"
    assert found(fault=denied)[0] == "bad"
    assert "acl" in found(fault=denied)[1]
    assert found(state="connecting")[0] == "warn"
    assert parts.broker(told(), config)[0].state == "skip"
    assert parts.broker(None, Config()) == []
