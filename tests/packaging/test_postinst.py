"""What the package says when it was installed, and that an upgrade is quiet."""

import os
import subprocess
from pathlib import Path

POSTINST = Path(__file__).parents[2] / "packaging/deb/postinst"
OTHERS = (
    *("systemd-sysusers", "systemd-tmpfiles", "systemctl", "dpkg", "dpkg-query"),
    *("deb-systemd-helper", "deb-systemd-invoke", "python3"),
)


def configured(folder: Path, before: str) -> str:
    """What the script prints where every program that it calls does nothing."""
    (folder / "bin").mkdir(exist_ok=True)
    for name in OTHERS:
        program = folder / "bin" / name
        program.write_text("#!/bin/sh\nexit 0\n")
        program.chmod(0o755)
    (folder / "run/systemd/system").mkdir(parents=True, exist_ok=True)
    (folder / "usr/lib/kioskd").mkdir(parents=True, exist_ok=True)
    (folder / "usr/lib/kioskd/notify-reload.conf").write_text("")
    script = POSTINST.read_text().replace("/run/systemd", f"{folder}/run/systemd")
    script = script.replace("/usr/lib/", f"{folder}/usr/lib/")
    done = subprocess.run(
        ["sh", "-c", script, "postinst", "configure", before],
        env={"PATH": f"{folder}/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_first_installation_says_where_the_wall_is_and_what_to_edit_next(tmp_path: Path) -> None:
    said = configured(tmp_path, "")
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
    assert configured(tmp_path, "0.0.9") == ""
