"""Files that a person names: none of them stops the daemon, and each fault has its own words."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kioskd.config.files import read_certificates, read_file, reason


def refused(path: str | Path, most: int = 100) -> str:
    with pytest.raises(OSError, match=r".") as caught:
        read_file(path, most)
    return reason(caught.value)


def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == "it is a named pipe, not a file"


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert refused(tmp_path / "socket") == "it is a socket, not a file"
    assert refused("/dev/zero") == "it is a device, not a file"
    assert refused(tmp_path) == "it is a folder, not a file"
    assert refused(tmp_path / "none") == "there is no such file"
    assert refused(tmp_path / "none/below") == "there is no such file"
    assert refused("a\0b") == "its name holds a character that no file has"
    assert refused("\ud83c") == "its name holds a character that no file has"


def test_a_file_of_3_gb_costs_no_memory_and_is_named(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(3_000_000_000)
    program = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))\n"
        "from kioskd.config.files import read_file\n"
        f"read_file({str(tmp_path / 'large')!r}, 100_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "larger than 100,000 bytes; is it the right file?" in done.stderr.splitlines()[-1]


def test_exactly_as_much_as_is_allowed_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    assert read_file(tmp_path / "file", 100) == b"x" * 100
    assert refused(tmp_path / "file", 99) == "it is larger than 99 bytes; is it the right file?"


def test_a_file_whose_size_is_told_as_0_is_read_up_to_the_limit() -> None:
    assert read_file("/proc/self/status", 100_000).startswith(b"Name:")
    assert "larger" in refused("/proc/self/status", 10)


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\xff\xfe\0"])
def test_a_file_without_a_certificate_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ca.pem").write_bytes(content)
    with pytest.raises(OSError, match="no certificate: it must be a PEM file"):
        read_certificates(tmp_path / "ca.pem")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EROFS, "the file system is read-only"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EMFILE, "too many files are open"),
        (errno.EIO, "the card or disk has errors"),
    ],
)
def test_each_fault_of_a_file_system_has_its_own_advice(number: int, said: str) -> None:
    assert reason(OSError(number, os.strerror(number))).startswith(said)


def test_a_fault_without_advice_says_what_the_system_says() -> None:
    assert reason(OSError(errno.ELOOP, os.strerror(errno.ELOOP))) == os.strerror(errno.ELOOP)
    assert reason(ValueError("a reason")) == "a reason"
    assert reason(MemoryError()) == "MemoryError"
