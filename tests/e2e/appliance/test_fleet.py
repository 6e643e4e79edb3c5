"""What the fleet pushes to a kiosk as the package installs it: inside the unit's sandbox, and for
updates through root's own unit. Broker, shelf and operator are in the machine's network.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, booted, until
from tests.support import broker as brokers
from tests.support.broker import Broker
from tests.support.signing import Signer
from tests.support.variants import BAD, GOOD, build

pytestmark = pytest.mark.timeout(600)
ILL = min(BAD)
PATH_UNIT = "kioskd-fleet-update.path"
UPDATE = "kioskd-fleet-update.service"
SHELF = """\
import http.server, ssl, sys
folder, port = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/broker.crt", f"{folder}/broker.key")
handler = lambda *a: http.server.SimpleHTTPRequestHandler(*a, directory=f"{folder}/shelf")
server = http.server.HTTPServer(("127.0.0.1", int(port)), handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


class Pushing:
    """A machine with one kiosk, and all that is around it, on this host but in its network."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine, self.folder = machine, folder
        self.inside = ("nsenter", f"--target={machine._leader()}", "--net", "--")
        self.trusted = Signer(folder, "fleet")
        self.release = Signer(folder, "release")
        self.broker = Broker(folder)
        self.processes = [
            subprocess.Popen(
                [*self.inside, str(brokers.PROGRAM), "-c", str(folder / "mosquitto.conf")],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
            )
        ]
        (folder / "shelf").mkdir()
        (folder / "shelf.py").write_text(SHELF)
        command = [*self.inside, sys.executable, str(folder / "shelf.py"), str(folder), "8443"]
        self.processes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))

    def configure(self) -> None:
        """The kiosk's own file, with its password and whom it trusts."""
        write = self.machine.write
        write("/etc/kioskd/ca.pem", (self.folder / "ca.crt").read_text())
        write("/etc/kioskd/mqtt", (self.folder / "Kiosk-A").read_text())
        write("/etc/kioskd/fleet.pub", self.trusted.public.read_text())
        write("/etc/kioskd/release.pub", self.release.public.read_text())
        self.machine.run("chown", "root:kioskd", "/etc/kioskd/mqtt")
        self.machine.run("chmod", "640", "/etc/kioskd/mqtt")
        write(
            CONFIG,
            "kiosk: {id: Kiosk-A, language: en}\nsound: {enabled: false}\nsources: [{kind: demo}]\n"
            f"mqtt:\n  url: mqtts://127.0.0.1:{self.broker.port}\n  ca_file: /etc/kioskd/ca.pem\n"
            "  auth: {password_file: /etc/kioskd/mqtt}\n  trust: /etc/kioskd/fleet.pub\n",
        )
        self.machine.run("systemctl", "restart", "kioskd")
        until(self.connected, 60, "the kiosk is on the broker")

    def connected(self) -> bool:
        status = self.machine.status()
        return bool(status and status["broker"] and status["broker"]["state"] == "connected")

    def run(self, *words: str) -> tuple[int, str]:
        """``kioskd fleet`` of an operator: exit code, and what it said."""
        file = self.folder / "operator.yaml"
        file.write_text("sources: [{kind: demo}]\n" + self.broker.section())
        command = [*self.inside, sys.executable, "-m", "kioskd", "fleet", *words]
        command += ["--config", str(file), "--password-file", str(self.folder / "operator")]
        command += ["--key", str(self.trusted.secret), "--all"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        return done.returncode, done.stdout + done.stderr

    def update(self, packages: Path, version: str) -> tuple[int, str]:
        file = self.folder / "shelf" / f"kioskd-{version}.deb"
        file.write_bytes((packages / file.name).read_bytes())
        self.release.sign(file)
        url = f"https://127.0.0.1:8443/{file.name}"
        return self.run("update", str(file), "--url", url, "--soak", "0")

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def around(machine: Machine) -> Iterator[Pushing]:
    with TemporaryDirectory() as folder:
        made = Pushing(machine, Path(folder))
        try:
            made.configure()
            yield made
        finally:
            made.close()


@pytest.fixture(scope="module")
def packages_of_two(packages: Path) -> Path:
    for version in (GOOD, ILL):
        build(packages / "kioskd.deb", packages, version)
    return packages


@pytest.fixture
def fleet(debian: Path, packages_of_two: Path) -> Iterator[Pushing]:
    with booted(debian, packages_of_two) as machine:
        machine.install("kioskd.deb")
        with around(machine) as made:
            yield made


def test_a_pushed_file_is_kept_in_the_sandbox_and_told_by_every_command(fleet: Pushing) -> None:
    machine = fleet.machine
    file = fleet.folder / "walls.yaml"
    file.write_text("stale_after: {tickets: 7m}\n")
    code, said = fleet.run("config", "push", str(file))
    assert code == 0, said
    assert "Kiosk-A: healthy with it" in said
    assert machine.run("stat", "--format=%U %a", "/var/lib/kioskd/fleet.json") == "kioskd 644\n"
    assert "over it lies what the fleet pushed" in machine.run("kioskd", "check")
    assert "tickets: 7m" in machine.run("kioskd", "config")
    assert "under the fleet's file" in machine.run("kioskd", "status")
    machine.cut_power()
    machine.boot()
    until(lambda: machine.status() is not None, 60, "it runs")
    assert machine.status()["fleetFile"]["fits"]
    machine.run("rm", "/var/lib/kioskd/fleet.json")
    machine.run("systemctl", "reload", "kioskd")
    until(lambda: machine.status()["fleetFile"] is None, 30, "its own file alone is in force")


def test_a_package_that_root_offers_is_given_out_from_inside_the_sandbox(
    fleet: Pushing, packages_of_two: Path
) -> None:
    machine, file = fleet.machine, fleet.folder / "kioskd.deb"
    file.write_bytes((packages_of_two / f"kioskd-{GOOD}.deb").read_bytes())
    fleet.release.sign(file)
    for each in (file, file.with_name("kioskd.deb.minisig")):
        (machine.top / "var/tmp" / each.name).write_bytes(each.read_bytes())
    server = "server: {host: 0.0.0.0, open_without_token: true, https: self-signed}\n"
    machine.write(CONFIG, machine.run("cat", CONFIG) + server)
    machine.run("systemctl", "restart", "kioskd")
    until(lambda: machine.status() is not None, 60, "it runs")
    said = machine.run("sh", "-c", "umask 077; kioskd fleet offer /var/tmp/kioskd.deb")
    path = said.strip().partition(":8080")[2]
    fetch = f"urllib.request.urlopen('http://127.0.0.1:8080{path}').read()"
    code = f"import hashlib, urllib.request; print(hashlib.sha256({fetch}).hexdigest())"
    digest = machine.run("python3", "-c", code).strip()
    assert path == f"/packages/{digest}/kioskd.deb"
    assert digest == hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_update_is_installed_by_roots_unit_only_when_an_administrator_lets_it(
    fleet: Pushing, packages_of_two: Path
) -> None:
    machine, before = fleet.machine, fleet.machine.version()
    code, said = fleet.update(packages_of_two, GOOD)
    assert code == 1
    assert "nobody let the fleet update this kiosk" in said
    machine.run("systemctl", "enable", "--now", PATH_UNIT)
    code, said = fleet.update(packages_of_two, ILL)
    assert code == 1, said
    assert "went back by itself" in said
    assert f"{before} is back and healthy" in said
    assert machine.version() == before
    code, said = fleet.update(packages_of_two, GOOD)
    assert code == 0, said
    assert machine.version() == GOOD
    # While the next one is being fetched nothing is ready, and nothing starts.
    machine.run("rm", "/var/lib/kioskd/update/ready")
    until(lambda: machine.property("ConditionResult", UPDATE) == "no", 60, "systemd has looked")
    assert machine.run("cat", "/run/kioskd-update/result").startswith("ok")
    # What the daemon itself would hand over is verified by root all the same.
    machine.write("/var/lib/kioskd/update/kioskd.deb", "no package")
    machine.run("runuser", "-u", "kioskd", "--", "touch", "/var/lib/kioskd/update/ready")
    until(lambda: "failed" in machine.run("cat", "/run/kioskd-update/result"), 60, "it is refused")
    assert machine.version() == GOOD
