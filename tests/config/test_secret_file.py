"""Whatever wrote the file of a token, the token is found, or the file's fault is named."""

import errno
import os
from pathlib import Path

import pytest

from kioskd.config.files import reason
from kioskd.config.secret_file import LARGEST_SECRET, read_secret, why_no_secret


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
