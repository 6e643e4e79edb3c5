"""A certificate and its key, as people copy them: whole, mixed up, cut off, locked."""

import os
import random
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kioskd.config import Config, Server
from kioskd.config.advice import advice
from kioskd.config.certificate import read_pair
from tests.support import certificates


def test_a_right_pair_is_read_with_its_names_dates_and_fingerprint(tmp_path: Path) -> None:
    certificates.write(tmp_path, "painel.example", "10.0.0.5", days=40)
    found = read_pair(tmp_path / "certificate.pem", tmp_path / "key.pem")
    assert found.names == ("painel.example", "10.0.0.5")
    assert found.expires - time.time() == pytest.approx(40 * 86400, abs=3600)
    said = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
        input=(tmp_path / "certificate.pem").read_text(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip().partition("=")[2] == found.fingerprint
    assert found.context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_both_may_stand_in_one_file(tmp_path: Path) -> None:
    certificates.write(tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes(
        (tmp_path / "key.pem").read_bytes() + (tmp_path / "certificate.pem").read_bytes()
    )
    assert read_pair(both, both).names == ("127.0.0.1", "localhost")


def another_key(folder: Path) -> None:
    key = (folder / "key.pem").read_bytes()
    certificates.write(folder)
    (folder / "key.pem").write_bytes(key)


def lock(folder: Path) -> None:
    key = folder / "key.pem"
    options = ("-aes128", "-passout", "pass:x", "-in", key, "-out", folder / "locked.pem")
    subprocess.run(["openssl", "pkey", *options], check=True)
    (folder / "locked.pem").rename(key)


def cut(name: str) -> Callable[[Path], None]:
    def done(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes()[:200])

    return done


def swap(folder: Path) -> None:
    (folder / "key.pem").rename(folder / "x")
    (folder / "certificate.pem").rename(folder / "key.pem")
    (folder / "x").rename(folder / "certificate.pem")


def pipe(folder: Path) -> None:
    (folder / "key.pem").unlink()
    os.mkfifo(folder / "key.pem")


def test_whatever_is_in_the_files_the_reason_is_an_os_error(tmp_path: Path) -> None:
    certificates.write(tmp_path)
    whole = (tmp_path / "certificate.pem").read_bytes(), (tmp_path / "key.pem").read_bytes()
    draw = random.Random(20261127)
    taken = 0
    reasons: list[str] = []
    for _ in range(300):
        for name, content in zip(("certificate.pem", "key.pem"), whole, strict=True):
            changed = bytearray(content)
            for _ in range(draw.choice((0, 1, 1, 2, 40))):
                at = draw.randrange(len(changed))
                changed[at : at + draw.choice((0, 1, 1, 9))] = draw.randbytes(draw.choice((0, 1)))
            (tmp_path / name).write_bytes(bytes(changed))
        try:
            read_pair(tmp_path / "certificate.pem", tmp_path / "key.pem")
            taken += 1
        except OSError as error:
            reasons.append(str(error.strerror))
    assert 0 < taken < 300
    assert all(reason.startswith(str(tmp_path)) for reason in reasons)


BROKEN: dict[str, Callable[[Path], object]] = {
    "certificate.pem: the key is not that of the certificate": another_key,
    "key.pem: it has a passphrase": lock,
    "certificate.pem: the certificate is cut off": cut("certificate.pem"),
    "certificate.pem: it can't be used": cut("key.pem"),
    "certificate.pem: it holds no certificate": swap,
    "key.pem: it is a named pipe": pipe,
    "key.pem: there is no such file": lambda folder: (folder / "key.pem").unlink(),
}


@pytest.mark.parametrize("why", BROKEN)
def test_what_is_wrong_with_a_pair_is_said_with_its_file(tmp_path: Path, why: str) -> None:
    certificates.write(tmp_path)
    BROKEN[why](tmp_path)
    with pytest.raises(OSError, match=why) as raised:
        read_pair(tmp_path / "certificate.pem", tmp_path / "key.pem")
    assert "PRIVATE" not in str(raised.value).replace("private", "")
    settings = Server(certificate=str(tmp_path / "certificate.pem"), key=str(tmp_path / "key.pem"))
    assert [why in said for _, said in advice(Config(server=settings)) if "pem" in said] == [True]
