"""Only what the release's key has signed is installed, and exactly those bytes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kioskd.cli import signature
from kioskd.cli.package import UpdateError
from tests.support.signing import Signer

CONTENT = b"!<arch>\n" + bytes(range(256)) * 100


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kioskd_2.0_arm64.deb"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    folder = tmp_path / "workshop"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def refusal(file: Path, signer: Signer, workshop: Path) -> Callable[..., str]:
    """Why a file is refused; nothing of it is left."""

    def why(*keys: Path) -> str:
        with (
            pytest.raises(UpdateError) as refused,
            signature.taken(file, workshop, keys=keys or (signer.public,)),
        ):
            pytest.fail("it was taken")
        assert not list(workshop.iterdir())
        return str(refused.value)

    return why


def test_a_signed_file_is_taken_and_its_comment_told(
    file: Path, signer: Signer, workshop: Path
) -> None:
    signer.sign(file, "kioskd 2.0")
    with signature.taken(file, workshop, keys=[signer.public]) as (copy, said):
        assert copy.read_bytes() == CONTENT
        assert copy.parent.parent == workshop
        assert copy.parent.stat().st_mode & 0o777 == 0o700
        assert said == "signed (kioskd 2.0)"
    assert not list(workshop.iterdir())


def test_what_is_installed_is_what_was_verified_whatever_happens_to_the_file(
    file: Path, signer: Signer, workshop: Path
) -> None:
    signer.sign(file)
    with signature.taken(file, workshop, keys=[signer.public]) as (copy, _):
        file.write_bytes(b"another one, put there since")
        assert copy.read_bytes() == CONTENT


@pytest.mark.parametrize("at", [0, 100, -1])
def test_one_changed_bit_is_refused(
    file: Path, signer: Signer, refusal: Callable[..., str], at: int
) -> None:
    signer.sign(file)
    changed = bytearray(CONTENT)
    changed[at] ^= 1
    file.write_bytes(changed)
    said = refusal()
    assert said.startswith(f"{file} is refused, it is not what a key of this machine has signed")
    assert "Signature verification failed" in said


def test_another_s_signature_is_refused_even_with_our_key_s_number(
    file: Path, signer: Signer, refusal: Callable[..., str], tmp_path: Path
) -> None:
    ours = signer.sign(file).read_text().splitlines()
    theirs = Signer(tmp_path, "other").sign(file)
    assert "is not what a key of this machine has signed" in refusal()
    # Their signature under our key's number, and our comment's signature under their comment.
    lines = theirs.read_text().splitlines()
    lines[1] = ours[1][:14] + lines[1][14:]
    theirs.write_text("\n".join(lines) + "\n")
    assert "is not what a key of this machine has signed" in refusal()
    lines = [*ours[:2], "trusted comment: kioskd 3.0", ours[3]]
    theirs.write_text("\n".join(lines) + "\n")
    assert "is not what a key of this machine has signed" in refusal()


def test_a_signature_of_nonsense_is_refused(
    file: Path, signer: Signer, refusal: Callable[..., str]
) -> None:
    there = file.with_name(file.name + ".minisig")
    for text in (b"", b"\0" * 300, b"untrusted comment: x\n", b"\xff\n\xff\n\xff\n\xff\n"):
        there.write_bytes(text)
        assert "is not what a key of this machine has signed" in refusal()
    there.write_bytes(b"x" * 5000)
    assert "minisig can't be read: it has more than 4,096 bytes" in refusal()


def test_a_file_without_its_signature_is_refused_unless_that_is_meant(
    file: Path, refusal: Callable[..., str], workshop: Path
) -> None:
    said = refusal()
    assert f"{file} is not signed: {file.name}.minisig does not lie beside it" in said
    assert "--unsigned" in said
    with signature.taken(file, workshop, unsigned=True) as (copy, told):
        assert (copy.read_bytes(), told) == (CONTENT, "not signed")


def test_without_any_key_nothing_is_taken_for_signed(
    file: Path, signer: Signer, refusal: Callable[..., str], tmp_path: Path
) -> None:
    signer.sign(file)
    said = refusal(tmp_path / "absent.pub", tmp_path / "etc/release.pub")
    assert "was made without a release's key" in said
    assert "etc/release.pub" in said


def test_either_key_will_do(file: Path, signer: Signer, workshop: Path, tmp_path: Path) -> None:
    signer.sign(file)
    other = Signer(tmp_path, "other").public
    for keys in ([other, signer.public], [signer.public, other]):
        with signature.taken(file, workshop, keys=keys) as (_, said):
            assert said.startswith("signed")


def test_a_key_that_others_may_write_is_no_key(
    file: Path, signer: Signer, refusal: Callable[..., str]
) -> None:
    signer.sign(file)
    signer.public.chmod(0o664)
    assert f"others than root may write {signer.public}" in refusal()


def test_without_the_program_that_verifies_it_says_what_to_install(
    file: Path, signer: Signer, refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signer.sign(file)
    monkeypatch.setattr(signature, "PROGRAM", "minisign-that-is-not-there")
    assert "sudo apt install minisign-that-is-not-there" in refusal()


def test_what_is_no_file_is_refused_at_once(workshop: Path, signer: Signer, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.deb"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with (
            pytest.raises(UpdateError, match=r"can't be read as a package: (it is no file|Is a d)"),
            signature.taken(path, workshop),
        ):
            pytest.fail("it was taken")


def test_a_file_without_end_is_refused(
    file: Path, workshop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signature, "LARGEST", 1000)
    with (
        pytest.raises(UpdateError, match="more than 1,000 bytes"),
        signature.taken(file, workshop),
    ):
        pytest.fail("it was taken")
