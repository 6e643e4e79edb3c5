"""``python -m tests.e2e.appliance``: those of both Debians, a few processes side by side.

They wait half of the time, for a system that boots or for a watchdog: a few together take half as
long as one after the other. All at once starve each other, and fail. Those that failed run once
more at the end, alone: what fails again is a fault.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from tests.e2e.appliance.roots import SUITES, root

# The slow ones, the slowest first; what is not named here is a part of its own.
PARTS = (
    ("two_outputs",),
    ("card", "wear", "picture"),
    ("updating",),
    ("pages", "screen_power"),
    ("fleet", "https", "memory", "keys"),
)
AT_ONCE = 4  # on two cores
# What Debian 12's sway must show of its own; the rest is the same on both, and takes ten minutes.
SOME = {("two_outputs", "12"): "turns_it or not_connected"}
PYTEST = (sys.executable, "-m", "pytest", "-q")
MOST_AGAIN = 3  # more failures than that in a part are no accident


def main() -> int:
    if os.geteuid() == 0 and shutil.which("mmdebstrap"):  # else every test says what is missing
        for version in SUITES:  # before the tests, whose time is limited
            root(version)
    files = {file.stem.removeprefix("test_"): file for file in Path(__file__).parent.glob("test_*")}
    slow = {part[0]: [str(files.pop(name)) for name in part] for part in PARTS}
    parts = slow | {"": sorted(map(str, files.values()))}
    count = len(parts) * len(SUITES)
    print(f"Debian {' and '.join(SUITES)}, {count} parts, {AT_ONCE} side by side:", flush=True)
    wrong: list[tuple[list[str], str]] = []

    def run(part: tuple[str, str]) -> None:
        name, version = part
        some = SOME.get(part)
        command = [*PYTEST, *parts[name], "-k", f"{version} and ({some})" if some else version]
        command += ["-o", f"cache_dir={folder}/failed-{name}-{version}"]
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(f"Debian {version}, {name or 'the rest'}:\n{ended.stdout}", flush=True)
        if ended.returncode:
            wrong.append((command, ended.stdout))

    with tempfile.TemporaryDirectory(prefix="kioskd-appliance-") as folder:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(run, product(parts, SUITES)))
        return int(not all(_passes_alone(command, text) for command, text in wrong))


def _passes_alone(command: list[str], said: str) -> bool:
    """Run what failed once more, with nothing beside it."""
    names = re.findall(r"^(?:FAILED|ERROR) (tests\S+)", said, re.MULTILINE)
    if not 0 < len(names) <= MOST_AGAIN:
        return False
    print("Once more, alone:", *names, flush=True)
    return subprocess.run([*command, "--last-failed"], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
