"""A web server with HTTPS where packages lie, with a certificate of a broker's authority."""

import functools
import http.server
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

from tests.support.signing import Signer


class Shelf:
    """``folder`` is given out; ``asked`` has the path of each request."""

    def __init__(self, folder: Path, certificate: Path, key: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.asked: list[str] = []
        asked = self.asked

        class Answer(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                asked.append(self.path)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        handler = functools.partial(Answer, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def url(self, file: Path) -> str:
        return f"https://localhost:{self._server.server_address[1]}/{file.name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def package(folder: Path, version: str, release: Signer) -> Path:
    """A package of that version, signed, which holds nothing."""
    tree = folder / f"tree-{version}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        f"Package: kioskd\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: nobody\nDescription: x\n"
    )
    made = folder / f"kioskd_{version}.deb"
    build = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", str(tree), str(made)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    release.sign(made)
    return made
