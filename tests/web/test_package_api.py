"""A package over HTTP, for other kiosks."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from kioskd.config import Server
from kioskd.host import offered
from kioskd.web import package_api
from tests.support.served import Served

Client = TestClient[web.Request, web.Application]
CONTENT = b"package" * 100_000
STRANGER = {"X-Forwarded-For": "203.0.113.7"}


@pytest.fixture
async def client(
    tmp_path: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Client:
    server = Server(trusted_proxies=("127.0.0.1",))  # so that nobody is of this machine
    return await aiohttp_client(Served(tmp_path, server).web.application())


@pytest.fixture
def digest(tmp_path: Path) -> str:
    package, signature = tmp_path / "k.deb", tmp_path / "k.deb.minisig"
    package.write_bytes(CONTENT)
    signature.write_bytes(b"signed")
    return offered.offer(package, signature, tmp_path / "offer")


async def test_who_knows_the_digest_gets_it_without_a_token_and_nothing_else(
    client: Client, digest: str
) -> None:
    where = f"/packages/{digest}/kioskd.deb"
    answer = await client.get(where, headers=STRANGER)
    assert (answer.status, await answer.read()) == (200, CONTENT)
    assert await (await client.get(f"{where}.minisig", headers=STRANGER)).read() == b"signed"
    for wrong in ("0" * 64 + "/kioskd.deb", f"{digest}/k.deb", f"{digest}/..%2f..%2fk.deb"):
        assert (await client.get(f"/packages/{wrong}", headers=STRANGER)).status == 404
    assert (await client.get("/api/status", headers=STRANGER)).status in (401, 403)


async def test_no_more_than_a_few_at_a_time_and_none_for_ever(
    client: Client, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_api, "LONGEST", 1.0)
    large = tmp_path / "offer" / digest / "kioskd.deb"
    with large.open("wb") as file:
        file.truncate(200_000_000)  # more than a socket takes
    where = f"/packages/{digest}/kioskd.deb"
    slow = [await client.get(where, headers=STRANGER) for _ in range(package_api.MOST)]
    assert (await client.get(where, headers=STRANGER)).status == 503
    while (again := await client.get(where, headers=STRANGER)).status == 503:
        await asyncio.sleep(0.05)
    for answer in (*slow, again):
        answer.close()
