"""Whom kioskd trusts over TLS, and that it reads the system's authorities only when it must."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kioskd.config.trust import no_authorities, trust

# As `kioskd run` imports the daemon; then what aiohttp made at its import, and what kioskd uses.
PROGRAM = """
import os
from kioskd.config.trust import no_authorities, trust
with no_authorities():
    import kioskd.lifecycle
import aiohttp.connector, ssl
own = aiohttp.connector._SSL_CONTEXT_VERIFIED
print(len(own.get_ca_certs()), own.verify_mode.name, own.check_hostname)
print("SSL_CERT_FILE" in os.environ)
ours = trust(None)
print(len(ours.get_ca_certs()) == len(ssl.create_default_context().get_ca_certs()))
print(ours.verify_mode.name, ours.check_hostname)
"""


def test_a_daemon_that_was_only_started_trusts_nobody_and_verifies_all_the_same() -> None:
    """aiohttp's own context is private; should it move, the start is slower, and nothing else."""
    environment = {name: value for name, value in os.environ.items() if "SSL_CERT" not in name}
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
        env=environment,
    ).stdout.splitlines()
    assert said[0] == "0 CERT_REQUIRED True"
    assert said[1] == "False"
    assert said[2:] == ["True", "CERT_REQUIRED True"]


def test_a_variable_of_the_administrators_is_there_again(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setenv("SSL_CERT_FILE", "/etc/house.pem")
    with no_authorities():
        assert os.environ["SSL_CERT_FILE"] == os.devnull
    assert os.environ["SSL_CERT_FILE"] == "/etc/house.pem"


def test_a_file_that_holds_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name, why in (("absent.pem", "No such file"), ("empty.pem", "no certificate")):
        with pytest.raises(OSError, match=why):
            trust(str(tmp_path / name))
