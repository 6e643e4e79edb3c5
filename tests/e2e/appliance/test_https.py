"""HTTPS of the installed package, in the unit's sandbox, as a phone at the other end of a cable."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.neighbour import Neighbour
from tests.e2e.appliance.roots import CACHE
from tests.support import certificates

pytestmark = pytest.mark.timeout(900)
ADDRESS, OTHER = "10.79.0.7", "10.79.0.8"
WIRED = f"[Match]\nName=eth0\n[Network]\nAddress={ADDRESS}/24\nLinkLocalAddressing=no\n"
OWN = "/var/lib/kioskd/https.pem"
HEAD = "host: 0.0.0.0, token_file: /etc/kioskd/access-token"
SERVER = f"server: {{{HEAD}, https: self-signed}}\nsources: [{{kind: demo}}]\n"
FILES = "certificate: /etc/kioskd/certificate.pem, key: /etc/kioskd/key.pem"
GIVEN = f"server: {{{HEAD}, {FILES}}}\nsources: [{{kind: demo}}]\n"
# Asks with aiohttp: METHOD URL [BODY] [COOKIE]; an authority to trust comes as the file ca.pem.
ASK = """
import asyncio, json, ssl, sys
import aiohttp
method, url, body, cookie, authority = sys.argv[1:]
async def main():
    tls = ssl.create_default_context(cafile=authority) if authority else False
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        headers = {"Cookie": cookie} if cookie else {}
        sent = json.loads(body) if body else None
        try:
            async with session.request(method, url, json=sent, headers=headers, ssl=tls,
                                       allow_redirects=False) as answer:
                print(json.dumps({"status": answer.status, "text": await answer.text(),
                                  "cookie": answer.headers.get("Set-Cookie", ""),
                                  "location": answer.headers.get("Location", "")}))
        except aiohttp.ClientError as error:
            print(json.dumps({"status": 0, "text": str(error)}))
asyncio.run(main())
"""
# The SHA-256 of the certificate that a new connection is answered with.
PRESENTED = f"""
import hashlib, ssl
pem = ssl.get_server_certificate(("{ADDRESS}", 8080))
print(hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper())
"""


@pytest.fixture
def phone() -> Iterator[Neighbour]:
    made = Neighbour(OTHER)
    yield made
    made.close()


@pytest.fixture
def wall(debian: Path, packages: Path, phone: Neighbour) -> Iterator[Machine]:
    """A Debian with kioskd, on a cable to a phone."""
    CACHE.mkdir(exist_ok=True)
    machine = Machine(debian, Path(tempfile.mkdtemp(prefix="run-", dir=CACHE)), packages)
    try:
        machine.write("/etc/systemd/network/20-wired.network", WIRED)
        machine.boot(phone.option)
        phone.plug_in()
        machine.run("systemctl", "start", "systemd-networkd")
        machine.install("kioskd.deb")
        machine.run("sh", "-c", "umask 077; kioskd token >/etc/kioskd/access-token")
        machine.run("chown", "root:kioskd", "/etc/kioskd/access-token")
        machine.run("chmod", "640", "/etc/kioskd/access-token")
        yield machine
    finally:
        machine.close()


def take(wall: Machine, text: str, order: str = "restart") -> None:
    wall.write(CONFIG, text)
    wall.run("systemctl", order, "kioskd")
    until(lambda: wall.status() is not None, 60, "the daemon answers")


def ask(phone: Neighbour, method: str, path: str, **more: Any) -> Any:
    """What a phone gets; ``scheme`` https, ``body`` JSON, ``cookie``, ``trusts`` an authority."""
    url = f"{more.get('scheme', 'https')}://{ADDRESS}:8080{path}"
    body, cookie = json.dumps(more["body"]) if "body" in more else "", more.get("cookie", "")
    return json.loads(phone.run(ASK, method, url, body, cookie, str(more.get("trusts", ""))))


def fingerprint(wall: Machine) -> str:
    """As the daemon tells it, without colons; empty while there is none."""
    found = (wall.status() or {}).get("certificate")
    return found["fingerprint"].replace(":", "") if found else ""


def doctor(wall: Machine) -> Any:
    findings = json.loads(wall.run("kioskd", "doctor", "--json", check=False))
    return next(finding for finding in findings if finding["part"] == "HTTPS")


def faults(wall: Machine) -> str:
    return json.dumps((wall.status() or {}).get("faults", []), ensure_ascii=False)


def test_a_phone_is_paired_by_https_with_a_certificate_that_kioskd_made_in_its_sandbox(
    wall: Machine, phone: Neighbour
) -> None:
    take(wall, SERVER)
    until(lambda: fingerprint(wall) != "", 60, "the certificate is made")
    assert wall.active()
    assert (wall.property("ProtectSystem"), wall.property("NoNewPrivileges")) == ("strict", "yes")
    assert wall.run("stat", "--format=%a %U", OWN) == "600 kioskd\n"
    assert phone.run(PRESENTED) == fingerprint(wall)
    assert doctor(wall)["state"] == "ok"

    told = wall.run("kioskd", "pair")
    digits = re.search(r"type (\d{6})", told)
    shown = re.search(r"SHA-256 is ([0-9A-F:]{95})", told)
    assert digits is not None
    assert shown is not None
    assert shown[1].replace(":", "") == phone.run(PRESENTED)
    assert f"https://{ADDRESS}:8080/" in told
    assert ask(phone, "GET", "/api/status")["status"] == 401
    claim = {"code": digits[1], "name": "Celular da Ana"}
    paired = ask(phone, "POST", "/api/pair/claim", body=claim)
    assert paired["status"] == 200, paired
    assert "; Secure" in paired["cookie"]
    cookie = paired["cookie"].partition(";")[0]
    assert ask(phone, "GET", "/api/status", cookie=cookie)["status"] == 200
    assert ask(phone, "POST", "/api/pair/claim", body=claim)["status"] != 200  # good once
    listed = wall.run("kioskd", "devices")
    assert "Celular da Ana" in listed
    secret = cookie.partition("=")[2]
    assert secret not in wall.run("cat", "/var/lib/kioskd/devices.json")
    assert secret not in wall.journal()

    plain = ask(phone, "GET", "/remote", scheme="http")
    assert (plain["status"], plain["location"]) == (307, f"https://{ADDRESS}:8080/remote")
    wall.run("kioskd", "devices", "--revoke", listed.split()[0])
    assert ask(phone, "GET", "/api/status", cookie=cookie)["status"] == 401

    before = fingerprint(wall)
    wall.run("systemctl", "restart", "kioskd")
    until(lambda: fingerprint(wall) == before, 60, "the same certificate after a restart")


def test_a_pair_of_files_is_taken_and_a_renewed_one_too(wall: Machine, phone: Neighbour) -> None:
    take(wall, GIVEN)
    until(lambda: "certificate.pem" in faults(wall), 60, "what is wrong is shown")
    assert doctor(wall)["state"] == "bad"
    told = ask(phone, "GET", "/remote", scheme="http")
    assert told["status"] == 503
    assert "o certificado dele não pode ser usado" in told["text"]

    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        authority = certificates.write(folder, ADDRESS)
        authority.cert_pem.write_to_path(folder / "ca.pem")

        def copy() -> None:
            for name in ("key.pem", "certificate.pem"):
                wall.write(f"/etc/kioskd/{name}", (folder / name).read_text())
                wall.run("chown", "root:kioskd", f"/etc/kioskd/{name}")
                wall.run("chmod", "640", f"/etc/kioskd/{name}")

        copy()
        until(lambda: fingerprint(wall) != "", 60, "the pair is taken")
        assert faults(wall) == "[]"
        first = fingerprint(wall)
        assert phone.run(PRESENTED) == first
        trusting = ask(phone, "GET", "/healthz", trusts=folder / "ca.pem")
        assert trusting["status"] == 200, trusting
        assert doctor(wall)["state"] == "ok"

        certificates.write(folder, ADDRESS, ca=authority)
        copy()
        wall.run("systemctl", "reload", "kioskd")
        until(lambda: fingerprint(wall) not in ("", first), 30, "the renewed pair is taken")
        assert phone.run(PRESENTED) == fingerprint(wall)
        trusting = ask(phone, "GET", "/healthz", trusts=folder / "ca.pem")
        assert trusting["status"] == 200, trusting
        assert wall.active()
