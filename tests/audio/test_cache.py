"""Sounds that an upstream names: what is fetched, what is refused and why, and what is kept."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from kioskd.audio import cache as sound_cache
from kioskd.audio.cache import SoundCache
from kioskd.audio.card import built_in
from kioskd.audio.download import LARGEST, reachable
from kioskd.errors import SoundError, UnplayableError
from tests.support.web_server import Answer, WebServer

WAV = built_in("high").read_bytes()


def other(number: int) -> bytes:
    """As WAV, but its last sample is another one."""
    return WAV[:-1] + bytes([number])


@pytest_asyncio.fixture
async def upstream() -> AsyncIterator[WebServer]:
    found = WebServer()
    await found.start()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def cache(tmp_path: Path) -> AsyncIterator[SoundCache]:
    found = SoundCache(tmp_path / "sounds")
    yield found
    await found.close()


def base(upstream: WebServer) -> str:
    """The address of the link that named a sound."""
    return upstream.origin.replace("http", "ws") + "/ws/dashboard_control/"


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "sounds").iterdir()} - {"index.json"}


async def refusal(cache: SoundCache, url: str, base: str, *allowed: str) -> str:
    with pytest.raises(SoundError) as error:
        await cache.get(url, base, allowed)
    assert "\n" not in str(error.value)
    return str(error.value)


async def test_a_relative_address_is_the_sources_own_and_its_sound_is_kept_by_content(
    upstream: WebServer, cache: SoundCache, tmp_path: Path
) -> None:
    upstream.sends("/static/a.wav", WAV, "audio/wav")
    path = await cache.get("/static/a.wav", base(upstream), ())
    assert path == tmp_path / "sounds" / hashlib.sha256(WAV).hexdigest()
    assert path.read_bytes() == WAV


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("data:audio/wav;base64,UklGRg==", "only http and https"),
        ("ftp://127.0.0.1/a.wav", "only http and https"),
        ("http://elsewhere.example/a.wav?token=secret", "neither the source's own origin"),
        ("//elsewhere.example/a.wav", "neither the source's own origin"),
        ("http://169.254.169.254/latest/meta-data", "neither the source's own origin"),
        ("http://127.0.0.1:1/a.wav", "neither the source's own origin"),
        ("http://user:secret@127.0.0.1/a.wav", "no user name"),
        ("http://[::1/a.wav", "is no address"),
        ("http://127.0.0.1:99999/a.wav", "is no address"),
        ("a\nb.wav", "is no address"),
        ("a" * 3000, "is no address"),
    ],
)
async def test_an_address_that_is_not_the_sources_is_refused_without_being_asked(
    upstream: WebServer, cache: SoundCache, url: str, said: str
) -> None:
    reason = await refusal(cache, url, base(upstream))
    assert said in reason
    assert "secret" not in reason
    assert upstream.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"),
        *("0.0.0.0", "[fd00:ec2::254]", "100.100.100.200", "224.0.0.1"),
    ],
)
async def test_a_link_local_or_metadata_address_is_refused_even_if_it_is_allowed(
    cache: SoundCache, host: str
) -> None:
    origin = f"http://{host}"
    said = await refusal(cache, origin + "/a.wav", "http://central.example", origin)
    assert "address of this link or a cloud's own" in said


def test_the_kiosks_own_network_is_reachable() -> None:
    import ipaddress

    for text in ("127.0.0.1", "10.0.0.1", "192.168.1.9", "::1", "fd12::1", "203.0.113.7"):
        assert reachable(ipaddress.ip_address(text))


async def test_a_name_that_leads_to_a_link_local_address_is_refused_when_it_is_resolved(
    cache: SoundCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    import aiohttp

    async def resolve(self: object, host: str, port: int, family: int) -> list[dict[str, object]]:
        kinds = {"hostname": host, "port": port, "family": 2, "proto": 6, "flags": 0}
        return [kinds | {"host": "169.254.169.254"}]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    said = await refusal(cache, "/a.wav", "ws://central.example/ws/")
    assert "address of this link or a cloud's" in said


async def test_another_origin_is_fetched_when_the_configuration_allows_it(
    upstream: WebServer, cache: SoundCache
) -> None:
    upstream.sends("/a.wav", WAV, "audio/wav")
    await cache.get(upstream.origin + "/a.wav", "wss://central.example/ws/", (upstream.origin,))
    assert len(upstream.asked) == 1


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"<!doctype html>", "text/html", "a web page"),
        (b"\n <html>login", "audio/mpeg", "a web page"),
        (b"", "audio/wav", "no wav, ogg, flac or mp3"),
        (b"fLaC", "audio/flac", "can't be decoded: "),
        (b"MThd synthesiser", "audio/midi", "no wav, ogg, flac or mp3"),
        (WAV + bytes(LARGEST), "audio/wav", "over 2 MB"),
    ],
    ids=["html", "html as mp3", "empty", "flac", "midi", "too large"],
)
async def test_what_is_no_sound_is_refused_and_not_kept(
    upstream: WebServer, cache: SoundCache, tmp_path: Path, content: bytes, kind: str, said: str
) -> None:
    upstream.sends("/a.wav", content, kind)
    with pytest.raises(UnplayableError) as error:
        await cache.get("/a.wav?key=secret", base(upstream), ())
    assert said in str(error.value)
    assert "secret" not in str(error.value)
    assert not (tmp_path / "sounds").exists()


async def test_a_body_without_an_end_is_cut_off(upstream: WebServer, cache: SoundCache) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(WAV)
        while True:
            await answer.write(bytes(65536))

    upstream.says("/a.wav", endless)
    before = time.monotonic()
    assert "over 2 MB" in await refusal(cache, "/a.wav", base(upstream))
    assert time.monotonic() - before < 4


async def test_a_slow_body_is_given_up_after_the_time_limit(
    upstream: WebServer, cache: SoundCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_cache, "TIMEOUT", 0.5)

    async def slow(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for byte in WAV:
            await answer.write(bytes([byte]))
            await asyncio.sleep(0.05)
        return answer

    upstream.says("/a.wav", slow)
    before = time.monotonic()
    assert "did not come within 0.5 s" in await refusal(cache, "/a.wav", base(upstream))
    assert 0.4 < time.monotonic() - before < 2


async def test_all_of_a_fetch_may_take_five_seconds() -> None:
    assert sound_cache.TIMEOUT == 5


def moved(there: str) -> Answer:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound(there)

    return answer


async def test_three_redirects_within_what_is_allowed_are_followed_and_not_a_fourth(
    upstream: WebServer, cache: SoundCache
) -> None:
    for number in range(4):
        upstream.says(f"/{number}", moved(f"/{number + 1}"))
    upstream.sends("/4", WAV, "audio/wav")
    assert (await cache.get("/1", base(upstream), ())).read_bytes() == WAV
    assert "redirects more than 3 times" in await refusal(cache, "/0", base(upstream))


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("http://169.254.169.254/latest", "neither the source's own origin"),
        ("file:///etc/passwd", "only http and https"),
        ("https://login.example/?next=/a.wav", "neither the source's own origin"),
    ],
)
async def test_a_redirect_to_elsewhere_is_refused(
    upstream: WebServer, cache: SoundCache, there: str, said: str
) -> None:
    upstream.says("/a.wav", moved(there))
    assert said in await refusal(cache, "/a.wav", base(upstream))


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_an_http_error_is_named(upstream: WebServer, cache: SoundCache, status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, body=WAV)

    upstream.says("/a.wav", answer)
    assert f"HTTP {status}" in await refusal(cache, "/a.wav", base(upstream))


async def test_with_the_upstream_away_what_is_kept_is_used_and_what_is_not_is_named(
    upstream: WebServer, cache: SoundCache, tmp_path: Path
) -> None:
    upstream.sends("/a.wav", WAV, "audio/wav")
    path = await cache.get("/a.wav", base(upstream), ())
    await upstream.close()
    assert await cache.get("/a.wav", base(upstream), ()) == path
    assert "can't be fetched" in await refusal(cache, "/b.wav", base(upstream))
    after_a_restart = SoundCache(tmp_path / "sounds")
    assert (await after_a_restart.get("/a.wav", base(upstream), ())).read_bytes() == WAV
    await after_a_restart.close()


async def test_a_kept_sound_is_answered_at_once_and_asked_for_anew_behind_the_scenes(
    upstream: WebServer, cache: SoundCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_cache, "FRESH", 0.0)
    held = asyncio.Event()
    upstream.sends("/a.wav", WAV, "audio/wav", ETag='"1"')
    old = await cache.get("/a.wav", base(upstream), ())

    async def newer(request: web.Request) -> web.Response:
        await held.wait()
        return web.Response(body=other(1), headers={"ETag": '"2"'})

    upstream.says("/a.wav", newer)
    assert await cache.get("/a.wav", base(upstream), ()) == old
    held.set()
    deadline = time.monotonic() + 5
    while (path := await cache.get("/a.wav", base(upstream), ())) == old:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    assert path.read_bytes() == other(1)
    assert upstream.asked[1].headers["If-None-Match"] == '"1"'
    while files(tmp_path) != {path.name}:  # the old one goes once the new one is noted
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_a_kept_sound_that_did_not_change_is_not_sent_again(
    upstream: WebServer, cache: SoundCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_cache, "FRESH", 0.0)
    upstream.sends("/a.wav", WAV, "audio/wav", ETag='"1"')
    path = await cache.get("/a.wav", base(upstream), ())

    async def same(request: web.Request) -> web.Response:
        return web.Response(status=304)

    upstream.says("/a.wav", same)
    for _ in range(3):
        assert await cache.get("/a.wav", base(upstream), ()) == path
        while cache._running:
            await asyncio.sleep(0.01)
    assert len(upstream.asked) >= 3


async def test_a_burst_of_alerts_asks_once_and_a_refusal_is_not_tried_again_at_once(
    upstream: WebServer, cache: SoundCache
) -> None:
    upstream.sends("/a.wav", WAV, "audio/wav")
    upstream.sends("/page", b"<html>", "text/html")
    paths = await asyncio.gather(*(cache.get("/a.wav", base(upstream), ()) for _ in range(500)))
    assert len(set(paths)) == 1
    for _ in range(20):
        await refusal(cache, "/page", base(upstream))
    assert [request.path for request in upstream.asked] == ["/a.wav", "/page"]


async def test_beyond_the_cap_the_least_recently_used_is_removed(
    upstream: WebServer, tmp_path: Path
) -> None:
    cache = SoundCache(tmp_path / "sounds", limit=3 * len(WAV) + 100)
    paths = {}
    for number in range(4):
        upstream.sends(f"/{number}", other(number), "audio/wav")
        paths[number] = await cache.get(f"/{number}", base(upstream), ())
        await cache.get("/0", base(upstream), ())
    assert files(tmp_path) == {paths[n].name for n in (0, 2, 3)}
    await cache.close()


async def test_one_sound_under_two_addresses_is_kept_once(
    upstream: WebServer, cache: SoundCache, tmp_path: Path
) -> None:
    for name in ("/a", "/b"):
        upstream.sends(name, WAV, "audio/wav")
        await cache.get(name, base(upstream), ())
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize(
    "torn", [b"", b"\0" * 100, b'{"a": {"sha', b"[]", b'{"a":{"sha256":"../x"}}']
)
async def test_a_torn_index_is_an_empty_one_and_its_files_are_cleared_away(
    upstream: WebServer, tmp_path: Path, torn: bytes
) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    (folder / "index.json").write_bytes(torn)
    (folder / ("0" * 64)).write_bytes(b"from before")
    (folder / "a person's file.wav").write_bytes(b"not ours")
    upstream.sends("/a.wav", WAV, "audio/wav")
    cache = SoundCache(folder)
    path = await cache.get("/a.wav", base(upstream), ())
    assert files(tmp_path) == {path.name, "a person's file.wav"}
    assert list(json.loads((folder / "index.json").read_bytes())) == [upstream.origin + "/a.wav"]
    await cache.close()


async def test_a_file_that_a_power_cut_left_full_of_zeros_is_fetched_again(
    upstream: WebServer, cache: SoundCache, tmp_path: Path
) -> None:
    upstream.sends("/a.wav", WAV, "audio/wav")
    path = await cache.get("/a.wav", base(upstream), ())
    path.write_bytes(bytes(len(WAV)))
    after_a_restart = SoundCache(tmp_path / "sounds")
    assert (await after_a_restart.get("/a.wav", base(upstream), ())).read_bytes() == WAV
    assert len(upstream.asked) == 2
    await after_a_restart.close()


async def test_a_folder_that_cant_be_written_is_named(upstream: WebServer, tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("in the way")
    upstream.sends("/a.wav", WAV, "audio/wav")
    cache = SoundCache(tmp_path / "sounds")
    assert f"can't be kept in {tmp_path}/sounds" in await refusal(cache, "/a.wav", base(upstream))
    await cache.close()
