"""A package on its way from an HTTPS server to root's unit."""

import hashlib
import os
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme

from kioskd.host.update_box import FetchError, UpdateBox

PACKAGE = os.urandom(700_000)
DIGEST = hashlib.sha256(PACKAGE).hexdigest()


class PackageServer:
    """An HTTPS server; ``served`` is what it has, by path."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.ca_file = str(folder / "ca.pem")
        authority.cert_pem.write_to_path(self.ca_file)
        served: dict[str, bytes] = {"/k.deb": PACKAGE, "/k.deb.minisig": b"signature"}
        self.served = served

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = served.get(self.path)
                if self.path == "/elsewhere.deb.minisig":
                    self.send_response(302)
                    self.send_header("Location", "/k.deb.minisig")
                    self.end_headers()
                    return
                self.send_response(404 if content is None else 200)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None: ...

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"https://localhost:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[PackageServer]:
    made = PackageServer(tmp_path)
    yield made
    made.close()


@pytest.fixture
def box(tmp_path: Path) -> UpdateBox:
    return UpdateBox(tmp_path / "update", tmp_path / "result", tmp_path / "enabled")


def test_the_very_bytes_that_were_signed_for_are_fetched(
    shelf: PackageServer, box: UpdateBox, tmp_path: Path
) -> None:
    box.fetch(f"{shelf.url}/k.deb", len(PACKAGE), DIGEST, shelf.ca_file)
    assert (tmp_path / "update/kioskd.deb").read_bytes() == PACKAGE
    assert (tmp_path / "update/kioskd.deb.minisig").read_bytes() == b"signature"
    assert (box.handed(), box.result()) == (0, None)
    box.give(7, "2.0")
    assert (box.handed(), box.result()) == (7, None)


@pytest.mark.parametrize("other", [PACKAGE[:-1], PACKAGE + b"x", PACKAGE[:-1] + b"x"])
def test_other_bytes_are_thrown_away(
    shelf: PackageServer, box: UpdateBox, tmp_path: Path, other: bytes
) -> None:
    shelf.served["/k.deb"] = other
    with pytest.raises(FetchError, match="is not the package that was signed for"):
        box.fetch(f"{shelf.url}/k.deb", len(PACKAGE), DIGEST, shelf.ca_file)
    assert not any((tmp_path / "update").iterdir())


def test_what_can_not_be_had_is_said(shelf: PackageServer, box: UpdateBox) -> None:
    size = len(PACKAGE)
    with pytest.raises(FetchError, match="404"):
        box.fetch(f"{shelf.url}/none.deb", size, DIGEST, shelf.ca_file)
    with pytest.raises(FetchError, match="its certificate is not trusted"):
        box.fetch(f"{shelf.url}/k.deb", size, DIGEST, None)
    with pytest.raises(FetchError, match="302 it sends on to another address"):
        box.fetch(f"{shelf.url}/elsewhere.deb", size, DIGEST, shelf.ca_file)
    with pytest.raises(FetchError, match="can't be fetched"):
        box.fetch("https://localhost:9/k.deb", size, DIGEST, shelf.ca_file)
    with pytest.raises(FetchError, match="too little room"):
        box.fetch(f"{shelf.url}/k.deb", 1 << 60, DIGEST, shelf.ca_file)
    shelf.served["/k.deb.minisig"] = b"x" * 5000
    with pytest.raises(FetchError, match="no signature"):
        box.fetch(f"{shelf.url}/k.deb", size, DIGEST, shelf.ca_file)


def test_a_result_is_that_of_the_push_that_was_handed_over(box: UpdateBox, tmp_path: Path) -> None:
    result, ready = tmp_path / "result", tmp_path / "update/ready"
    ready.parent.mkdir()
    result.write_text("ok\nkioskd: 1.9 runs and is healthy\n")
    box.give(7, "2.0")
    os.utime(result, (1_700_000_000, 1_700_000_000))
    assert box.result() is None  # it is of an earlier one
    result.write_text("failed\nkioskd: 2.0 did not become healthy\n")
    later = ready.stat().st_mtime + 1
    os.utime(result, (later, later))
    assert box.result() == (False, "kioskd: 2.0 did not become healthy")
    ready.write_bytes(b"[torn")
    assert box.handed() == 0


def test_it_is_enabled_by_whoever_may_write_below_etc(box: UpdateBox, tmp_path: Path) -> None:
    assert not box.enabled()
    (tmp_path / "enabled").symlink_to("/usr/lib/systemd/system/kioskd-fleet-update.path")
    assert box.enabled()  # though there is no such unit here
