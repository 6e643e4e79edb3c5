"""A signed archive of Debian packages on this machine, as the security archive is to the Pi."""

import hashlib
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.e2e.image.desk import HOST_FOR_A_GUEST

CONTROL = """\
Package: {name}
Version: {version}
Architecture: all
Maintainer: kioskd's tests <tests@example.invalid>
Description: a newer version that the tests made
"""
RELEASE = """\
Origin: kioskd's tests
Suite: test-security
Codename: test-security
Date: Thu, 01 Jan 2026 00:00:00 UTC
SHA256:
 {sha256} {size} Packages
"""


class Archive:
    """``folder`` becomes a flat archive with one package, signed with a key of its own."""

    def __init__(self, folder: Path, name: str, version: str) -> None:
        self._folder = folder / "test-security"
        self._keys = folder / "keys"
        self._keys.mkdir(mode=0o700)
        _pack(folder / "package", self._folder, name, version)
        self._sign()
        serve = partial(_Quiet, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def key(self) -> str:
        """The public key that apt knows it by."""
        return self._gpg("--armor", "--export").stdout

    def line(self, key: str) -> str:
        """Its line for the Pi's list of sources, with the place of the key there."""
        address = f"http://{HOST_FOR_A_GUEST}:{self._server.server_address[1]}"
        return f"deb [signed-by={key}] {address}/test-security/ ./"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        subprocess.run(["gpgconf", "--homedir", self._keys, "--kill", "all"], capture_output=True)

    def _sign(self) -> None:
        listed = (self._folder / "Packages").read_bytes()
        sha256 = hashlib.sha256(listed).hexdigest()
        release = self._folder / "Release"
        release.write_text(RELEASE.format(sha256=sha256, size=len(listed)))
        words = ("--passphrase", "", "--quick-generate-key", "tests@example.invalid", "ed25519")
        self._gpg(*words, "sign", "never")
        self._gpg("--output", str(self._folder / "InRelease"), "--clearsign", str(release))

    def _gpg(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["gpg", "--homedir", str(self._keys), "--batch", "--quiet", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: Any) -> None:
        pass


def _pack(tree: Path, target: Path, name: str, version: str) -> None:
    """A package that holds one file, and the list that names it."""
    (tree / "DEBIAN").mkdir(parents=True)
    control = CONTROL.format(name=name, version=version)
    (tree / "DEBIAN/control").write_text(control)
    (tree / "usr/share").mkdir(parents=True)
    (tree / f"usr/share/{name}.version").write_text(version)
    target.mkdir()
    file = target / f"{name}.deb"
    command: list[str | Path] = ["dpkg-deb", "--root-owner-group", "--build", tree, file]
    subprocess.run(command, check=True, capture_output=True)
    content = file.read_bytes()
    entry = f"{control}Filename: ./{file.name}\nSize: {len(content)}\n"
    entry += f"SHA256: {hashlib.sha256(content).hexdigest()}\n"
    (target / "Packages").write_text(entry)
