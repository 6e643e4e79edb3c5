import socket
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from kioskd.config import Server
from kioskd.config.hosts import is_loopback
from kioskd.web.authorisation import Authorisation

NAME = socket.gethostname()
Client = TestClient[web.Request, web.Application]
Serve = Callable[[web.Application], Awaitable[Client]]
pytestmark = pytest.mark.asyncio


async def guarded(serve: Serve, settings: Server, token: str | None = None) -> Client:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="in")

    app = web.Application(middlewares=[Authorisation(settings, token).check])
    app.router.add_get("/{path:.*}", answer)
    return await serve(app)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1:8080", "[::1]", "192.168.0.7", "[fd00::7]:8080"),
        *(NAME, NAME.upper(), f"{NAME.partition('.')[0]}.local:8080", "painel.lan", "PAINEL.LAN."),
    ],
)
async def test_the_kiosks_own_names_and_addresses_are_let_in(
    aiohttp_client: Serve, host: str
) -> None:
    client = await guarded(aiohttp_client, Server(allowed_hosts=("Painel.lan",)))
    assert (await client.get("/", headers={"Host": host})).status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.local", f"{NAME}.example", "local", ""])
async def test_a_name_that_a_stranger_could_point_here_is_not(
    aiohttp_client: Serve, host: str
) -> None:
    client = await guarded(aiohttp_client, Server())
    answer = await client.get("/", headers={"Host": host})
    assert answer.status == 403
    assert await answer.text() == f"{host} is not in allowed_hosts\n"


async def test_behind_a_trusted_proxy_the_token_is_asked_of_who_is_behind_it(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, Server(trusted_proxies=("127.0.0.1",)), "palavra")
    outside = {"X-Forwarded-For": "10.0.0.9"}
    assert (await client.get("/remote", headers=outside)).status == 401
    wrong = await client.get("/remote?token=outra", headers=outside, allow_redirects=False)
    assert wrong.status == 401
    right = await client.get("/remote?token=palavra", headers=outside, allow_redirects=False)
    assert (right.status, right.headers["Location"]) == (303, "/remote")
    by_its_cookie = await client.get("/remote", headers=outside)
    assert by_its_cookie.status == 200
    client.session.cookie_jar.clear()
    bearer = outside | {"Authorization": "Bearer palavra"}
    assert (await client.get("/api/status", headers=bearer)).status == 200


async def test_a_stranger_who_says_to_be_behind_a_proxy_gains_nothing(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, Server(trusted_proxies=("127.0.0.1",)), "palavra")
    spoofed = {"X-Forwarded-For": "127.0.0.1, 10.0.0.9"}
    assert (await client.get("/", headers=spoofed)).status == 401


async def test_without_a_token_set_nobody_from_outside_gets_in_but_the_health_is_told(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, Server(trusted_proxies=("127.0.0.1",)))
    outside = {"X-Forwarded-For": "10.0.0.9"}
    assert (await client.get("/?token=", headers=outside)).status == 401
    assert (await client.get("/healthz", headers=outside)).status == 200


async def test_an_address_is_of_this_machine_or_not() -> None:
    assert [is_loopback(a) for a in ("127.0.0.9", "::1", "10.0.0.1", "", "nobody")] == [
        *(True, True, False, False, False)
    ]
