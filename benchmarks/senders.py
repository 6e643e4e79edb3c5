"""From a press to a silence in a real Alertmanager: Debian's own, where it is installed."""

import datetime
import json
import shutil
import time
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import buttons
from benchmarks.alerts import SECRET, hook, row
from benchmarks.process import Process, free_port
from benchmarks.servers import folder
from benchmarks.table import Row

PRESSES = 20
SILENCE = 2.0  # goal in seconds, the 95th percentile
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


def rows() -> list[Row]:
    return [presses()]


class Alertmanager:
    """Debian's Alertmanager, whose alerts go to a kioskd, each at once and alone."""

    def __init__(self, place: Path, hook_port: int, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        (place / "alertmanager.yml").write_text(
            "route: {receiver: kioskd, group_by: ['...'], group_wait: 0s, group_interval: 1s}\n"
            "receivers:\n- name: kioskd\n  webhook_configs:\n"
            f"  - url: http://127.0.0.1:{hook_port}/hooks/bench\n    http_config:\n"
            f"      authorization: {{credentials: {SECRET}}}\n"
        )
        command = [
            str(ALERTMANAGER),
            f"--config.file={place}/alertmanager.yml",
            f"--storage.path={place}/am",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ]
        self.process = Process(command, place, {})
        self.process.wait_for_port(port)

    def fire(self, number: int) -> None:
        labels = {"alertname": f"Queda{number}", "severity": "critical", "instance": "srv:9100"}
        ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
        asked(f"{self.url}/api/v2/alerts", [{"labels": labels, "endsAt": ends.isoformat()}])

    def silenced(self, before: int) -> bool:
        """Whether there are more silences than before."""
        found: list[Any] = asked(f"{self.url}/api/v2/silences")
        return len(found) > before


def presses() -> Row:
    what = "press of `acknowledge` → the silence stands in a real Alertmanager"
    if ALERTMANAGER is None:
        return Row(what, "not installed here", "p95 ≤ 2 s")
    times = []
    with folder() as place:
        port = free_port()
        source = hook(place, f", acknowledge: {{url: 'http://127.0.0.1:{port}'}}")
        with buttons.with_button(source, "acknowledge") as (_, at, fingers):
            manager = Alertmanager(place, at, port)
            time.sleep(0.5)  # a line must be seen up before its first press
            try:
                alerts = f"http://127.0.0.1:{at}/api/alerts"
                for number in range(PRESSES):
                    manager.fire(number)
                    wait(lambda: asked(alerts)["total"] == 1)
                    began = fingers.move(buttons.PIN, "down") / 1e9
                    wait(partial(manager.silenced, number))
                    times.append(time.monotonic() - began)
                    fingers.move(buttons.PIN, "up")
                    time.sleep(max(buttons.APART))  # a finger takes its time
            finally:
                manager.process.stop()
    return row(f"{what}, {PRESSES} times", times, SILENCE)


def asked(url: str, body: object = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        said = answer.read()
    return json.loads(said) if said else None


def wait(holds: Any) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("the alert or its silence never came")
        time.sleep(0.01)
