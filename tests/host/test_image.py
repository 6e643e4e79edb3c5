"""What the card's own programs found wrong is shown like every other fault."""

import re
from pathlib import Path
from typing import Literal

from kioskd.cli import status_text
from kioskd.core.status import PartFault, RemoteStatus
from kioskd.host import image
from kioskd.words import speak
from tests.support.documents import ROOT
from tests.support.kiosk import Wall

Access = Literal["local", "token", "open"]


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_where_no_such_image_runs_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert image.faults(tmp_path / "none") is None
    assert image.faults(tmp_path) == []


def test_a_line_has_a_code_or_is_plain(tmp_path: Path) -> None:
    write(tmp_path, "faults", "system_new\t4 hostname\thostname is wrong\n\nplain\n")
    write(tmp_path, "faults.d/wifi", "wifi_new\tTérreo 1\tthe Wi-Fi refuses\n")
    assert image.faults(tmp_path) == [
        PartFault("wifi", "the Wi-Fi refuses", "wifi_new", "Térreo 1"),
        PartFault("system.txt", "hostname is wrong", "system_new", "4 hostname"),
        PartFault("system.txt", "plain"),
    ]


def test_a_code_that_is_known_is_told_in_the_kiosk_s_language(tmp_path: Path) -> None:
    write(tmp_path, "faults", "system_value\t4, hostname\tsystem.txt line 4: hostname must be\n")
    write(tmp_path, "faults.d/wifi", "wifi_refused\t{TI}\tthe Wi-Fi {TI} doesn't let us in\n")
    speak("pt-BR")
    found = image.faults(tmp_path)
    assert found is not None
    assert [(fault.part, fault.message) for fault in found] == [
        ("wifi", "a rede Wi-Fi {TI} não deixa esta máquina entrar; fale com quem cuida dela"),
        (
            "system.txt",
            "linha 4, hostname: esse valor não serve; o arquivo diz quais servem",
        ),
    ]


def test_a_long_reason_leaves_the_code_and_is_cut(tmp_path: Path) -> None:
    write(tmp_path, "faults", f"system_step\t{'x' * 900}\tsystem.txt: {'x' * 900}\n")
    found = image.faults(tmp_path)
    assert found is not None
    assert (found[0].code, len(found[0].about)) == ("system_step", image.LONGEST)
    assert found[0].message.startswith("a setting is not in force: xxx")
    assert len(found[0].message) == image.LONGEST


def test_every_code_of_the_card_s_programs_has_words() -> None:
    programs = (ROOT / "packaging/image/root/usr/lib/kioskd-image").glob("*.py")
    codes = re.compile(r"""["']((?:system|wifi)_[a-z_]+|no_wifi)["']""")
    given = {code for file in programs for code in codes.findall(file.read_text("utf-8"))}
    settings = {"wifi_country", "wifi_name"}  # names of system.txt; wifi_password is both
    assert given - settings == set(image.WORDS)


def test_whatever_stands_there_is_bounded_and_no_text_is_shown_as_text(tmp_path: Path) -> None:
    (tmp_path / "faults").write_bytes(b"\xff" * 5000 + b"\n" + b"x\n" * 100)
    found = image.faults(tmp_path)
    assert found is not None
    assert len(found) == image.MOST
    assert max(len(fault.message) for fault in found) == image.LONGEST


def test_a_fault_that_comes_and_goes_is_told_to_the_panels_each_time(tmp_path: Path) -> None:
    wall = Wall()

    def look() -> None:
        wall.reports.of_image = image.faults(tmp_path)
        wall.reporter.tick()

    look()
    write(tmp_path, "faults.d/wifi", "wifi_missing\tIT\tno Wi-Fi called IT\n")
    look()
    (tmp_path / "faults.d/wifi").unlink()
    look()
    look()
    told = [(message["card"], message["faults"]) for message in wall.said("kiosk_status")]
    fault = {
        "part": "wifi",
        "message": "no Wi-Fi called IT",
        "code": "wifi_missing",
        "about": "IT",
    }
    assert told[-1] == (True, [])
    assert "no Wi-Fi called IT" not in wall.reporter.summary()
    write(tmp_path, "faults.d/wifi", "wifi_missing\tIT\tno Wi-Fi called IT\n")
    look()
    assert wall.reporter.summary().startswith("wifi: no Wi-Fi called IT; up")
    assert wall.said("kiosk_status")[-1]["faults"] == [fault]


def test_each_change_around_kioskd_is_one_message() -> None:
    wall = Wall()
    wall.reports.of_remote = RemoteStatus("token", [])
    wall.reporter.tick()
    before = len(wall.said("kiosk_status"))
    wall.reporter.tick()
    assert len(wall.said("kiosk_status")) == before
    urls = ["http://192.168.7.9:8080/remote"]
    wall.reports.of_remote = RemoteStatus("token", urls)
    wall.reporter.tick()
    assert wall.said("kiosk_status")[before]["remote"]["urls"] == urls


def test_the_command_line_says_where_the_remote_page_is_and_what_it_needs() -> None:
    wall = Wall()
    wall.reports.of_image = [PartFault("wifi", "the Wi-Fi refuses", "wifi_password", "IT")]

    def said(access: Access, *urls: str) -> str:
        wall.reports.of_remote = RemoteStatus(access, list(urls))
        found = list(status_text.lines(wall.reporter.status()))
        assert found[0] == "FAULT wifi: the Wi-Fi refuses"
        return found[-1]

    assert "on this machine only" in said("local")
    assert said("token") == "remote page: no network address yet, with the access token"
    assert said("open", "http://a/remote", "http://b/remote") == (
        "remote page: http://a/remote or http://b/remote"
    )
