"""``kioskd browser`` as systemd starts it, in a folder and with a compositor of the test's; and a
daemon that says of itself what the test wants."""

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.process import Notified

# The compositor's place is taken by what starts the browser without a screen, or by what fails.
WITHOUT_SCREEN = {
    "chromium": ("--headless=new",),
    "chromium-shell": (
        "--ozone-platform=headless",
        "--ozone-override-screen-size=1280,720",
        "--content-shell-host-window-size=1280x720",
    ),
}
HEADLESS = f"""#!/bin/bash
while [ "$1" != -- ]; do shift; done
shift
case " $* " in
*/chromium-shell\\ *) set -- "$@" {" ".join(WITHOUT_SCREEN["chromium-shell"])} ;;
*) set -- "$@" {" ".join(WITHOUT_SCREEN["chromium"])} ;;
esac
exec "$@" --no-sandbox >/dev/null 2>&1
"""
FAILS = "#!/bin/sh\nexit 3\n"
# Where the daemon writes its address down is a folder of the machine; here it is the test's.
PROGRAM = """
import sys
from pathlib import Path
from kioskd.browser import start
from kioskd.host import told
start.SYSTEM = Path(sys.argv[1])
told.ADDRESS = sys.argv[2]
start.run(Path(sys.argv[1]))
"""
INSTALLED = [name for name in WITHOUT_SCREEN if shutil.which(name)]
needs_chromium = pytest.mark.skipif(
    not INSTALLED, reason="chromium is not installed: sudo apt install chromium"
)
each_browser = pytest.mark.parametrize(
    "browser_name",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                name not in INSTALLED, reason=f"not installed: sudo apt install {name}"
            ),
        )
        for name in WITHOUT_SCREEN
    ],
)


class Browser:
    """``kioskd browser`` as systemd starts it."""

    def __init__(self, folder: Path, config: Path, compositor: str) -> None:
        self.folder, self._config = folder, config
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/cage").write_text(compositor)
        (folder / "bin/cage").chmod(0o755)
        if not INSTALLED:
            (folder / "bin/chromium").symlink_to("/bin/true")
        self.notified = Notified(folder / "notify")

    def start(self) -> None:
        environment = os.environ | {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "RUNTIME_DIRECTORY": str(self.folder),
            "NOTIFY_SOCKET": str(self.notified.path),
            "WLR_BACKENDS": "headless",
        }
        written = self._config.parent / "run/address"
        command = [sys.executable, "-c", PROGRAM, str(self._config), str(written)]
        self.process = subprocess.Popen(command, env=environment, start_new_session=True)

    def ended(self) -> int:
        return self.process.wait(timeout=30)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):  # the browser may outlive what watched it
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.notified.close()


class PlayedDaemon:
    """One that says how often a new start of the browser was wanted; None: it does not answer."""

    def __init__(self) -> None:
        self.restarts: int | None = 1
        self.answers: queue.Queue[int | None] = queue.Queue()

    @contextlib.contextmanager
    def served(self) -> Iterator[int]:
        """It listens; yields its port."""
        daemon = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                restarts = daemon.restarts
                status = json.dumps(
                    {"display": {"state": "on"}, "panels": [], "browserRestarts": restarts}
                )
                self.send_response(503 if restarts is None else 200)
                self.end_headers()
                self.wfile.write(status.encode())
                if self.path == "/api/status":
                    daemon.answers.put(restarts)

            def log_message(self, format: str, *args: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield server.server_port
            server.shutdown()

    def says(self, restarts: int | None) -> None:
        """Say so; returns when it was heard twice, so that the first time was acted upon."""
        self.restarts = restarts
        for _ in range(2):
            while self.answers.get(timeout=60) != restarts:
                pass
