"""HTTP requests that are wrong in every way, the same ones for the same seed."""

import random
from collections.abc import Callable

TOKEN = "Outra-palavra-de-acesso-2846"
"""The right one: now and then it is shown."""
PATHS = [
    *("/", "/pair", "/remote", "/api/status", "/api/buttons", "/metrics", "/healthz", "/a.js"),
    *("/ws/dashboard_control/", "/assets/index.js", "/api/devices", "/?token=x", "//evil.example"),
    *("/%00", "/%2e%2e/%2e%2e/etc/passwd", "/..\\..", "/" + "a" * 300 + ".js", "*", "http://x/"),
    *("/%ff%fe", "/?token=%00%0d%0aSet-Cookie:a", "/#x", "/;a=b", "/\x01", "/caf\xe9", "/[", ""),
    *("/?" + "&".join(f"a{n}=b" for n in range(500)), "http://[/", "//[", "/?%", "/%"),
]
METHODS = [
    "GET",
    "GET",
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "CONNECT",
    "TRACE",
    "G\x00T",
    "",
    "get",
    "X" * 5000,
]
POSTS = [
    "/api/switch",
    "/api/alerts",
    "/api/acknowledge",
    "/api/mute",
    "/api/sound",
    "/api/pair",
    "/api/pair/claim",
    "/api/devices/revoke",
    "/api/snooze",
    "/api/notice",
    "/api/notice/end",
    "/hooks/x",
]
NAMES = [
    *("Host", "Origin", "Authorization", "Cookie", "X-Forwarded-For", "Forwarded", "X-Real-IP"),
    *("Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Range"),
    *("If-Modified-Since", "If-None-Match", "Sec-WebSocket-Key", "Sec-WebSocket-Version"),
    *("Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Accept", "Accept-Encoding", "Expect"),
    *("User-Agent", "Referer", "If-Range", "Keep-Alive", "TE", "X\x00", "", " ", "\xe9", "A:B"),
]
VALUES = [
    *("10.77.0.1", "localhost", "[", "[::1", "[zz]:80", "a@b", "evil.example", "", " ", "null"),
    *(f"Bearer {TOKEN}", f"kioskd={TOKEN}"),
    *("http://[", "http://10.77.0.1:8080", "Bearer ", "Bearer x", "Bearer \xff\xfe", "Basic eA=="),
    *("kioskd=x", "kioskd=\xe9", "a=b; c", ";;;=", "\x00", "\x7f", "127.0.0.1", "127.0.0.1, ::1"),
    *("application/json", "text/html", "gzip", "chunked", "chunked, chunked", "identity", "close"),
    *("keep-alive", "Upgrade", "websocket", "h2c", "13", "0", "-1", "9" * 30, "0x10", "bytes=0-"),
    *("bytes=-1", "bytes=9-1", "bytes=a-b", "Sat, 29 Oct 9999 19:43:31 GMT", "yesterday", "*"),
    *('"', 'W/"', "100-continue", "dGhlIHNhbXBsZSBub25jZQ==", "permessage-deflate; a=b", "?0"),
    *("x" * 9000, "\xc3\xa9", "a\tb", "for=[;proto", "%00", "=?utf-8?q?x?=", "{}", "1e999", "NaN"),
]
BODIES = [
    *(b"", b"{}", b"[]", b"{", b"\xff", b"null", b'{"target": 1}', b'{"seconds": 1e999}'),
    *(b'{"id": {"a": 1}}', b'{"code": "\\ud800"}', b"[" * 2000, b'{"a":' * 1500, b"0" * 70_000),
    *(
        b"5\r\nhello\r\n0\r\n\r\n",
        b"zz\r\n",
        b"-1\r\n\r\n",
        b'{"severity": "high", "title": "\\u0000"}',
        b'{"text": "a", "seconds": 60}',
        b'{"alerts": [{"status": "firing", "labels": {}, "fingerprint": 1}]}',
    ),
]


def mutated(draw: random.Random) -> bytes:
    """One request; about one in three has its bytes damaged as well."""
    post = draw.random() < 0.4
    method = "POST" if post else draw.choice(METHODS)
    path = draw.choice(POSTS) if post else draw.choice(PATHS)
    version = draw.choice(["HTTP/1.1"] * 8 + ["HTTP/1.0", "HTTP/9.9", "HTTP/1.", "", "X"])
    head = [f"{method} {path} {version}"]
    if draw.random() < 0.8:
        head.append("Host: 10.77.0.1")
    if post and draw.random() < 0.7:
        head.append("Content-Type: application/json")
    head += [f"{draw.choice(NAMES)}: {draw.choice(VALUES)}" for _ in range(draw.randrange(5))]
    body = draw.choice(BODIES) if post or draw.random() < 0.2 else b""
    if body and draw.random() < 0.7:
        head.append(f"Content-Length: {len(body) + draw.choice([0, 0, 0, 0, 1, -1, 1000])}")
    end = draw.choice(["\r\n"] * 9 + ["\n"])
    whole = bytearray((end.join(head) + end + end).encode("latin-1") + body)
    if draw.random() < 0.3:
        for _ in range(draw.randrange(1, 4)):
            damage: Callable[[], None] = draw.choice(
                [
                    lambda: whole.__setitem__(draw.randrange(len(whole)), draw.randrange(256)),
                    lambda: whole.insert(draw.randrange(len(whole)), draw.randrange(256)),
                    lambda: whole.__delitem__(slice(draw.randrange(len(whole)), None)),
                ]
            )
            if len(whole) > 1:
                damage()
    return bytes(whole)
