"""Writes requirements.txt and lgpio.txt: every release the package bundles, with its hashes.

Run it to take newer releases: ``.venv/bin/python package/pin.py``. It downloads what ``build.py``
installs for every Python and architecture, and the source of lgpio, which it compiles.
"""

import hashlib
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

from build import ARCHITECTURES, HERE, PYTHONS, ROOT, platforms

LEFT_OUT = "setuptools"  # colorzero names it, and imports nothing of it
FROM_SOURCE = "sdnotify"  # pure Python without a wheel
HEAD = "# Written by pin.py.\n"


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [name for name in project["dependencies"] if not name.startswith(FROM_SOURCE)]
    with tempfile.TemporaryDirectory() as folder:
        for python in PYTHONS:
            for architecture in ARCHITECTURES:
                options = ["--only-binary=:all:", *platforms(python, architecture)]
                _download(folder, *options, *wanted)
        _download(folder, "--no-deps", "--no-binary=:all:", FROM_SOURCE)
        (HERE / "requirements.txt").write_text(_pinned(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        _download(folder, "--no-deps", "--no-binary=:all:", "lgpio")
        (HERE / "lgpio.txt").write_text(_pinned(Path(folder)))


def _download(folder: str, *what: str) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder]
    subprocess.run([*pip, *what], check=True)


def _pinned(folder: Path) -> str:
    """The wheels and source distributions in ``folder`` as a requirements file."""
    hashes: dict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.iterdir()):
        name, version = file.name.removesuffix(".tar.gz").split("-")[:2]
        if name != LEFT_OUT:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            hashes[f"{name.replace('_', '-')}=={version}"].append(f"--hash=sha256:{digest}")
    lines = [" \\\n    ".join((release, *found)) for release, found in hashes.items()]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
