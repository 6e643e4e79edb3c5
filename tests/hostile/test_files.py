"""Whatever stands in a file is read or named: no traceback."""

import contextlib
import gzip
import importlib.util
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kioskd.config.reading import parse
from kioskd.core.actor import Actor
from kioskd.core.parser import Parser
from kioskd.errors import ConfigError
from kioskd.host import state_file
from kioskd.host.alert_log import AlertLog
from kioskd.web.sessions import Sessions
from tests.support.documents import ENGLISH, read
from tests.support.frames import TICKET, tickets
from tests.support.fuzz import changed, damaged, draws, encoded
from tests.support.kiosk import Wall as Core
from tests.support.said import HEARD

ROOT = Path(__file__).parents[2]
SHARED = "/dev/shm"
pytestmark = [pytest.mark.timeout(0), pytest.mark.usefixtures("unkept_log")]


def examples() -> list[bytes]:
    """Every example of a configuration in the documents."""
    found = [block for path in ENGLISH for block in read(path).blocks]
    return [text.encode() for language, text, _ in found if language == "yaml"]


def test_no_configuration_file_ends_in_a_traceback() -> None:
    sections, right = examples(), 0
    for draw in draws("yaml"):
        content = b"".join(draw.sample(sections, draw.choice([1, 1, 1, 2])))
        if b"sources:" not in content:
            content += b"sources: [{kind: demo}]\n"
        with contextlib.suppress(ConfigError):
            parse(damaged(draw, content), "kioskd.yaml")
            right += 1
    print(f"{right:,} were right all the same")
    assert right > 0


def test_no_shipped_configuration_file_that_was_damaged_ends_in_a_traceback() -> None:
    shipped = (ROOT / "config/kioskd.yaml").read_bytes()
    for draw in draws("yaml, the whole file", share=20):
        with contextlib.suppress(ConfigError):
            parse(damaged(draw, shipped), "kioskd.yaml")


def kept_alerts() -> list[Any]:
    """Lines of alerts as they are kept: each way in which one lives, and a mute."""
    wall = Core()
    for frame in (HEARD[0], HEARD[3], HEARD[4], HEARD[5], HEARD[3]):
        if (message := Parser().parse(json.dumps(frame).encode())) is not None:
            wall.core.ingest(message, "http://desk.example/", "central")
    wall.alerts.acknowledge([*wall.alerts.active.values()][:1], Actor("panel", "Ana"))
    lines = [msgspec.to_builtins(line) for line in wall.alerts.everything("boot")]
    return [*lines, {"at": lines[0]["at"], "muted_until": 60.0}]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder that is on no card, where there is one: a million files are written to it."""
    if not os.access(SHARED, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="kioskd-", dir=SHARED) as folder:
        yield Path(folder)


def test_no_state_file_ends_in_a_traceback(memory: Path) -> None:
    views, log, devices = (memory / name for name in ("state.gz", "alerts.log", "devices.json"))
    frame = tickets(TICKET).decode()
    notice = {"number": 1, "text": "a", "look": "strip", "by": {"kind": "cli", "name": "Ana"}}
    whole = {"saved": 1.7e9, "screen": "tickets", "frames": [frame], "origins": {"tickets": "x"}}
    whole["notices"] = [notice | {"seconds": 60.0}, notice | {"starts": 1.8e9, "until": 1.9e9}]
    times = {"made": 1.7e9, "seen": 4e9, "kept": 1.7e9}
    device = {"id": "a1", "name": "Ana", "role": "control", "digest": "0" * 64} | times
    lines, restored = kept_alerts(), 0
    for draw in draws("state"):
        wall = Core()
        match draw.randrange(3):
            case 0:
                packed = gzip.compress(encoded(draw, changed(draw, whole)), 1)
                views.write_bytes(damaged(draw, packed) if draw.random() < 0.3 else packed)
                if (saved := state_file.load(views)) is not None:
                    for update in saved.updates:
                        wall.state.restore(update, saved.age)
                    wall.notices.restore(saved.notices, saved.age)
                    restored += 1
            case 1:
                texts = (encoded(draw, changed(draw, each)) for each in lines)
                content = b"".join(b"%08x %s\n" % (zlib.crc32(text), text) for text in texts)
                log.write_bytes(damaged(draw, content) if draw.random() < 0.3 else content)
                found, _ = AlertLog(log).read()
                wall.alerts.restore(found, draw.choice(["boot", "another"]))
                wall.core.tick()
                restored += bool(found)
            case _:
                devices.write_bytes(encoded(draw, changed(draw, [device, device])))
                sessions = Sessions(devices)
                sessions.find("x")
                restored += bool(sessions.devices())
    print(f"{restored:,} were of use all the same")
    assert restored > 0


def test_no_system_txt_ends_in_a_traceback() -> None:
    path = ROOT / "packaging/image/root/usr/lib/kioskd-image/settings.py"
    spec = importlib.util.spec_from_file_location("kioskd_image_settings", path)
    assert spec is not None
    assert spec.loader is not None
    settings = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = settings
    spec.loader.exec_module(settings)
    text = b'hostname=kiosk\r\ntime_zone=America/Sao_Paulo\nwifi_name="Sala 3"\n'
    text += b"wifi_password=senha1234\n"
    for draw in draws("system.txt"):
        found = settings.read(damaged(draw, text))
        written = settings.wpa(found)
        assert written.count("network={") == 1
        assert all(c.isprintable() or c == "\n" for c in written)
