"""The way from the browser to the pages: what it opens, and what it leaves for the browser."""

import asyncio
import contextlib
import json
import re
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trustme

from kioskd.config import Config, PageHeader, PageScreen
from kioskd.config.scalars import Duration
from kioskd.web.page_gate import PageGate
from tests.support.certificates import write
from tests.support.intranet import Site, over_tls, own_address, site
from tests.support.process import free_port

Said = list[tuple[str, str, str]]


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as found:
        yield found


@contextlib.asynccontextmanager
async def opened(
    config: Config, folder: Path, said: Said, beside: int = 0
) -> AsyncIterator[PageGate]:
    gate = PageGate(lambda *words: said.append(words), folder)
    gate.start(config, folder, beside or free_port())
    try:
        yield gate
    finally:
        await gate.close()


def page(
    url: str, file: Path | None = None, name: str = "X-Key", ca_file: str | None = None
) -> Config:
    header = None if file is None else PageHeader(name=name, prefix="k ", file=str(file))
    screen = PageScreen(name="carga", url=url, header=header, reload=Duration(600), ca_file=ca_file)
    return Config(screens=(screen,))


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
        assert got.startswith(b"\0HTTP/1.1 200")
        assert await asked(gate, host, int(port) + 1) == bytes((2,))
        assert await asked(gate, "127.0.0.1", int(port)) == bytes((2,))
        gate.configure(Config())
        assert await asked(gate, host, int(port)) == bytes((2,))
    assert server.paths() == ["/d/load"]


async def test_what_knows_no_proxy_finds_each_page_at_a_door_of_its_own(
    server: Site, tmp_path: Path
) -> None:
    config = page(f"{server.url}/d/load")
    async with opened(config, tmp_path, []) as gate:
        door = json.loads((tmp_path / "browser/pages").read_text())["pages"][0]["door"]
        place, _, port = door.rpartition(" 127.0.0.1:")
        assert place == server.url.removeprefix("http://")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(b"GET /d/load HTTP/1.0\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()
        gate.configure(Config())
        with pytest.raises(ConnectionRefusedError):
            await refused(int(port))


async def refused(port: int) -> None:
    """Ends when nobody listens any more."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(ConnectionResetError):  # it is just being closed
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
            await asyncio.sleep(0)


async def test_a_host_that_is_away_is_told_and_nonsense_ends(tmp_path: Path) -> None:
    port = free_port()
    async with opened(page(f"http://127.0.0.1:{port}/"), tmp_path, []) as gate:
        assert await asked(gate, "127.0.0.1", port) == bytes((4,))
        reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        assert await reader.read() == b""
        writer.close()


async def test_the_browser_alone_is_told_what_to_show_and_never_the_secret(
    tmp_path: Path,
) -> None:
    (tmp_path / "key").write_text("a-secret-of-grafana")
    config = page("https://Grafana.example:443/d/abc?kiosk", tmp_path / "key")
    async with opened(config, tmp_path, []) as gate:
        file = tmp_path / "browser/pages"
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
        assert stat.S_IMODE((tmp_path / "pages.pem").stat().st_mode) == 0o600
        told = json.loads(file.read_text())
        assert re.fullmatch(r"[A-Za-z0-9+/]{43}=", told.pop("spki"))
        assert re.fullmatch(r"[0-9a-f]{32}", told["pages"][0].pop("sign"))
        assert told == {
            "port": gate.port,
            "panel": gate.port - 1,
            "pages": [
                {
                    "name": "carga",
                    "url": "https://Grafana.example:443/d/abc?kiosk",
                    "origin": "https://grafana.example",
                    "door": f"grafana.example:443 127.0.0.1:{gate.port + 1}",
                    "reload": 600,
                }
            ],
        }
        gate.configure(Config())
        assert not file.exists()


async def test_the_browser_need_not_be_started_anew_when_the_daemon_is(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a-secret-of-grafana")
    config, told = page("https://grafana.example/d", tmp_path / "key"), []
    beside = free_port()
    for _ in range(2):
        async with opened(config, tmp_path, [], beside):
            told.append(json.loads((tmp_path / "browser/pages").read_text()))
    assert told[0]["spki"] == told[1]["spki"]
    assert told[0]["pages"] == told[1]["pages"]


def signed(folder: Path) -> bytes:
    """What the page's tab calls itself."""
    told = json.loads((folder / "browser/pages").read_text())
    sign: str = told["pages"][0]["sign"]
    return b"Mozilla/5.0 kioskd/" + sign.encode()


async def test_every_request_of_its_tab_gets_the_header_once_and_no_other_does(
    server: Site, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("a-secret-of-grafana")
    host, _, port = server.url.removeprefix("http://").partition(":")
    config = page(f"{server.url}/d/load", tmp_path / "key", "Authorization")
    async with opened(config, tmp_path, []) as gate:
        agents = (signed(tmp_path), b"Mozilla/5.0", b"Mozilla/5.0 kioskd/" + b"0" * 32)
        for path, agent in zip((b"/a", b"/b", b"/c"), agents, strict=True):
            head = b"Host: x\r\nUser-Agent: " + agent + b"\r\nauthorization: own\r\n"
            post = b"POST " + path + b" HTTP/1.1\r\n" + head
            post += b"Content-Length: 9\r\n\r\nkioskd/\r\n"
            get = b"GET " + path + b"2 HTTP/1.1\r\n" + head + b"Connection: close\r\n\r\n"
            found = await asked(gate, host, int(port), post + get)
            assert found.count(b"HTTP/1.1 200") == 2
    assert server.asked == [
        ("/a", "k a-secret-of-grafana"),
        ("/a2", "k a-secret-of-grafana"),
        *(("/b", "own"), ("/b2", "own"), ("/c", "own"), ("/c2", "own")),
    ]
    assert server.agents == {"Mozilla/5.0"}


@pytest.mark.parametrize(
    ("names", "days", "known", "code"),
    [
        ((), 90, True, None),
        ((), -1, True, "certificate_expired"),
        (("grafana.example",), 90, True, "certificate_name"),
        ((), 90, False, "certificate"),
    ],
    ids=["well", "expired", "another name", "another authority"],
)
async def test_a_server_is_verified_before_anything_is_sent(
    tmp_path: Path, names: tuple[str, ...], days: int, known: bool, code: str | None
) -> None:
    theirs = write(tmp_path, *(names or (own_address(),)), days=days)
    (theirs if known else trustme.CA()).cert_pem.write_to_path(tmp_path / "ca.pem")
    with site(tls=over_tls(str(tmp_path))) as server:
        host, _, port = server.url.removeprefix("https://").partition(":")
        config = page(f"{server.url}/d", ca_file=str(tmp_path / "ca.pem"))
        async with opened(config, tmp_path, []) as gate:
            found = await asked(gate, host, int(port))
            assert found[:1] == (b"\0" if code is None else bytes((4,)))
            cause = gate.cause("carga")
            assert (cause and cause[0]) == code
        assert server.asked == []


async def test_a_page_whose_authority_can_not_be_read_is_not_shown_and_named(
    tmp_path: Path,
) -> None:
    said: Said = []
    config = page("https://grafana.example/", ca_file=str(tmp_path / "none.pem"))
    async with opened(config, tmp_path, said) as gate:
        assert json.loads((tmp_path / "browser/pages").read_text())["pages"] == []
        assert await asked(gate, "grafana.example", 443) == bytes((2,))
    (name, code, why), *_ = said
    assert (name, code) == ("carga", "ca_file")
    assert "none.pem" in why


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
