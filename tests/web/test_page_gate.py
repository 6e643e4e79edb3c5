"""The way from the browser to the pages: what it opens, and what it leaves for the browser."""

import asyncio
import contextlib
import json
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kioskd.config import Config, PageHeader, PageScreen
from kioskd.config.scalars import Duration
from kioskd.web.page_gate import PageGate
from tests.support.intranet import Site, site
from tests.support.process import free_port

Said = list[tuple[str, str, str]]


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as found:
        yield found


@contextlib.asynccontextmanager
async def opened(config: Config, folder: Path, said: Said) -> AsyncIterator[PageGate]:
    gate = PageGate(lambda *words: said.append(words))
    gate.start(config, folder, free_port())
    try:
        yield gate
    finally:
        await gate.close()


def page(url: str, file: Path | None = None) -> Config:
    header = None if file is None else PageHeader(name="X-Key", prefix="k ", file=str(file))
    reload = Duration(600)
    return Config(screens=(PageScreen(name="carga", url=url, header=header, reload=reload),))


async def asked(gate: PageGate, host: str, port: int, request: bytes = b"") -> bytes:
    """What comes back for a connection to this place: the proxy's code, then what is there."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
    writer.write(bytes((5, 1, 0, 5, 1, 0, 3, len(host))) + host.encode() + port.to_bytes(2, "big"))
    assert await reader.readexactly(2) == bytes((5, 0))
    code = (await reader.readexactly(10))[1:2]
    writer.write(request)
    found = await reader.read() if code == b"\0" else b""
    writer.close()
    return code + found


async def test_it_opens_the_host_and_port_of_a_page_and_no_other(
    server: Site, tmp_path: Path
) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    async with opened(page(f"{server.url}/d/load"), tmp_path, []) as gate:
        got = await asked(gate, host, int(port), b"GET /d/load HTTP/1.0\r\n\r\n")
        assert got.startswith(b"\0HTTP/1.0 200")
        assert await asked(gate, host, int(port) + 1) == bytes((2,))
        assert await asked(gate, "127.0.0.1", int(port)) == bytes((2,))
        gate.configure(Config())
        assert await asked(gate, host, int(port)) == bytes((2,))
    assert server.paths() == ["/d/load"]


async def test_a_host_that_is_away_is_told_and_nonsense_ends(tmp_path: Path) -> None:
    port = free_port()
    async with opened(page(f"http://127.0.0.1:{port}/"), tmp_path, []) as gate:
        assert await asked(gate, "127.0.0.1", port) == bytes((4,))
        reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        assert await reader.read() == b""
        writer.close()


async def test_the_browser_alone_is_told_what_to_show(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a-secret-of-grafana")
    config = page("https://Grafana.example:443/d/abc?kiosk", tmp_path / "key")
    async with opened(config, tmp_path, []) as gate:
        file = tmp_path / "browser/pages"
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
        assert json.loads(file.read_text()) == {
            "port": gate.port,
            "pages": [
                {
                    "name": "carga",
                    "url": "https://Grafana.example:443/d/abc?kiosk",
                    "origin": "https://grafana.example",
                    "header": ["X-Key", "k a-secret-of-grafana"],
                    "reload": 600,
                }
            ],
        }
        gate.configure(Config())
        assert not file.exists()


async def test_a_page_without_its_secret_is_not_shown_and_named(tmp_path: Path) -> None:
    said: Said = []
    config = page("https://grafana.example/", tmp_path / "key")
    async with opened(config, tmp_path, said):
        assert json.loads((tmp_path / "browser/pages").read_text())["pages"] == []
    (name, code, why), *_ = said
    assert (name, code) == ("carga", "secret")
    assert "there is no such file" in why


async def test_without_a_page_it_listens_nowhere(tmp_path: Path) -> None:
    async with opened(Config(), tmp_path, []) as gate:
        assert gate.port == 0
