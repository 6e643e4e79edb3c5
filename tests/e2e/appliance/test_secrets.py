"""Tokens on a booted machine: as credentials that only root can read, and in no place besides."""

import io
import json
import tarfile
from collections.abc import Iterator

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until

pytestmark = pytest.mark.timeout(300)
TOKEN = "wall-token-7f3a91"
FILE = "/etc/kioskd/credentials/central"
DROP_INS = "/etc/systemd/system/kioskd.service.d"
EXAMPLE = "/usr/share/doc/kioskd/examples/tokens.conf"
CREDENTIAL = "/run/credentials/kioskd.service/central"
# A helpdesk that lets nobody in without the token; with the aiohttp that kioskd brings along.
UPSTREAM = f"""
import sys
sys.path.insert(0, "/usr/lib/kioskd/python%d.%d" % sys.version_info[:2])
from aiohttp import web

def welcome(request):
    if request.headers.get("Authorization") != "Bearer {TOKEN}":
        raise web.HTTPUnauthorized

async def page(request):
    welcome(request)
    return web.json_response({{"type": "tickets_update", "data": []}})

async def socket(request):
    welcome(request)
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    async for _ in ws:
        await ws.send_json({{"type": "projects_update", "data": []}})
    return ws

app = web.Application()
app.router.add_get("/page", page)
app.router.add_get("/ws/", socket)
web.run_app(app, host="127.0.0.1", port=9100, print=None)
"""
AUTH = f'auth: [{{header: Authorization, prefix: "Bearer ", file: {CREDENTIAL}}}]'
SOURCES = f"""
sources:
  - {{kind: rest, name: page, url: "http://127.0.0.1:9100/page", views: [tickets], {AUTH}}}
  - {{kind: channels, name: socket, url: "ws://127.0.0.1:9100/ws/", views: [projects], {AUTH}}}
"""
# Another address than the loopback's, on a machine without a network: SIOCSIFADDR.
OUTSIDE = "192.0.2.1"
GIVE_ADDRESS = f"""
import fcntl, socket, struct
asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
address = socket.inet_aton("{OUTSIDE}")
fcntl.ioctl(asking, 0x8916, struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, address))
"""
# Prints the HTTP status of the address that is given, asked with a token or without one.
ASK = """
import sys, urllib.error, urllib.request
headers = {"Authorization": f"Bearer {sys.argv[2]}"} if sys.argv[2:] else {}
try:
    print(urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers=headers)).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


@pytest.fixture
def guarded(machine: Machine) -> Iterator[Machine]:
    """A machine with such a helpdesk, and the token as a credential that is documented."""
    machine.write("/root/upstream.py", UPSTREAM)
    machine.run("systemd-run", "--unit=upstream", "python3", "-IS", "/root/upstream.py")
    machine.run("install", "-d", "-m", "700", "/etc/kioskd/credentials")
    machine.write(FILE, f"{TOKEN}\n")
    machine.run("chmod", "600", FILE)
    machine.run("install", "-D", "-m", "644", EXAMPLE, f"{DROP_INS}/tokens.conf")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemd-tmpfiles", "--create", "kioskd.conf")  # as at each boot
    yield machine
    machine.run("rm", "-r", DROP_INS, "/etc/kioskd/credentials")
    machine.run("systemctl", "stop", "upstream")
    machine.run("systemctl", "daemon-reload")


def states(machine: Machine) -> dict[str, str]:
    status = machine.status() or {"sources": []}
    return {source["name"]: source["state"] for source in status["sources"]}


def answer(machine: Machine, url: str, *token: str) -> str:
    return machine.run("python3", "-c", ASK, url, *token).strip()


def test_a_token_that_only_root_can_read_opens_the_helpdesk(guarded: Machine) -> None:
    guarded.write(CONFIG, SOURCES)
    guarded.run("systemctl", "restart", "kioskd")
    both = {"page": "connected", "socket": "connected"}
    until(lambda: states(guarded) == both, 30, "both sources are let in")
    assert guarded.run("stat", "--format=%a %U", FILE) == "600 root\n"
    assert not guarded.succeeds("runuser", "-u", "kioskd", "--", "cat", FILE)


def test_a_wrong_token_is_told_as_such(guarded: Machine) -> None:
    guarded.write(FILE, "another\n")
    guarded.write(CONFIG, SOURCES)
    guarded.run("systemctl", "restart", "kioskd")
    both = {"page": "refused", "socket": "refused"}
    until(lambda: states(guarded) == both, 30, "both sources are refused")


def test_another_machine_needs_the_access_token_and_this_one_does_not(guarded: Machine) -> None:
    guarded.write(CONFIG, f"server: {{host: 0.0.0.0, token_file: {CREDENTIAL}}}\n{SOURCES}")
    guarded.run("systemctl", "restart", "kioskd")
    guarded.run("python3", "-c", GIVE_ADDRESS)
    path = ":8080/api/status"
    assert answer(guarded, f"http://{OUTSIDE}{path}") == "401"
    assert answer(guarded, f"http://{OUTSIDE}{path}", "another") == "401"
    assert answer(guarded, f"http://{OUTSIDE}{path}", TOKEN) == "200"
    assert answer(guarded, f"http://127.0.0.1{path}") == "200"
    assert guarded.status() is not None


def test_doctor_and_bundle_tell_everything_but_the_token(guarded: Machine) -> None:
    guarded.write(CONFIG, SOURCES)
    guarded.run("systemctl", "restart", "kioskd")
    until(lambda: "connected" in states(guarded).values(), 30, "a source is let in")
    findings = json.loads(guarded.run("kioskd", "doctor", "--json", check=False))
    found = {finding["part"]: finding["state"] for finding in findings}
    assert found["configuration"] == found["daemon"] == found["panel"] == found["disk"] == "ok"
    assert {"clock", "sound", "buttons", "picture", "power supply", "watchdog"} <= set(found)
    guarded.run("kioskd", "bundle", "/var/tmp/report.tar.gz")
    packed = (guarded.top / "var/tmp/report.tar.gz").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        texts = {m.name: file.read().decode() for m in archive if (file := archive.extractfile(m))}
    assert "kioskd-bundle/status.json" in texts
    assert "connected" in texts["kioskd-bundle/status.json"]
    for text in (*texts.values(), guarded.journal(), json.dumps(findings)):
        assert TOKEN not in text
