"""A secret of each kind goes in, and is looked for in all that comes out of a running kioskd."""

import asyncio
import gzip
import io
import itertools
import json
import signal
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.support.process import Process

MARKER = "mk7Xq2vLw9Zr4tB"
FILES = (
    *("access", "monitor", "rest", "channels", "user", "app", "id", "secret", "login", "password"),
    *("hook", "acknowledge", "escalate", "broker", "operator"),
)
STATUSES = itertools.cycle(["401 No", "302 Found", "500 Oh", "200 OK", "403 No", "404 No"])
pytestmark = pytest.mark.timeout(240)


class Mirror:
    """An upstream that repeats all that it is told, in the reason, a redirect, headers and body."""

    def __init__(self) -> None:
        self.told = 0
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        self.told += MARKER in head
        said = " ".join(head.split())[:2000]
        body = json.dumps({"message": said, "error": said, "type": said, "session_token": said})
        writer.write(
            f"HTTP/1.1 {next(STATUSES)} {said}\r\nLocation: http://127.0.0.1/?a={MARKER}-b&{said}"
            f"\r\nX: {said}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            f"\r\nConnection: close\r\n\r\n{body}".encode()
        )
        writer.close()


def written(folder: Path, port: int, more: str = "") -> str:
    """Every key that names a secret, and every address that may hold one."""
    files = {name: f"{folder}/secrets/{name}" for name in FILES}
    here = f"127.0.0.1:{port}"
    oauth = (
        f"client_id_file: {files['id']}, client_secret_file: {files['secret']}, "
        f"user_file: {files['login']}, password_file: {files['password']}"
    )
    return f"""\
sound: {{enabled: false}}
mqtt:
  url: mqtts://{here}
  auth: {{user: Kiosk-T, password_file: {files["broker"]}}}
  fleet: {{user: operator, password_file: {files["operator"]}}}
alerts:
  escalate:
    after: 1s
    webhook: {{url: 'http://{here}/?k={MARKER}-c', token_file: {files["escalate"]}}}
sources:
  - {{kind: rest, name: rest, url: 'http://{here}/r?token={MARKER}-d', interval: 1s,
     views: [tickets], auth: [{{header: Authorization, prefix: "Bearer ", file: {files["rest"]}}}]}}
  - {{kind: channels, name: channels, url: 'ws://{here}/w?{MARKER}-e', views: [projects],
     auth: [{{cookie: sessionid, file: {files["channels"]}}}]}}
  - {{kind: glpi, name: legacy, url: 'http://{here}/apirest.php', views: [dashboard],
     user_token_file: {files["user"]}, app_token_file: {files["app"]}}}
  - {{kind: webhook, name: x, token_file: {files["hook"]}, preset: zabbix,
     acknowledge: {{url: 'http://{here}/', token_file: {files["acknowledge"]}}}}}
{more}""".replace("OAUTH", oauth)


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    if hasattr(process, "process"):
        process.close()


def configure(kioskd: Process, sections: str) -> None:
    kioskd.configure(sections)
    folder = f"{kioskd.folder}/secrets"
    tokens = f"tokens: [{{name: monitor, role: view, file: {folder}/monitor}}]"
    text = kioskd.config.read_text()
    server = f"server: {{token_file: {folder}/access, {tokens}, "
    kioskd.config.write_text(text.replace("server: {", server, 1))


async def ran(kioskd: Process, *arguments: str) -> str:
    file = () if arguments[0] in ("check", "config") else ("--config",)
    command = (sys.executable, "-m", "kioskd", *arguments, *file, str(kioskd.config))
    made = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await made.communicate()
    return said.decode(errors="replace")


async def bothered(kioskd: Process, session: ClientSession) -> str:
    """Wrong and right secrets in every part of a request; what was answered."""
    said = ""
    hook = (kioskd.folder / "secrets/hook").read_text().strip()
    problem = {"event_id": 7, "event_value": "1", "name": "Queda", "event_nseverity": "5"}
    for method, path, headers, body in (
        ("GET", f"/?token={MARKER}-f", {}, None),
        ("GET", "/api/status", {"Authorization": f"Bearer {MARKER}-g"}, None),
        ("GET", "/api/status", {"Cookie": f"kioskd={MARKER}-h"}, None),
        ("GET", "/api/status", {"Host": f"{MARKER}-i"}, None),
        ("GET", "/api/status", {"Origin": f"http://{MARKER}-j.example"}, None),
        ("GET", "/api/status", {"Origin": f"[{MARKER}", "Host": f"[{MARKER}"}, None),
        ("POST", "/api/pair/claim", {}, {"code": f"{MARKER}-k"}),
        ("POST", f"/hooks/{MARKER}-l", {"Authorization": f"Bearer {MARKER}-m"}, {}),
        ("POST", "/hooks/x", {"Authorization": f"Bearer {MARKER}-n"}, {}),
        ("POST", "/hooks/x", {"Authorization": f"Bearer {hook}"}, problem),
        ("POST", "/api/alerts", {}, {"title": "Queda", "severity": "critical"}),
        ("POST", "/api/acknowledge", {}, {"id": "7"}),
    ):
        url = kioskd.url + path
        async with session.request(
            method, url, headers=headers, json=body, allow_redirects=False
        ) as answer:
            if "Origin" not in headers and "Host" not in headers:  # told to who sent them
                said += f"{answer.headers} {await answer.text()}"
    return said


async def test_no_secret_comes_out_of_anything(kioskd: Process) -> None:
    secrets = kioskd.folder / "secrets"
    secrets.mkdir(mode=0o700)
    for name in FILES:
        (secrets / name).write_text(f"{MARKER}-file-{name}\n")
        (secrets / name).chmod(0o600)
    mirror, found = Mirror(), {}
    async with mirror as port, ClientSession() as session:
        configure(kioskd, written(kioskd.folder, port))
        await asyncio.to_thread(kioskd.start)
        kioskd.notified.close()
        frames: list[str] = []
        async with session.ws_connect(f"{kioskd.url}/ws/dashboard_control/") as ws:
            await ws.send_json({"type": "identify", "clientId": "wall"})

            async def hear() -> None:
                async for message in ws:
                    frames.append(str(message.data))

            listening = asyncio.create_task(hear())
            found["answers"] = await bothered(kioskd, session)
            async with asyncio.timeout(60):
                while mirror.told < 5:
                    await asyncio.sleep(0.1)
            for wrong in (
                f"x: {MARKER}-o",
                f"  - {{kind: rest, url: 'htp//a:{MARKER}-p@h', name: y}}",
                f"  - {{kind: glpi, url: 'http://h/?t={MARKER}-q', oauth: {{OAUTH}}, api: v2}}",
                f"  - {{kind: webhook, name: y, token_file: {MARKER}-r, preset: {MARKER}-s}}",
                f"'{MARKER}-t",
            ):
                configure(kioskd, written(kioskd.folder, port, wrong))
                kioskd.process.send_signal(signal.SIGHUP)
                found[f"check {wrong[:20]}"] = said = await ran(kioskd, "check")
                assert "kioskd.yaml:" in said
                await asyncio.sleep(0.3)
            configure(kioskd, written(kioskd.folder, port))
            for command in ("config", "doctor", "status", "alerts", "devices"):
                found[command] = await ran(kioskd, command)
            found["status --json"] = await ran(kioskd, "status", "--json")
            report = kioskd.folder / "report.tar.gz"
            found["bundle"] = await ran(kioskd, "bundle", str(report))
            async with session.get(f"{kioskd.url}/metrics") as answer:
                found["metrics"] = await answer.text()
            listening.cancel()
        process = Path(f"/proc/{kioskd.process.pid}")
        found["process list"] = (process / "cmdline").read_text()
        found["environment"] = (process / "environ").read_text()
    kioskd.stop()
    with tarfile.open(fileobj=io.BytesIO(report.read_bytes())) as archive:
        for member in archive:
            if (file := archive.extractfile(member)) is not None:
                found[member.name] = file.read().decode(errors="replace")
    assert report.stat().st_mode & 0o777 == 0o600
    for path in (kioskd.folder / "state").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            found[f"state: {path.name}"] = content.decode(errors="replace")
    found["frames"] = "".join(frames)
    found["log"] = (kioskd.folder / "log").read_text()
    print({name: len(text) for name, text in found.items()}, f"{mirror.told} times told")
    for name in ("config", "status --json", "frames", "log", "state: alerts.log", "metrics"):
        assert len(found[name]) > 100, (name, found[name])
    leaks = {
        name: text[max(0, text.index(MARKER) - 200) :][:400]
        for name, text in found.items()
        if MARKER in text
    }
    assert not leaks
    assert "Traceback" not in found["log"]
    assert "***" in found["log"] + found["frames"]  # where the mirror's words were repeated
