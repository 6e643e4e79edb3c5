"""HTTPS with real sockets: which certificate answers, and what is said when one can't."""

import asyncio
import contextlib
import os
import socket
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from kioskd.config import Server
from kioskd.web import listener, self_signed
from kioskd.web.https import Https
from kioskd.web.limits import Connections
from kioskd.web.serving import Serving
from tests.support import certificates
from tests.support.process import free_port
from tests.support.waiting import until

DAY = 86400.0
ADDRESSES = ["10.0.0.5", "fd00::5"]


class Kiosk:
    """The certificate's part, with a clock and with files; ``faults`` is what it said last."""

    def __init__(self, folder: Path, settings: Server) -> None:
        self.folder, self.ahead = folder, 0.0
        self.fault: tuple[str | None, str] = (None, "")
        self.addresses = list(ADDRESSES)
        self.name: str | None = None
        self.https = Https(
            settings,
            folder,
            lambda said, code, about: setattr(self, "fault", (said, code)),
            lambda: self.addresses,
            lambda: self.name,
            wall=lambda: time.time() + self.ahead,
            look=0.02,
        )

    @property
    def fingerprint(self) -> str:
        found = self.https.status()
        assert found is not None
        return found.fingerprint


@pytest.fixture
def given(tmp_path: Path) -> Server:
    certificates.write(tmp_path)
    return Server(certificate=str(tmp_path / "certificate.pem"), key=str(tmp_path / "key.pem"))


@pytest.fixture
def own(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path, Server(https="self-signed", allowed_hosts=("Painel.example", "-x y-")))


async def settled(kiosk: Kiosk) -> None:
    """A file that changed is taken at the second look."""
    await kiosk.https.look()
    await kiosk.https.look()


async def test_a_certificate_of_its_own_names_the_machine_and_is_for_kioskd_alone(
    own: Kiosk, tmp_path: Path
) -> None:
    await own.https.look()
    assert own.fault == (None, "")
    found = self_signed.kept(tmp_path / "https.pem")
    assert found is not None
    short = socket.gethostname().partition(".")[0].lower()
    assert {short, f"{short}.local", "painel.example", "10.0.0.5"} <= set(found.names)
    assert os.stat(tmp_path / "https.pem").st_mode & 0o777 == 0o600
    status = own.https.status()
    assert status is not None
    assert status.own
    assert status.expires - time.time() == pytest.approx(820 * DAY, abs=DAY)


async def test_a_machine_with_an_odd_name_and_no_network_gets_one_too(
    own: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "painel da TI, sala 3")
    own.addresses = []
    await own.https.look()
    assert own.fault == (None, "")
    again = Kiosk(own.folder / "other", Server(https="self-signed"))
    again.addresses = []
    await again.https.look()
    assert again.fault == (None, "")
    assert again.fingerprint


async def test_it_is_the_same_after_a_restart_and_another_before_it_ends(
    own: Kiosk, tmp_path: Path
) -> None:
    await own.https.look()
    again = Kiosk(tmp_path, Server(https="self-signed"))
    await again.https.look()
    assert again.fingerprint == own.fingerprint
    again.ahead = 780 * DAY
    await again.https.look()
    assert again.fingerprint == own.fingerprint
    again.ahead = 791 * DAY
    await again.https.look()
    assert again.fingerprint != own.fingerprint
    assert again.fault == (None, "")


async def test_another_address_needs_another_one_and_another_ipv6_address_does_not(
    own: Kiosk,
) -> None:
    await own.https.look()
    first = own.fingerprint
    own.addresses = ["10.0.0.5", "fd00::7"]
    await own.https.look()
    assert own.fingerprint == first
    own.addresses = []  # no network, as while starting
    await own.https.look()
    assert own.fingerprint == first
    own.addresses = ["10.0.0.6"]
    await own.https.look()
    second = own.fingerprint
    assert second != first
    own.name = "painel-2.local"  # since another machine had the name
    await own.https.look()
    assert own.fingerprint != second


async def test_a_clock_that_is_not_set_makes_none_anew(own: Kiosk) -> None:
    await own.https.look()
    first = own.fingerprint
    own.ahead = -time.time()  # 1970
    await own.https.look()
    assert own.fingerprint == first
    assert own.fault == (None, "")


async def test_without_room_for_it_it_works_until_the_restart_and_says_so(
    own: Kiosk, tmp_path: Path
) -> None:
    (tmp_path / "https.pem").mkdir()
    await own.https.look()
    said, code = own.fault
    assert code == "https_own"
    assert said is not None
    assert "can't be kept" in said
    first = own.fingerprint
    await own.https.look()
    assert own.fingerprint == first
    assert own.fault == (said, code)


async def test_without_openssl_the_reason_is_shown(
    own: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    await own.https.look()
    assert own.fault == (
        "no certificate can be made: openssl is missing: sudo apt install openssl; no other "
        "machine gets in",
        "https_own",
    )
    assert own.https.context("10.0.0.9") is None


async def test_a_pair_that_can_not_be_used_leaves_the_earlier_in_force(
    given: Server, tmp_path: Path
) -> None:
    kiosk = Kiosk(tmp_path, given)
    await kiosk.https.look()
    first, key = kiosk.fingerprint, (tmp_path / "key.pem").read_bytes()
    authority = certificates.write(tmp_path)
    (tmp_path / "key.pem").write_bytes(key)
    await settled(kiosk)
    said, code = kiosk.fault
    assert code == "https_files"
    assert said is not None
    assert said.startswith(f"{tmp_path}/certificate.pem: the key is not that")
    assert said.endswith("the earlier one stays in force")
    assert kiosk.fingerprint == first
    certificates.write(tmp_path, ca=authority)
    await settled(kiosk)
    assert kiosk.fault == (None, "")
    assert kiosk.fingerprint != first


async def test_a_file_that_is_still_written_is_not_complained_of(
    given: Server, tmp_path: Path
) -> None:
    kiosk = Kiosk(tmp_path, given)
    await kiosk.https.look()
    whole = (tmp_path / "certificate.pem").read_bytes()
    (tmp_path / "certificate.pem").write_bytes(whole[:300])
    await kiosk.https.look()
    assert kiosk.fault == (None, "")
    (tmp_path / "certificate.pem").write_bytes(whole)
    await settled(kiosk)
    assert kiosk.fault == (None, "")


async def test_an_expired_one_does_not_replace_a_good_one(given: Server, tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, given)
    await kiosk.https.look()
    first = kiosk.fingerprint
    certificates.write(tmp_path, days=-3)
    await settled(kiosk)
    await kiosk.https.look()
    assert kiosk.fingerprint == first
    assert kiosk.fault[1] == "https_files"
    assert "the new certificate expired on" in str(kiosk.fault[0])


@pytest.mark.parametrize(("days", "code"), [(15, ""), (13, "https_expires"), (-1, "https_expired")])
async def test_its_end_is_said_two_weeks_before(tmp_path: Path, days: float, code: str) -> None:
    certificates.write(tmp_path, days=days)
    files = Server(certificate=str(tmp_path / "certificate.pem"), key=str(tmp_path / "key.pem"))
    kiosk = Kiosk(tmp_path, files)
    await kiosk.https.look()
    assert kiosk.fault[1] == code
    assert kiosk.https.context("10.0.0.9") is not None


async def test_without_a_pair_from_the_start_the_reason_is_shown_until_there_is_one(
    given: Server, tmp_path: Path
) -> None:
    (tmp_path / "key.pem").rename(tmp_path / "away")
    kiosk = Kiosk(tmp_path, given)
    await kiosk.https.look()
    assert list(kiosk.fault) == [
        f"{tmp_path}/key.pem: there is no such file; no other machine gets in",
        "https_files",
    ]
    (tmp_path / "away").rename(tmp_path / "key.pem")
    await kiosk.https.look()
    assert kiosk.fault == (None, "")


# On real sockets


@contextlib.asynccontextmanager
async def served(https: Https) -> AsyncIterator[tuple[int, Connections]]:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text=request.scheme)

    app = web.Application()
    app.router.add_get("/", hello)
    connections = Connections(1000)
    connections.configure(100, 100, ())
    serving = Serving(app, connections, https.context)
    await serving.start(None)
    port = free_port()
    serving.listen("127.0.0.1", port)
    follow = asyncio.create_task(https.follow())
    try:
        yield port, connections
    finally:
        follow.cancel()
        await serving.close()


async def presented(port: int) -> bytes:
    """The certificate that a new connection is answered with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    assert isinstance(found, bytes)
    return found


async def test_one_port_answers_both_and_a_verifying_client_trusts_it(
    given: Server, tmp_path: Path
) -> None:
    authority = certificates.write(tmp_path)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    kiosk = Kiosk(tmp_path, given)
    async with served(kiosk.https) as (port, _), aiohttp.ClientSession() as session:
        await until(lambda: kiosk.https.status() is not None)
        async with session.get(f"https://127.0.0.1:{port}/", ssl=trusting) as answer:
            assert await answer.text() == "https"
        async with session.get(f"http://127.0.0.1:{port}/") as answer:
            assert await answer.text() == "http"


async def test_a_new_certificate_answers_new_connections_and_open_ones_go_on(
    given: Server, tmp_path: Path
) -> None:
    kiosk = Kiosk(tmp_path, given)
    async with served(kiosk.https) as (port, _), aiohttp.ClientSession() as session:
        await until(lambda: kiosk.https.status() is not None)
        first, before = kiosk.fingerprint, await presented(port)
        async with session.get(f"https://127.0.0.1:{port}/", ssl=False) as answer:
            await answer.text()
        certificates.write(tmp_path)
        await until(lambda: kiosk.fingerprint != first)
        assert await presented(port) != before
        async with session.get(f"https://127.0.0.1:{port}/", ssl=False) as answer:
            assert answer.status == 200  # over the connection from before


SILENT = {"nothing": b"", "one byte": b"\x16", "half a hello": b"\x16\x03\x01\x02\x00" + b"x" * 90}


@pytest.mark.parametrize("name", SILENT)
async def test_who_is_silent_before_or_in_the_handshake_is_cut_off_and_counted_out(
    given: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(listener, "FIRST_BYTE", 0.3)
    kiosk = Kiosk(tmp_path, given)
    async with served(kiosk.https) as (port, connections):
        await until(lambda: kiosk.https.status() is not None)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(SILENT[name])
        await until(lambda: len(connections) == 1)
        async with asyncio.timeout(20):
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read(10) == b""
        await until(lambda: len(connections) == 0)
        writer.close()


async def test_who_says_hello_and_no_more_is_cut_off_and_counted_out(
    given: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "FIRST_BYTE", 0.3)
    kiosk = Kiosk(tmp_path, given)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = context.wrap_bio(incoming, outgoing)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    async with served(kiosk.https) as (port, connections):
        await until(lambda: kiosk.https.status() is not None)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(outgoing.read())
        assert (await reader.read(1)) == b"\x16"  # the server's half
        async with asyncio.timeout(20):
            with contextlib.suppress(ConnectionResetError):
                await reader.read()
        await until(lambda: len(connections) == 0)
        writer.close()


async def test_nonsense_in_place_of_tls_is_answered_without_a_word_in_the_log(
    given: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk = Kiosk(tmp_path, given)
    async with served(kiosk.https) as (port, connections):
        await until(lambda: kiosk.https.status() is not None)
        caplog.clear()
        for said in (
            b"\x16\x03\x01\xff\xff",
            b"\x16\x03\x01\x00\x05hello",
            b"\x16\x16\x16\x16\x16",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said + b"x" * 6000)
            async with asyncio.timeout(20):
                with contextlib.suppress(ConnectionResetError):
                    await reader.read()
            writer.close()
        await until(lambda: len(connections) == 0)
        assert caplog.text == ""
