"""A rule of a real Prometheus fires and resolves through a real Alertmanager, on a real kioskd."""

import json
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import Process, free_port

PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
SECRET = "q7Zt0vH2mXw9LkP4sR1c"
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not (PROMETHEUS and ALERTMANAGER),
        reason="sudo apt install prometheus prometheus-alertmanager",
    ),
]


def until(holds: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, what
        time.sleep(0.1)
    return found


class Senders:
    """Prometheus and Alertmanager with one rule: it fires while ``fire`` is in the rule file."""

    def __init__(self, folder: Path, hook: str, alerts: int) -> None:
        self.folder = folder
        self.port, self.alerts = free_port(), alerts
        (folder / "secret").write_text(SECRET)
        (folder / "alertmanager.yml").write_text(
            "route: {receiver: kioskd, group_wait: 1s, group_interval: 1s}\n"
            "receivers:\n- name: kioskd\n  webhook_configs:\n"
            f"  - url: {hook}\n    http_config:\n      authorization:\n"
            f"        credentials_file: {folder}/secret\n"
        )
        (folder / "prometheus.yml").write_text(
            "global: {evaluation_interval: 1s, scrape_interval: 5s}\n"
            f"rule_files: [{folder}/rules.yml]\n"
            "alerting:\n  alertmanagers:\n  - static_configs:\n"
            f"    - targets: ['127.0.0.1:{self.alerts}']\n"
        )
        self.rule(True)
        self.processes = [
            self._start(
                str(ALERTMANAGER),
                f"--config.file={folder}/alertmanager.yml",
                f"--storage.path={folder}/am",
                f"--web.listen-address=127.0.0.1:{self.alerts}",
                "--cluster.listen-address=",
            ),
            self._start(
                str(PROMETHEUS),
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/prom",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--web.enable-lifecycle",
                # What fires before it knows its Alertmanager would else be sent a minute later.
                "--rules.alert.resend-delay=1s",
            ),
        ]

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "senders.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def rule(self, fires: bool, second: bool = False) -> None:
        (self.folder / "rules.yml").write_text(
            "groups:\n- name: g\n  rules:\n  - alert: DiskFull\n"
            f"    expr: vector(1) == {1 if fires else 0}\n"
            "    labels: {severity: critical, instance: 'srv-arquivos:9100'}\n"
            "    annotations: {summary: 'Disco quase cheio'}\n"
            f"  - alert: HighLoad\n    expr: vector(1) == {1 if second else 0}\n"
            "    labels: {severity: critical, instance: 'srv-web:9100'}\n"
        )

    def reload(self) -> None:
        url = f"http://127.0.0.1:{self.port}/-/reload"
        urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=5).close()

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def alertmanager() -> int:
    """The port on which Alertmanager is going to listen."""
    return free_port()


@pytest.fixture
def kioskd(tmp_path: Path, alertmanager: int) -> Iterator[Process]:
    (tmp_path / "token").write_text(SECRET)
    process = Process(
        tmp_path,
        "sound: {enabled: false}\nsources: [{kind: webhook, name: alertas, "
        f"preset: alertmanager, token_file: {tmp_path}/token, "
        f"acknowledge: {{url: 'http://127.0.0.1:{alertmanager}'}}}}]\n",
    ).start()
    yield process
    process.close()


def active(kioskd: Process) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{kioskd.url}/api/alerts", timeout=5) as answer:
        found: list[dict[str, Any]] = json.load(answer)["alerts"]
    return [alert for alert in found if alert["state"] == "active"]


def acknowledge(kioskd: Process, identity: str) -> None:
    body = json.dumps({"id": identity, "by": "Ana"}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{kioskd.url}/api/acknowledge", body, headers)
    urllib.request.urlopen(request, timeout=5).close()


def test_a_rule_that_fires_stands_on_the_wall_until_it_resolves(
    kioskd: Process, tmp_path: Path, alertmanager: int
) -> None:
    senders = Senders(tmp_path, f"{kioskd.url}/hooks/alertas", alertmanager)
    try:
        (alert,) = until(lambda: active(kioskd), "the rule fires", 90)
        assert (alert["title"], alert["severity"], alert["entity"], alert["source"]) == (
            "Disco quase cheio",
            "critical",
            "srv-arquivos:9100",
            "alertas",
        )
        senders.rule(False)
        senders.reload()
        until(lambda: not active(kioskd), "the rule resolves", 90)
    finally:
        senders.close()


def silences(port: int) -> list[dict[str, Any]]:
    url = f"http://127.0.0.1:{port}/api/v2/silences"
    with urllib.request.urlopen(url, timeout=5) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def test_what_the_room_acknowledges_is_silenced_in_alertmanager(
    kioskd: Process, tmp_path: Path, alertmanager: int
) -> None:
    senders = Senders(tmp_path, f"{kioskd.url}/hooks/alertas", alertmanager)
    try:
        (alert,) = until(lambda: active(kioskd), "the rule fires", 90)
        acknowledge(kioskd, alert["id"])
        (silence,) = until(lambda: silences(alertmanager), "the silence stands", 30)
        assert (silence["createdBy"], silence["comment"]) == ("kioskd", "Ana (Kiosk-T)")
        named = {matcher["name"]: matcher["value"] for matcher in silence["matchers"]}
        assert named == {
            "alertname": "DiskFull",
            "severity": "critical",
            "instance": "srv-arquivos:9100",
        }
        with urllib.request.urlopen(f"{kioskd.url}/api/alerts/history", timeout=5) as answer:
            (ended, *_) = json.load(answer)["alerts"]
        assert (ended["state"], ended["upstream"]) == ("acknowledged", "sent")
    finally:
        senders.close()


def test_what_is_acknowledged_stays_so_when_its_group_is_sent_again(
    kioskd: Process, tmp_path: Path, alertmanager: int
) -> None:
    # Nothing goes back, so that no silence takes it out of the group; and nothing counts as one
    # that flaps.
    text = kioskd.config.read_text().split(", acknowledge:")[0]
    kioskd.config.write_text(f"{text}}}]\nalerts: {{again_after: 0s}}\n")
    kioskd.process.send_signal(signal.SIGHUP)
    kioskd.notified.until("READY=1")
    senders = Senders(tmp_path, f"{kioskd.url}/hooks/alertas", alertmanager)
    try:
        (first,) = until(lambda: active(kioskd), "the rule fires", 90)
        acknowledge(kioskd, first["id"])
        senders.rule(True, second=True)
        senders.reload()
        (second,) = until(lambda: active(kioskd), "the other rule fires", 90)
        assert second["title"] == "HighLoad"  # posted with the first one, in one payload
    finally:
        senders.close()
