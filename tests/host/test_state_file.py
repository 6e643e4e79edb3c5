"""The last state survives a kill, a power cut and a full disk, or is set aside."""

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Rest
from kioskd.config.origins import origins
from kioskd.config.writing import write_file
from kioskd.host import state_file
from tests.support.frames import TICKET, tickets, update
from tests.support.process import Process
from tests.support.state_files import save

ROOT = Path(__file__).parents[2]
PROJECTS = b'{"type":"projects_update","data":[],"timestamp":""}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.gz"


def put(path: Path, **content: Any) -> None:
    path.write_bytes(gzip.compress(json.dumps(content).encode()))


def leftovers(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if each != path)


def test_what_was_kept_comes_back_byte_for_byte(path: Path) -> None:
    kept = [update(tickets(TICKET)), update(PROJECTS)]
    save(path, "tickets", kept)
    found = state_file.load(path)
    assert found is not None
    assert (found.screen, [u.frame for u in found.updates]) == ("tickets", [u.frame for u in kept])
    assert found.age < 60
    assert leftovers(path) == []


def test_a_file_torn_at_any_offset_is_set_aside_and_never_fatal(path: Path) -> None:
    many = [TICKET | {"id": f"{number * 7919 % 1009}"} for number in range(200)]
    save(path, "tickets", [update(tickets(*many)), update(PROJECTS)])
    whole = path.read_bytes()
    offsets = random.Random(7).sample(range(len(whole)), 500)
    for offset in (0, 1, len(whole) - 1, *offsets):
        for torn in (whole[:offset], whole[:offset] + bytes(len(whole) - offset)):
            if torn == whole:
                continue  # gzip ends in NULs itself
            path.write_bytes(torn)
            assert state_file.load(path) is None
            assert leftovers(path) == ["state.broken"]
            assert not path.exists()
    path.write_bytes(whole)
    assert state_file.load(path) is not None


def test_a_file_with_garbage_at_any_offset_loads_or_is_set_aside(path: Path) -> None:
    save(path, "tickets", [update(tickets(TICKET))])
    whole, draw = path.read_bytes(), random.Random(8)
    for _ in range(500):
        offset = draw.randrange(len(whole))
        path.write_bytes(whole[:offset] + draw.randbytes(draw.randrange(9)) + whole[offset + 1 :])
        found = state_file.load(path)
        assert (found is None) == (not path.exists())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 4096,
        b"<html>",
        *map(
            gzip.compress, (b"", b"[]", b"null", b"{}", b"[" * 100_000, b'{"saved": NaN}', b"\xff")
        ),
    ],
)
def test_what_is_no_state_is_set_aside_with_one_line(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert state_file.load(path) is None
    assert leftovers(path) == ["state.broken"]
    assert [line.splitlines() for line in caplog.messages] == [[caplog.messages[0]]]


def test_one_view_that_is_no_longer_understood_costs_only_that_view(path: Path) -> None:
    path.parent.mkdir()
    frames = ["garbage", PROJECTS.decode(), '{"type": "critical_alert", "data": {}}']
    put(path, saved=1.0, screen="kitchen", frames=frames)
    found = state_file.load(path)
    assert found is not None
    assert [update.view for update in found.updates] == ["projects"]


@pytest.mark.parametrize("ahead", [60.0, 86400.0 * 400, 1e300])
def test_a_state_saved_in_the_future_is_not_younger_than_now(path: Path, ahead: float) -> None:
    path.parent.mkdir()
    put(path, saved=time.time() + ahead, screen=None, frames=[PROJECTS.decode()])
    found = state_file.load(path)
    assert found is not None
    assert (found.age, len(found.updates)) == (0.0, 1)


def test_the_age_is_the_wall_clocks(path: Path) -> None:
    path.parent.mkdir()
    put(path, saved=time.time() - 3600, screen=None, frames=[])
    found = state_file.load(path)
    assert found is not None
    assert found.age == pytest.approx(3600, abs=30)


def test_a_file_that_unpacks_without_end_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_file, "LARGEST", 2000)
    path.parent.mkdir()
    for content in (gzip.compress(b" " * 1_000_000), bytes(3000)):
        path.write_bytes(content)
        assert state_file.load(path) is None
        assert not path.exists()


def test_nothing_kept_is_nothing_found(path: Path) -> None:
    assert state_file.load(path) is None


def test_a_folder_in_the_files_place_is_no_state_and_an_error_to_write(path: Path) -> None:
    path.mkdir(parents=True)
    assert state_file.load(path) is None
    with pytest.raises(OSError, match="state"):
        save(path, None, [])
    assert leftovers(path) == []


def test_a_folder_that_cannot_be_written_is_an_error_that_the_caller_sees(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        save(tmp_path / "file" / "state.gz", None, [])


def test_threads_that_write_at_once_leave_one_whole_file(path: Path) -> None:
    contents = [
        state_file.encode(None, [update(tickets(TICKET | {"title": letter * 50_000}))], {})
        for letter in "abcdefgh"
    ]
    threads = [threading.Thread(target=write_file, args=(path, x)) for x in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in contents
    assert leftovers(path) == []


WRITER = """
import sys
from pathlib import Path
from kioskd.core.parser import Parser
from kioskd.host import state_file
from kioskd.config.writing import write_file
path = Path(sys.argv[1])
frames = [b'{"type":"projects_update","data":[],"x":"%s"}' % (letter * 300_000)
          for letter in (b"a", b"b")]
a, b = (
    state_file.encode("tickets", [Parser().parse(f)], {}) for f in frames
)
print("ready", flush=True)
while True:
    write_file(path, a)
    write_file(path, b)
"""


def test_a_kill_at_any_moment_leaves_the_file_whole(path: Path) -> None:
    draw = random.Random(9)
    for _ in range(30):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=ROOT
        )
        with writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            wait_for(path.exists)
            deadline = time.perf_counter() + draw.uniform(0, 0.02)  # several writes long
            while time.perf_counter() < deadline:
                pass
            writer.kill()
        found = state_file.load(path)
        assert found is not None
        marks = json.loads(found.updates[0].frame)["x"]
        assert (len(marks), len(set(marks))) == (300_000, 1)
        assert leftovers(path) == []  # what the kill left is swept away


def wait_for(true: Any) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)


FILLING = """
import resource, sys
from pathlib import Path
from kioskd.config.writing import write_file
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_file(Path(sys.argv[1]), b"x" * 5000)
except OSError as error:
    print(error.strerror)
"""


def test_a_full_disk_is_an_error_and_the_earlier_file_stays_with_nothing_beside_it(
    path: Path,
) -> None:
    save(path, "tickets", [update(PROJECTS)])
    before = path.read_bytes()
    command = [sys.executable, "-c", FILLING, str(path)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert (said.stdout, said.stderr) == ("File too large\n", "")
    assert path.read_bytes() == before
    assert leftovers(path) == []


def test_a_real_full_disk_too(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=16k", "none", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        save(disk / "state.gz", "tickets", [update(PROJECTS)])
        before = (disk / "state.gz").read_bytes()
        with pytest.raises(OSError, match="No space left"):
            write_file(disk / "state.gz", b"x" * 50_000)
        assert os.listdir(disk) == ["state.gz"]
        assert (disk / "state.gz").read_bytes() == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_kioskd_that_is_killed_again_and_again_shows_what_it_held_and_a_full_disk_stops_no_stop(
    tmp_path: Path,
) -> None:
    process = Process(tmp_path).start()
    path = tmp_path / "state" / "state.gz"
    try:
        process.notified.until("14 tickets")
        assert process.stop() == 0
        dead = "http://127.0.0.1:9/"
        process.configure(f"sound: {{enabled: false}}\nsources: [{{kind: rest, url: '{dead}'}}]\n")
        demo = state_file.load(path)
        assert demo is not None
        save(path, None, demo.updates, origins([Rest(url=dead)]))
        for _ in range(4):
            process.start()
            process.notified.until("14 tickets")
            process.process.send_signal(signal.SIGKILL)
            process.process.wait()
            kept = state_file.load(path)
            assert kept is not None
            assert {u.view for u in kept.updates} == {"tickets", "projects", "dashboard"}
        process.start()
        process.notified.until("14 tickets")
        resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, (10, 10))
        assert process.stop() == 0
        assert state_file.load(path) is not None
    finally:
        process.close()
