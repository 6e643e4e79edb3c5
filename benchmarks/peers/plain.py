"""What somebody writes in an afternoon: a page with no style, and a server that passes words on.

What comes over a WebSocket, or is posted to ``/say``, goes to all pages. The page
shows an update's tickets, an alert or another screen with the least that a browser must do. Its
address says where it listens (``ws``), how often it asks (``every``, in seconds; 0: never), and for
how long it stands still before each picture (``slow``, in ms).
"""

import sys

from aiohttp import web

PAGE = """<!doctype html><meta charset=utf-8><title>plain</title>
<body style="margin:0;font:16px sans-serif"><button>next</button>
<h1 id=alert hidden style="background:red;height:90vh"></h1>
<main data-screen=one><table id=rows></table></main>
<script>
const given = new URLSearchParams(location.search)
const link = new WebSocket(given.get('ws') ?? `ws://${location.host}/ws`)
const main = document.querySelector('main'), rows = document.getElementById('rows')
const alarm = document.getElementById('alert')
const say = (message) => link.send(JSON.stringify(message))
let tickets = []
const draw = () => {
  const backwards = main.dataset.screen === 'one' ? tickets : [...tickets].reverse()
  rows.replaceChildren(...backwards.map((ticket) => {
    const row = document.createElement('tr')
    for (const key of ['title', 'id', 'entity', 'assignedTo', 'priority', 'status']) {
      row.insertCell().textContent = ticket[key]
    }
    return row
  }))
}
const turn = (to) => { main.dataset.screen = to; draw() }
const other = () => (main.dataset.screen === 'one' ? 'two' : 'one')
link.onopen = () => say({ type: 'identify', clientId: 'plain' })
link.onmessage = ({ data }) => {
  const message = JSON.parse(data)
  if (message.type === 'tickets_update') {
    tickets = message.data.sort((one, two) => two.id - one.id)
    draw()
  } else if (message.type === 'alert') {
    alarm.textContent = message.title
    alarm.hidden = message.title === ''
  } else if (message.type === 'switch') turn(message.target)
  const block = Number(given.get('slow'))
  if (block > 0) requestAnimationFrame(() => {
    for (const end = performance.now() + block; performance.now() < end;);
  })
}
document.querySelector('button').onclick = () => say({ type: 'switch', target: other() })
addEventListener('keydown', () => turn(other()))
const every = Number(given.get('every'))
if (every > 0) setInterval(() => say({ type: 'request_data', view: 'tickets' }), every * 1000)
</script>"""

links: set[web.WebSocketResponse] = set()


async def page(request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


async def talk(request: web.Request) -> web.WebSocketResponse:
    link = web.WebSocketResponse()
    await link.prepare(request)
    links.add(link)
    try:
        async for message in link:
            await spread(message.data)
    finally:
        links.discard(link)
    return link


async def say(request: web.Request) -> web.Response:
    await spread(await request.text())
    return web.Response()


async def spread(words: str) -> None:
    for link in list(links):
        await link.send_str(words)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/ws", talk)
    app.router.add_post("/say", say)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
