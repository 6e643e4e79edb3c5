"""A real Mosquitto with the configuration that kioskd ships, but for its folder and port."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import trustme

from kioskd.config import Mqtt, MqttAuth, MqttFleet, View
from tests.support.documents import ROOT
from tests.support.process import free_port

SHIPPED = ROOT / "config/mosquitto"
HOME = "/etc/mosquitto/kioskd"
PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
KIOSKS = ("Kiosk-A", "Kiosk-B", "Kiosk-C", "operator", "fleet", "homeassistant")


class Broker:
    """``ca`` signs its certificate; each of ``users`` has a password file of its name."""

    def __init__(
        self,
        folder: Path,
        more: str = "",
        certificates: bool = False,
        users: Sequence[str] = KIOSKS,
    ) -> None:
        assert PROGRAM is not None, "apt-get install mosquitto"
        self.folder, self.port = folder, free_port()
        self.ca = trustme.CA()
        self.ca.cert_pem.write_to_path(folder / "ca.crt")
        self.certificate(self.ca.issue_cert("localhost", "127.0.0.1"))
        self._passwords(users)
        shutil.copy(SHIPPED / "acl", folder / "acl")
        shipped = (SHIPPED / "kioskd.conf").read_text()
        if certificates:
            for key in ("cafile", "require_certificate", "use_identity_as_username"):
                shipped = shipped.replace(f"#{key} ", f"{key} ")
            shipped = shipped.replace("password_file", "#password_file")
        here = shipped.replace(HOME, str(folder))
        here = here.replace("listener 8883", f"listener {self.port} 127.0.0.1")
        (folder / "mosquitto.conf").write_text(f"user root\n{here}{more}\n")
        self.process: subprocess.Popen[bytes] | None = None

    def certificate(self, issued: trustme.LeafCert) -> None:
        """Use this one from the next start on."""
        issued.cert_chain_pems[0].write_to_path(self.folder / "broker.crt")
        issued.private_key_pem.write_to_path(self.folder / "broker.key")

    def start(self) -> "Broker":
        """Start it; returns when it listens."""
        program = [str(PROGRAM), "-c", str(self.folder / "mosquitto.conf")]
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(program, stdout=log, stderr=log)
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert self.process.poll() is None, (self.folder / "broker.log").read_text()
            time.sleep(0.02)
        raise TimeoutError("mosquitto does not listen")

    def kill(self) -> None:
        """End it as a power cut would, also while it is frozen."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """It answers no more, and its connections stay open."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def settings(
        self,
        user: str = "Kiosk-A",
        *,
        groups: tuple[str, ...] = (),
        home_assistant: bool = False,
        share: tuple[View, ...] = (),
        fleet: MqttFleet | None = None,
    ) -> Mqtt:
        """The section ``mqtt`` of a kiosk."""
        return Mqtt(
            url=f"mqtts://localhost:{self.port}",
            auth=MqttAuth(user=user, password_file=str(self.folder / user)),
            ca_file=str(self.folder / "ca.crt"),
            groups=groups,
            home_assistant=home_assistant,
            share=share,
            fleet=fleet,
        )

    def section(self, user: str = "Kiosk-A", more: str = "") -> str:
        """The same as YAML."""
        return (
            f"mqtt:\n  url: mqtts://localhost:{self.port}\n  ca_file: {self.folder}/ca.crt\n"
            f"  auth: {{user: {user}, password_file: {self.folder}/{user}}}\n{more}"
        )

    def _passwords(self, users: Sequence[str]) -> None:
        file = self.folder / "passwords"
        file.touch(mode=0o600)
        lines = []
        for user in users:
            password = f"the password of {user}"
            (self.folder / user).write_text(password + "\n")
            lines.append(f"{user}:{password}\n")
        file.write_text("".join(lines))
        subprocess.run(["mosquitto_passwd", "-U", str(file)], check=True, capture_output=True)
