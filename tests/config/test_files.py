"""Files that a person names: none of them stops the daemon, and each fault has its own words."""

import errno
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kioskd.config.files import (
    LARGEST_SECRET,
    read_certificates,
    read_file,
    read_secret,
    reason,
    why_no_secret,
    write_file,
)


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


@pytest.mark.parametrize(
    "content",
    [
        "s3cr3t",
        "s3cr3t\n",
        "  s3cr3t \t\r\n\r\n",
        "\ufeffs3cr3t\r\n",
        "s3cr3t\u00a0\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_token_from_any_editor_is_the_same_token(
    tmp_path: Path, content: str, encoding: str
) -> None:
    if encoding == "utf-16":
        content = content.removeprefix("\ufeff")  # it writes its own
    (tmp_path / "token").write_bytes(content.encode(encoding))
    assert read_secret(tmp_path / "token").reveal() == "s3cr3t"


def test_a_space_inside_belongs_to_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("Bearer s3cr3t\n")
    assert read_secret(tmp_path / "token").reveal() == "Bearer s3cr3t"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty: write the token into it, in one line"),
        (b" \r\n\t\n", "it is empty: write the token into it, in one line"),
        (b"s3cr3t\nother\n", "it has 2 lines, and a token is one: remove the others"),
        (b"s3cr3t\0", "it holds a character that can't be printed: write the token again"),
        (b"s3\x07cr3t", "it holds a character that can't be printed: write the token again"),
        (b"s3cr3t\xff", "it is not text in UTF-8: write the token again"),
        (b"x" * (LARGEST_SECRET + 1), "it is larger than 16,000 bytes; is it the right file?"),
    ],
)
def test_a_token_that_cannot_be_used_is_named_without_a_part_of_it(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(OSError, match=r".") as caught:
        read_secret(tmp_path / "token")
    assert reason(caught.value) == said
    assert "s3cr3t" not in str(caught.value)


def test_a_missing_token_file_and_one_that_is_roots_alone_have_their_commands() -> None:
    missing = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    assert why_no_secret(missing, "/etc/kioskd/token") == (
        "there is no such file; make it: "
        "sudo install -o root -g kioskd -m 640 /dev/null /etc/kioskd/token; "
        "then write the token into it"
    )
    roots = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    assert why_no_secret(roots, "/etc/kioskd/token") == (
        "kioskd may not read it; let it: "
        "sudo chown root:kioskd /etc/kioskd/token; sudo chmod 640 /etc/kioskd/token"
    )


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


def test_a_file_is_replaced_with_its_permissions_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "made/file"
    write_file(path, b"one")
    write_file(path, b"two", mode=0o644, durable=False)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_whoever_reads_while_it_is_written_sees_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = {bytes([n]) * 100_000 for n in range(4)}
    write_file(path, bytes(100_000))
    done = threading.Event()

    def write() -> None:
        for content in [*contents] * 20:
            write_file(path, content, durable=False)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = {path.read_bytes()}
    while not done.is_set():
        seen.add(path.read_bytes())
    writer.join()
    assert seen <= contents
