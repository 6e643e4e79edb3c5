"""Packages of kioskd as built, but of other versions, some of them spoiled: for `kioskd update`."""

import shutil
import subprocess
from pathlib import Path

OLDER, NEWER = "0.0.9", "99.0"
GOOD = "3.0"
# What is wrong with each version: a file below the bundled Pythons, and what is put at its top.
BAD = {
    "3.1": ("kioskd/daemon.py", "raise SystemExit(3)"),  # ends at once
    "3.2": ("kioskd/daemon.py", "import time; time.sleep(9999)"),  # starts, and never is ready
}
UNFINISHED = "3.3"  # its maintainer script fails


def build(original: Path, folder: Path, version: str) -> None:
    """The package as built, but of another version, which its daemon says too; perhaps spoiled."""
    tree = folder / "tree"
    subprocess.run(["dpkg-deb", "-R", original, tree], check=True)
    control = tree / "DEBIAN/control"
    lines = control.read_text().splitlines(keepends=True)
    named = (f"Version: {version}\n" if line.startswith("Version:") else line for line in lines)
    control.write_text("".join(named))
    for python in (tree / "usr/lib/kioskd").glob("python*"):
        (python / "kioskd/__init__.py").write_text(f'__version__ = "{version}"\n')
        if version in BAD:
            name, statement = BAD[version]
            code = (python / name).read_text()
            (python / name).write_text(f"{statement}\n{code}")
    if version == UNFINISHED:
        script = tree / "DEBIAN/postinst"
        script.write_text(script.read_text().replace("set -e\n", "set -e\nexit 7\n"))
    file = folder / f"kioskd-{version}.deb"
    pack = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(tree), str(file)]
    subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
