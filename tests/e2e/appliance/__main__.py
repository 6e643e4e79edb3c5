"""``python -m tests.e2e.appliance``: those of both Debians, in several processes side by side.

Most of the time they wait for a system that boots, or for a watchdog: together they take as long as
the processor needs, one after the other twice as long. A few that failed run once more at the end,
alone: what fails again is a fault.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.appliance.roots import SUITES, root

# The slow ones; what is not named here is a part of its own.
PARTS = (
    ("updating",),
    ("card", "wear", "picture"),
    ("fleet", "https", "memory", "keys"),
    ("pages", "screen_power"),
    ("two_outputs",),
)
# What Debian 12's sway must show of its own; the rest is the same on both, and takes ten minutes.
SOME = {("two_outputs", "12"): "turns_it or not_connected"}
PYTEST = (sys.executable, "-m", "pytest", "-q")
MOST_AGAIN = 3  # more failures than that in a part are no accident


def main() -> int:
    if os.geteuid() == 0 and shutil.which("mmdebstrap"):  # else every test says what is missing
        for version in SUITES:  # before the tests, whose time is limited
            root(version)
    files = {file.stem.removeprefix("test_"): file for file in Path(__file__).parent.glob("test_*")}
    parts = [[files.pop(name) for name in part] for part in PARTS]
    parts.append(sorted(files.values()))
    first = [part[0] for part in PARTS] + [""]
    count = len(parts) * len(SUITES)
    print(f"Debian {' and '.join(SUITES)}, {count} parts side by side:", flush=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="kioskd-appliance-") as folder:
        running = []
        for number, part in enumerate(parts):
            for version in SUITES:
                said = Path(folder, f"{number}-{version}")
                some = SOME.get((first[number], version))
                wanted = f"{version} and ({some})" if some else version
                command = [*PYTEST, *map(str, part), "-k", wanted]
                command += ["-o", f"cache_dir={folder}/failed-{number}-{version}"]
                with said.open("w") as file:
                    process = subprocess.Popen(command, stdout=file, stderr=file)
                running.append((process, command, version, said))
        wrong = []
        for process, command, version, said in running:
            if process.wait():
                wrong.append((command, said.read_text()))
            print(f"Debian {version}:\n{said.read_text()}", flush=True)
        for command, text in wrong:
            failed |= not _passes_alone(command, text)
    return int(failed)


def _passes_alone(command: list[str], said: str) -> bool:
    """Run what failed once more, with nothing beside it."""
    names = re.findall(r"^(?:FAILED|ERROR) (tests\S+)", said, re.MULTILINE)
    if not 0 < len(names) <= MOST_AGAIN:
        return False
    print("Once more, alone:", *names, flush=True)
    return subprocess.run([*command, "--last-failed"], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
