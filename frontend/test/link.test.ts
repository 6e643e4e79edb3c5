import { beforeEach, describe, expect, test } from 'vitest'
import { Link, type SocketEvents } from '../src/logic/link'

/** A network under a hand-driven clock. */
class Net {
  time = 0
  luck = 0.5
  refuse = false
  greeted = 0
  heard: unknown[] = []
  changes = 0
  sockets: { on: SocketEvents; sent: string[]; closed: boolean; at: number }[] = []
  link = new Link({
    open: (on) => {
      if (this.refuse) throw new SyntaxError('no such address')
      const socket = { on, sent: [] as string[], closed: false, at: this.time }
      this.sockets.push(socket)
      return {
        send: (text) => void socket.sent.push(text),
        close: () => { socket.closed = true },
      }
    },
    now: () => this.time,
    random: () => this.luck,
    greet: () => { this.greeted += 1 },
    receive: (frame) => void this.heard.push(frame),
    changed: () => { this.changes += 1 },
  })

  get last() {
    const socket = this.sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  pass(seconds: number): void {
    for (let n = 0; n < seconds; n += 1) {
      this.time += 1000
      this.link.tick()
    }
  }

  join(): void {
    this.link.tick()
    this.last.on.open()
    this.last.on.message('{"type":"settings"}')
  }
}

let net: Net
beforeEach(() => { net = new Net() })

describe('the link', () => {
  test('greets as soon as the socket stands, and is connected once something is heard', () => {
    net.link.tick()
    net.last.on.open()
    expect([net.greeted, net.link.connected]).toEqual([1, false])
    net.last.on.message('{}')
    expect([net.link.connected, net.changes]).toEqual([true, 1])
  })

  test('says nothing before the socket stands', () => {
    net.link.tick()
    expect(net.link.send({ type: 'ping' })).toBe(false)
    expect(net.last.sent).toEqual([])
  })

  test('pings every ten seconds while the daemon answers', () => {
    net.join()
    for (let n = 0; n < 60; n += 1) {
      net.pass(1)
      net.last.on.message('{"type":"pong"}')
    }
    expect(net.last.sent.filter((text) => text.includes('ping'))).toHaveLength(6)
    expect(net.sockets).toHaveLength(1)
  })

  test('drops a half-open socket after 25 silent seconds, without waiting for its close', () => {
    net.join()
    net.pass(24)
    expect(net.link.connected).toBe(true)
    net.pass(1)
    expect([net.link.connected, net.last.closed]).toEqual([false, true])
    net.pass(1)
    expect(net.sockets).toHaveLength(2)
  })

  test('does not wait for ever for a socket that never opens, or opens and stays mute', () => {
    net.link.tick()
    net.pass(11)
    expect(net.sockets).toHaveLength(2)
    net.last.on.open()
    net.pass(12)
    expect(net.sockets).toHaveLength(3)
  })

  test('never listens to a socket it has let go', () => {
    net.join()
    const old = net.last
    net.pass(25)
    net.pass(2)
    old.on.message('{"type":"late"}')
    old.on.close()
    old.on.open()
    expect(net.heard).toEqual(['{"type":"settings"}'])
    expect(net.greeted).toBe(1)
    expect(net.last.closed).toBe(false)
  })

  test('never gives up, and never waits longer than a quarter of a minute', () => {
    net.luck = 0.999
    net.link.tick()
    for (let n = 0; n < 200; n += 1) {
      const before = net.sockets.length
      net.last.on.close()
      let waited = 0
      while (net.sockets.length === before && waited < 100) { net.pass(1); waited += 1 }
      expect(waited).toBeLessThanOrEqual(16)
    }
    expect(net.sockets.length).toBe(201)
  })

  test('waits longer each time, by chance between nothing and the ceiling', () => {
    net.luck = 1
    net.link.tick()
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      const from = net.time
      const before = net.sockets.length
      net.last.on.close()
      while (net.sockets.length === before) net.pass(1)
      return (net.time - from) / 1000
    })
    expect(waits).toEqual([1, 2, 4, 8, 15, 15])
    net.luck = 0
    net.last.on.close()
    net.pass(1)
    expect(net.sockets.length).toBe(8)
  })

  test('forgets earlier failures only after a link that lasted', () => {
    net.luck = 1
    net.join()
    for (const wait of [1, 2, 4]) {
      net.last.on.close()
      net.pass(wait)
      net.last.on.open()
      net.last.on.message('{}')
    }
    net.last.on.close()
    const before = net.sockets.length
    net.pass(7)
    expect(net.sockets.length).toBe(before)
    net.pass(1)
    net.last.on.open()
    for (let n = 0; n < 31; n += 1) { net.last.on.message('{}'); net.pass(1) }
    net.last.on.close()
    const after = net.sockets.length
    net.pass(1)
    expect(net.sockets.length).toBe(after + 1)
  })

  test('tries at once when the browser says that the network is back', () => {
    net.luck = 1
    net.link.tick()
    for (let n = 0; n < 8; n += 1) { net.last.on.close(); net.pass(16) }
    net.last.on.close()
    const before = net.sockets.length
    net.link.hurry()
    net.link.tick()
    expect(net.sockets.length).toBe(before + 1)
  })

  test('outlives an address that the browser refuses', () => {
    net.refuse = true
    net.pass(5)
    net.refuse = false
    net.pass(16)
    expect(net.sockets.length).toBeGreaterThan(0)
  })
})
