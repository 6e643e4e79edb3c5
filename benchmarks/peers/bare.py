"""A bare aiohttp server with the panel socket and nothing behind it, for what it weighs."""

import sys

from aiohttp import web


async def talk(request: web.Request) -> web.WebSocketResponse:
    link = web.WebSocketResponse()
    await link.prepare(request)
    async for _ in link:
        pass
    return link


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/ws/dashboard_control/", talk)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
