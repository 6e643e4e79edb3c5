"""``python -m tests.appliance``: the tests of both Debians, in several processes side by side.

Most of the time they wait for a system that boots, or for a watchdog: together they take as long as
the processor needs, one after the other twice as long.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.appliance.roots import SUITES, root

# The slow ones; what is not named here is a part of its own.
PARTS = (("updating",), ("card", "wear", "picture"), ("fleet", "https", "memory", "keys"))
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs")


def main() -> int:
    if os.geteuid() == 0 and shutil.which("mmdebstrap"):  # else every test says what is missing
        for version in SUITES:  # before the tests, whose time is limited
            root(version)
    files = {file.stem.removeprefix("test_"): file for file in Path(__file__).parent.glob("test_*")}
    parts = [[files.pop(name) for name in part] for part in PARTS]
    parts.append(sorted(files.values()))
    count = len(parts) * len(SUITES)
    print(f"Debian {' and '.join(SUITES)}, {count} parts side by side:", flush=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="kioskd-appliance-") as folder:
        running = []
        for number, part in enumerate(parts):
            for version in SUITES:
                said = Path(folder, f"{number}-{version}")
                with said.open("w") as file:
                    command = [*PYTEST, *map(str, part), "-k", version]
                    process = subprocess.Popen(command, stdout=file, stderr=file)
                running.append((process, version, said))
        for process, version, said in running:
            failed |= process.wait() != 0
            print(f"Debian {version}:\n{said.read_text()}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
