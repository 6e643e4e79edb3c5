"""What `kioskd check` warns of: right in the file, and yet not meant, or not possible here."""

import grp
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.config import advice, reading

REAL = "sources: [{kind: rest, url: 'http://a.example/x.json'}]\n"


def warned(folder: Path, text: str) -> list[str]:
    """The warnings, without the name of the file."""
    file = folder / "kioskd.yaml"
    file.write_text(text)
    _, found = reading.examine(file)
    assert all(problem.line for problem in found)
    return [str(problem).removeprefix(f"{file}:") for problem in found]


def test_a_file_that_will_work_gets_no_warning(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cr3t-s3cr3t\n")
    text = f"server: {{host: 0.0.0.0, token_file: {tmp_path}/token}}\n" + REAL
    assert warned(tmp_path, text) == []
    assert warned(tmp_path, "sources: [{kind: demo}]") == []


def test_a_port_that_the_service_may_not_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first").write_text("1024\n")
    monkeypatch.setattr(advice, "FIRST_FREE_PORT", tmp_path / "first")
    (said,) = warned(tmp_path, "server: {port: 80}\n" + REAL)
    assert said == (
        "1:10: server.port: the service may not listen below 1024: "
        "the wall would be at 8080 instead; write 8080"
    )
    (tmp_path / "first").write_text("80\n")  # as an administrator may allow it
    assert warned(tmp_path, "server: {port: 80}\n" + REAL) == []


def test_an_address_that_this_machine_lacks(tmp_path: Path) -> None:
    (said,) = warned(tmp_path, "server: {host: 192.0.2.7, open_without_token: true}\n" + REAL)
    assert said.startswith("1:10: server.host: this machine has no address 192.0.2.7 now")
    assert "0.0.0.0 is every address" in said


def test_a_demo_beside_a_real_source_is_said_once_with_what_to_remove(tmp_path: Path) -> None:
    (said,) = warned(
        tmp_path,
        "sources:\n  - kind: demo\n  - kind: channels\n    url: wss://a.example/ws/\n",
    )
    assert said == (
        "2:5: sources[1]: the demo is left out, since a real source gives its views; "
        "remove `- kind: demo`"
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [("'   '", "is blank"), ("'Sala  3'", "is used as 'Sala 3'"), ("x" * 70, "is used as")],
)
def test_an_id_that_is_used_otherwise_than_written(tmp_path: Path, written: str, said: str) -> None:
    (found,) = warned(tmp_path, f"kiosk: {{id: {written}}}\n" + REAL)
    assert said in found


def test_files_that_are_missing_or_wrong_are_each_named_with_what_to_do(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "two").write_text("a\nb\n")
    found = warned(
        tmp_path,
        f"server:\n  token_file: {tmp_path}/none\n"
        "sources:\n  - kind: rest\n    url: http://a.example/\n"
        f"    ca_file: {tmp_path}/two\n"
        "    auth:\n"
        f"      - {{file: {tmp_path}/pipe, header: X}}\n"
        f"      - {{file: {tmp_path}/two, header: Y}}\n"
        f"sound:\n  sounds:\n    critical: {tmp_path}/none.wav\n",
    )
    assert [said.split(": ")[1] for said in found] == [
        "server.token_file",
        "sources[1].ca_file",
        "sources[1].auth[1].file",
        "sources[1].auth[2].file",
        "sound.sounds.critical",
    ]
    token, authority, pipe, two, sound = found
    assert f"make it: sudo install -o root -g kioskd -m 640 /dev/null {tmp_path}/none" in token
    assert "it holds no certificate" in authority
    assert "it is a named pipe, not a file" in pipe
    assert "it has 2 lines, and a token is one" in two
    assert "there is no such file; the built-in sound plays until then" in sound


def test_files_for_a_broker_and_for_calls_that_go_out_are_looked_at_too(tmp_path: Path) -> None:
    none = f"{tmp_path}/none"
    found = warned(
        tmp_path,
        "sources:\n  - kind: webhook\n    name: zabbix\n    preset: zabbix\n"
        f"    token_file: {none}\n"
        f"    acknowledge: {{url: 'http://a.example/', token_file: {none}, ca_file: {none}}}\n"
        "mqtt:\n  url: mqtts://broker.example\n"
        f"  auth: {{password_file: {none}, certificate_file: {none}, key_file: {none}}}\n"
        "alerts:\n  escalate:\n    after: 5m\n"
        f"    webhook: {{url: 'http://a.example/', token_file: {none}, ca_file: {none}}}\n",
    )
    assert sorted(said.split(": ")[1] for said in found) == [
        "alerts.escalate.webhook.ca_file",
        "alerts.escalate.webhook.token_file",
        "mqtt.auth.certificate_file",
        "mqtt.auth.password_file",
        "sources[1].acknowledge.ca_file",
        "sources[1].acknowledge.token_file",
        "sources[1].token_file",
    ]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Which anybody may look into, unlike pytest's own."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="whose file it is, only root can choose")
def test_a_token_that_is_roots_alone_is_named_with_the_command_that_gives_it_to_the_service(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advice, "SERVICE", "daemon")  # a user and a group that every Debian has
    folder = open_folder / "kioskd"
    folder.mkdir(0o755)
    token = folder / "token"
    token.write_text("s3cr3t-s3cr3t\n")
    text = f"server: {{token_file: {token}}}\n" + REAL
    token.chmod(0o600)
    (said,) = warned(tmp_path, text)
    assert f"let it: sudo chown root:kioskd {token}; sudo chmod 640 {token}" in said
    token.chmod(0o640)
    assert len(warned(tmp_path, text)) == 1  # root's group is not the service's
    os.chown(token, 0, grp.getgrnam("daemon").gr_gid)
    assert warned(tmp_path, text) == []
    monkeypatch.setattr(os, "getgrouplist", lambda name, own: [own, grp.getgrnam("adm").gr_gid])
    os.chown(token, 0, grp.getgrnam("adm").gr_gid)
    assert warned(tmp_path, text) == []  # nor is its only group
    folder.chmod(0o700)  # as that of a program that renews certificates
    (said,) = warned(tmp_path, text)
    assert f"{token}: kioskd may not look into {folder}; put the file into another folder" in said


def test_a_logo_that_cannot_be_shown_and_a_colour_of_alerts_are_warned_of(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert (
        warned(tmp_path, f"{REAL}display: {{logo: {tmp_path}/logo.svg, accent: '#2f7d5b'}}") == []
    )
    for calm in ("#888888", "#8fb8e6", "#b48c96"):
        assert warned(tmp_path, f"{REAL}display: {{accent: '{calm}'}}") == []
    for loud in ("#ff0000", "#d9534f", "#ffb656", "#ff0066"):
        (said,) = warned(tmp_path, f"{REAL}display: {{accent: '{loud}'}}")
        assert "is like the red or the amber of alerts" in said
    (tmp_path / "logo.svg").write_text("ACME")
    (said,) = warned(tmp_path, f"{REAL}display: {{logo: {tmp_path}/logo.svg}}")
    assert "it is no SVG, PNG, JPEG, WebP or GIF picture; until then the header has none" in said


def test_a_page_s_authority_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    page = f"{{name: a, kind: page, url: 'https://a.example', ca_file: {tmp_path}/ca.pem}}"
    (said,) = warned(tmp_path, f"{REAL}screens: [{page}]")
    assert "screens[1].ca_file" in said
    assert "there is no such file" in said


def test_a_picture_that_cannot_be_shown_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_text("<svg/>")
    (tmp_path / "map.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    screens = "".join(
        f"  - {{name: {name}, kind: image, file: {tmp_path}/{name}.png}}\n"
        for name in ("map", "page", "absent")
    )
    page, absent = warned(tmp_path, f"{REAL}screens:\n{screens}")
    assert page.startswith("4:")
    assert "it is no PNG, JPEG, WebP or GIF picture" in page
    assert absent.startswith("5:")
    assert "there is no such file" in absent
