"""Who is let in, on what word, and who is told what to do to be."""

import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from kioskd.config import Server
from kioskd.config.hosts import is_loopback
from kioskd.config.secret import Secret
from kioskd.web import authorisation, roles
from kioskd.web.access import Access, usable
from kioskd.web.authorisation import AccessToken, Authorisation
from kioskd.web.roles import Grant
from kioskd.web.sessions import Sessions

NAME = socket.gethostname()
SHORT = NAME.partition(".")[0]
WORD = "palavra-Longa-123456"
PROXY = Server(trusted_proxies=("127.0.0.1",))
OUTSIDE = {"X-Forwarded-For": "10.0.0.9"}
Client = TestClient[web.Request, web.Application]
Serve = Callable[[web.Application], Awaitable[Client]]
pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorisation, "SLOWER", 0.0)


def token(word: str = WORD) -> tuple[AccessToken, ...]:
    return (AccessToken("monitor", "control", Secret(word)),)


async def guarded(
    serve: Serve,
    settings: Server,
    tokens: tuple[AccessToken, ...] = (),
    sessions: Sessions | None = None,
) -> Client:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="in")

    app = web.Application(middlewares=[Authorisation(settings, tokens, sessions).check])
    for method, path in (("GET", "/healthz"), ("POST", "/api/switch"), ("GET", "/api/devices")):
        app.router.add_route(method, path, answer)
    app.router.add_get("/pair", answer)
    app.router.add_get("/{path:.*}", answer)
    return await serve(app)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1:8080", "[::1]", "192.168.0.7", "[fd00::7]:8080"),
        *(NAME, NAME.upper(), f"{SHORT}.local:8080", "painel.lan", "PAINEL.LAN."),
        *(f"{SHORT}.lan", f"{SHORT}.fritz.box:8080", f"{SHORT}.home.arpa", f"{SHORT}.INTERNAL."),
        *(f"{SHORT}-2.local", f"{SHORT}-17.local:8080", SHORT, "wall.example"),
        f"{SHORT.rstrip('0123456789')}7.local:8080",
    ],
)
async def test_the_kiosks_own_names_and_addresses_are_let_in(
    aiohttp_client: Serve, host: str
) -> None:
    own = Server(allowed_hosts=("Painel.lan",), public_url="https://wall.example")
    client = await guarded(aiohttp_client, own)
    assert (await client.get("/", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.local", f"{NAME}.example", "local", "", "lan", "evil.lan"),
        *(f"{SHORT}-2.lan", f"{SHORT}-x.local", f"x{SHORT}.local", f"{SHORT}.lan.evil.example"),
        f"{SHORT}.fritzxbox",
    ],
)
async def test_a_name_that_a_stranger_could_point_here_is_not(
    aiohttp_client: Serve, host: str
) -> None:
    client = await guarded(aiohttp_client, Server())
    answer = await client.get("/", headers={"Host": host})
    assert answer.status == 403
    assert await answer.text() == f"{host} is not in allowed_hosts\n"


@pytest.mark.parametrize("host", ["[", "]", "[::1", "a]b", "[zz]"])
async def test_a_host_that_is_none_is_400_and_no_traceback(
    aiohttp_client: Serve, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = await guarded(aiohttp_client, Server())
    for _ in range(20):
        assert (await client.get("/", headers={"Host": host})).status in (400, 403)
    assert "Traceback" not in caplog.text
    assert len(caplog.records) <= 1


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.example", "//", "\x80"])
async def test_a_page_of_another_site_is_refused(aiohttp_client: Serve, origin: str) -> None:
    client = await guarded(aiohttp_client, Server())
    assert (await client.get("/", headers={"Origin": origin})).status == 403


async def test_behind_a_trusted_proxy_the_token_is_asked_of_who_is_behind_it(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, PROXY, token())
    assert (await client.get("/remote", headers=OUTSIDE)).status == 401
    wrong = await client.get("/remote?token=outra", headers=OUTSIDE, allow_redirects=False)
    assert wrong.status == 401
    right = await client.get(f"/remote?token={WORD}&a=b", headers=OUTSIDE, allow_redirects=False)
    assert (right.status, right.headers["Location"]) == (303, "/remote?a=b")
    assert WORD not in str(right.headers)  # the cookie is a session's, never the token
    by_its_cookie = await client.get("/remote", headers=OUTSIDE)
    assert by_its_cookie.status == 200
    client.session.cookie_jar.clear()
    bearer = OUTSIDE | {"Authorization": f"Bearer {WORD}"}
    assert (await client.get("/api/status", headers=bearer)).status == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/%2fevil.example", "/\\evil.example", "///x"])
async def test_the_token_in_an_address_never_leads_to_another_host(
    aiohttp_client: Serve, path: str
) -> None:
    from yarl import URL

    client = await guarded(aiohttp_client, PROXY, token())
    there = URL(f"{client.make_url('/')}"[:-1] + path + f"?token={WORD}", encoded=True)
    answer = await client.session.get(there, headers=OUTSIDE, allow_redirects=False)
    assert answer.status == 303
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\", "/%5C"))


@pytest.mark.parametrize(
    "said",
    [
        [("X-Forwarded-For", "127.0.0.1, 10.0.0.9")],
        [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "10.0.0.9")],
        [("X-Forwarded-For", "10.0.0.9"), ("X-Forwarded-For", "127.0.0.1")],  # as HAProxy appends
        [("X-Forwarded-For", "")],
        [("X-Real-IP", "127.0.0.1")],
        [],  # a trusted proxy that says nothing makes nobody this machine
    ],
)
async def test_behind_a_proxy_nobody_is_this_machine_whatever_is_said(
    aiohttp_client: Serve, said: list[tuple[str, str]]
) -> None:
    client = await guarded(aiohttp_client, PROXY, token())
    assert (await client.get("/", headers=said)).status == 401


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"]
)
async def test_a_proxy_that_is_not_trusted_is_named_and_refused(
    aiohttp_client: Serve, header: str
) -> None:
    client = await guarded(aiohttp_client, Server())
    answer = await client.get("/", headers={header: "10.0.0.9"})
    assert answer.status == 403
    assert "trusted_proxies: 127.0.0.1" in await answer.text()


async def test_without_a_token_set_nobody_from_outside_gets_in_but_the_health_is_told(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, PROXY)
    assert (await client.get("/?token=", headers=OUTSIDE)).status == 401
    assert (await client.get("/healthz", headers=OUTSIDE)).status == 200


async def test_a_browser_that_is_not_known_is_led_to_where_it_is_paired(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, PROXY)
    page = OUTSIDE | {"Accept": "text/html,*/*"}
    answer = await client.get("/remote", headers=page, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/pair")
    assert (await client.get("/pair", headers=page)).status == 200


async def test_guessing_is_locked_out_by_address_and_the_others_and_the_paired_go_on(
    aiohttp_client: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    sessions = Sessions(None)
    _, secret = sessions.make("phone", "view")
    client = await guarded(aiohttp_client, PROXY, token(), sessions)

    async def tries(word: str, address: str) -> int:
        headers = {"X-Forwarded-For": address, "Authorization": f"Bearer {word}"}
        return (await client.get("/api/status", headers=headers)).status

    said = [await tries(f"word{n}", "10.0.0.9") for n in range(60)]
    assert said[:5] == [401] * 5
    assert set(said[5:]) == {429}
    assert await tries(WORD, "10.0.0.9") == 429  # the lock says nothing about a right one
    assert await tries(WORD, "10.0.0.8") == 200
    paired = {"X-Forwarded-For": "10.0.0.9", "Cookie": f"kioskd={secret}"}
    assert (await client.get("/api/status", headers=paired)).status == 200
    assert len(caplog.records) < 5
    assert WORD not in caplog.text


async def test_an_ipv6_network_counts_as_one_address(aiohttp_client: Serve) -> None:
    client = await guarded(aiohttp_client, PROXY, token())
    for n in range(5):
        headers = {"X-Forwarded-For": f"2001:db8::{n}", "Authorization": "Bearer no"}
        assert (await client.get("/", headers=headers)).status == 401
    headers = {"X-Forwarded-For": "2001:db8::ffff", "Authorization": "Bearer no"}
    assert (await client.get("/", headers=headers)).status == 429


PEM = Server(certificate="c.pem", key="k.pem")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own client counts as another machine."""
    monkeypatch.setattr(authorisation, "is_loopback", lambda address: False)


@pytest.mark.usefixtures("elsewhere")
async def test_a_page_that_is_asked_for_in_plain_http_is_had_by_https(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, PEM, token())
    answer = await client.get("/remote?a=b", allow_redirects=False)
    assert answer.status == 307
    assert answer.headers["Location"] == f"https://127.0.0.1:{client.port}/remote?a=b"
    odd = {"Host": "evil.example@127.0.0.1:8080"}
    answer = await client.get("/", headers=odd, allow_redirects=False)
    assert answer.headers["Location"] == "https://127.0.0.1:8080/"
    assert (await client.get("/", headers={"Host": "evil.example"})).status == 403
    assert (await client.get("/healthz")).status == 200


@pytest.mark.usefixtures("elsewhere")
async def test_what_may_hold_a_secret_is_refused_in_plain_http_with_the_reason(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, PEM, token())
    bearer = {"Authorization": f"Bearer {WORD}"}
    for answer in (
        await client.get("/api/status", headers=bearer),
        await client.get(f"/remote?token={WORD}", allow_redirects=False),
        await client.post("/api/switch", headers=bearer),
        await client.get("/", headers={"Upgrade": "websocket"}),
    ):
        assert answer.status == 403
        said = await answer.text()
        assert "by HTTPS only" in said
        assert WORD not in said


async def test_a_cookie_from_before_there_was_https_becomes_secure(
    aiohttp_client: Serve, tmp_path: Path
) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(tmp_path / "index.html")

    (tmp_path / "index.html").write_text("in")
    sessions = Sessions(None)
    _, secret = sessions.make("phone", "view")
    app = web.Application(middlewares=[Authorisation(PROXY, token(), sessions).check])
    app.router.add_get("/{path:.*}", page)
    client = await aiohttp_client(app)
    asked = OUTSIDE | {"Cookie": f"kioskd={secret}"}
    plain = await client.get("/remote", headers=asked)
    assert "Set-Cookie" not in plain.headers
    encrypted = await client.get("/remote", headers=asked | {"X-Forwarded-Proto": "https"})
    assert "Secure" in encrypted.headers["Set-Cookie"]
    bearer = OUTSIDE | {"Authorization": f"Bearer {WORD}", "X-Forwarded-Proto": "https"}
    assert "Set-Cookie" not in (await client.get("/remote", headers=bearer)).headers


async def test_this_machine_and_a_trusted_proxy_may_speak_plain_http(
    aiohttp_client: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await guarded(aiohttp_client, PEM)
    assert (await client.get("/")).status == 200
    monkeypatch.setattr(authorisation, "is_loopback", lambda address: False)
    proxied = Server(certificate="c.pem", key="k.pem", trusted_proxies=("127.0.0.1",))
    client = await guarded(aiohttp_client, proxied, token())
    assert (await client.get("/")).status == 401


async def test_a_plain_page_of_the_same_name_may_not_reach_it_by_https(
    aiohttp_client: Serve,
) -> None:
    client = await guarded(aiohttp_client, PROXY, token())
    asked = OUTSIDE | {"Authorization": f"Bearer {WORD}", "X-Forwarded-Proto": "https"}
    own = f"127.0.0.1:{client.port}"
    for origin, status in ((f"https://{own}", 200), (f"http://{own}", 403)):
        assert (await client.get("/", headers=asked | {"Origin": origin})).status == status


async def test_a_role_is_enough_for_its_own_routes_only(aiohttp_client: Serve) -> None:
    sessions = Sessions(None)
    client = await guarded(aiohttp_client, PROXY, (), sessions)
    seen = {}
    for role in ("view", "control", "admin"):
        _, secret = sessions.make(role, role)
        headers = OUTSIDE | {"Cookie": f"kioskd={secret}"}
        status = (await client.get("/api/status", headers=headers)).status
        switch = (await client.post("/api/switch", headers=headers)).status
        devices = (await client.get("/api/devices", headers=headers)).status
        seen[role] = (status, switch, devices)
    assert seen == {
        "view": (200, 403, 403),
        "control": (200, 200, 403),
        "admin": (200, 200, 200),
    }


async def test_what_was_taken_back_no_longer_holds() -> None:
    sessions = Sessions(None)
    session, _ = sessions.make("phone", "view")
    found = Authorisation(PROXY, token(), sessions)
    by_token = Grant("control", "token", token()[0].key)
    by_session = Grant("view", "session", session.id)
    assert found.holds(by_token)
    assert found.holds(by_session)
    sessions.revoke(session.id)
    found.configure(PROXY, token("another-Word-987654321"))
    assert not found.holds(by_token)
    assert not found.holds(by_session)


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("x", False),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", False),
        ("correcthorse", False),
        ("12345678901234567890", False),
        ("0123456789abcdef01234567", True),
        (WORD, True),
    ],
)
async def test_a_token_that_can_be_guessed_lets_nobody_in(
    tmp_path: Path, word: str, right: bool
) -> None:
    (tmp_path / "token").write_text(word)
    said: list[str | None] = []
    Access(Server(token_file=str(tmp_path / "token")), None, lambda part, fault: said.append(fault))
    assert (said == [None]) is right
    if not right:
        assert "it can be guessed" in str(said)
        assert word not in str(said)
        with pytest.raises(OSError, match="kioskd token"):
            usable(str(tmp_path / "token"))


async def test_an_address_is_of_this_machine_or_not() -> None:
    assert [is_loopback(a) for a in ("127.0.0.9", "::1", "10.0.0.1", "", "nobody")] == [
        *(True, True, False, False, False)
    ]


async def test_every_route_and_every_message_has_a_role(tmp_path: Path) -> None:
    from tests.support.served import Served

    app = Served(tmp_path, Server()).web.application()
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert served == set(roles.ROUTES)
