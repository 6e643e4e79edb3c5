"""The helpdesk of the panel's tests: a real server that speaks the guide, driven by the test."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

Message = Mapping[str, Any]


class Upstream:
    """Serves ``/ws/dashboard_control/`` on a thread of its own.

    ``say`` sends a message to the kiosk, and keeps updates for the next one that connects.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._held: dict[str, Message] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self.asked: list[Message] = []
        """What kiosks asked or told, the oldest first."""
        self._joined = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port: int = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/dashboard_control/"

    def say(self, message: Message) -> None:
        """Holds an update, and sends everything to the kiosk, waiting for it if it must."""
        if str(message["type"]).endswith("_update"):
            self._held[str(message["type"])] = message
        if not self._joined.wait(15):
            raise TimeoutError("no kiosk connected to the upstream")
        self._call(self._send(message))

    def hold(self, *messages: Message) -> None:
        """What a kiosk gets when it connects."""
        for message in messages:
            self._held[str(message["type"])] = message

    def close(self) -> None:
        if not self._thread.is_alive():
            return
        self._call(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> int:
        app = web.Application()
        app.router.add_get("/ws/dashboard_control/", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def _send(self, message: Message) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):  # one of several kiosks may have gone
                await socket.send_str(json.dumps(message))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            asked = json.loads(frame.data)
            self.asked.append(asked)
            if asked["type"] == "identify":
                for message in self._held.values():
                    await socket.send_str(json.dumps(message))
                self._sockets.add(socket)
                self._joined.set()
            elif asked["type"] == "request_data":
                held = self._held.get(f"{asked['view']}_update")
                if held is not None:
                    await socket.send_str(json.dumps(held))
        self._sockets.discard(socket)
        if not self._sockets:
            self._joined.clear()
        return socket
