"""``websockets.broadcast``: asked over ``/control``, it sends an update it has to every panel."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

from benchmarks import tickets

panels: set[ServerConnection] = set()


async def talk(link: ServerConnection) -> None:
    if link.request is not None and link.request.path == "/control":
        async for said in link:
            broadcast(panels, tickets.frame(int(said)), text=True)
        return
    panels.add(link)
    try:
        async for _ in link:
            pass
    finally:
        panels.discard(link)


async def main(port: int) -> None:
    async with serve(talk, "127.0.0.1", port, backlog=1000) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
