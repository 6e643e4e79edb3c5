"""``kioskd browser`` as systemd starts it, in a folder and with a compositor of the test's."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.process import Notified

# The compositor's place is taken by what starts Chromium without a screen, or by what fails.
HEADLESS = """#!/bin/bash
while [ "$1" != -- ]; do shift; done
shift
exec "$@" --headless=new --no-sandbox --disable-gpu >/dev/null 2>&1
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
needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="chromium is not installed: sudo apt install chromium"
)


class Browser:
    """``kioskd browser`` as systemd starts it."""

    def __init__(self, folder: Path, config: Path, compositor: str) -> None:
        self.folder, self._config = folder, config
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/cage").write_text(compositor)
        (folder / "bin/cage").chmod(0o755)
        if shutil.which("chromium") is None:
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
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.notified.close()
