import { beforeEach, describe, expect, test } from 'vitest'
import type { SocketEvents } from '../src/logic/link'
import { createWall, type WallParts } from '../src/wall'

/** A page without a browser: one hand-driven clock, one daemon, one memory that may be kept. */
class Page {
  time = 0
  sent: Record<string, unknown>[] = []
  painting = true
  reloads: string[] = []
  reloadWorks = true
  on: SocketEvents | null = null
  readonly wall

  constructor(readonly memory = new Map<string, string>(), parts: Partial<WallParts> = {}) {
    this.wall = createWall({
      clientId: 'Panel-TEST1', controller: false, firstScreen: null,
      openSocket: (on) => {
        this.on = on
        return { send: (text) => void this.sent.push(JSON.parse(text)), close: () => undefined }
      },
      kept: {
        get: (key) => memory.get(key) ?? null,
        set: (key, value) => void memory.set(key, value),
      },
      now: () => this.time,
      date: () => Date.parse('2026-11-25T12:00:00Z') + this.time,
      random: () => 0,
      afterPaint: (then) => { if (this.painting) then() },
      reload: (build) => { this.reloads.push(build); return this.reloadWorks },
      play: () => Promise.resolve(),
      ...parts,
    })
    this.wall.restore()
  }

  join(): this {
    this.wall.tick()
    this.on?.open()
    this.say({ type: 'settings', build: 'this-build', bannerSeconds: 20, criticalSeconds: 300 })
    return this
  }

  say(message: object): void {
    this.on?.message(JSON.stringify(message))
  }

  pass(seconds: number): void {
    for (let n = 0; n < seconds; n += 1) {
      this.time += 1000
      this.wall.tick()
    }
  }

  lose(): void { this.on?.close() }
  types(): unknown[] { return this.sent.map((message) => message['type']) }
}

const TICKETS = { type: 'tickets_update', data: [{ id: 7, title: 'x', priority: 'high' }] }
const critical = (id: string) => ({ type: 'critical_alert', data: { id, title: 'down' } })

let page: Page
beforeEach(() => { page = new Page().join() })

describe('a panel', () => {
  test('introduces itself and obeys a switch', () => {
    expect(page.sent[0]).toMatchObject({ type: 'identify', clientId: 'Panel-TEST1' })
    page.say({ type: 'remote_switch', target: 'projects' })
    expect(page.wall.screen.value).toBe('projects')
    page.say({ type: 'remote_switch', target: 'the moon' })
    expect(page.wall.screen.value).toBe('projects')
  })

  test('is never switched away when it is the phone that controls', () => {
    const phone = new Page(new Map(), { controller: true }).join()
    phone.say({ type: 'remote_switch', target: 'tickets' })
    expect(phone.wall.screen.value).toBe('remote')
  })

  test('lives through frames that mean nothing', () => {
    for (const frame of ['', '{', 'null', '[]', '{"type":5}', '{"type":"constructor"}', null,
      '{"type":"tickets_update","data":{"a":1},"counters":[]}',
      '{"type":"kiosk_status","rotation":"x","panels":{},"faults":3}',
      '{"type":"source_status","sources":[{"views":{"tickets":3}}]}',
      '{"type":"acknowledge","ids":"all"}', '{"type":"critical_alert"}']) {
      expect(() => page.on?.message(frame)).not.toThrow()
    }
  })

  test('proves that it paints, every five seconds, and never while it does not', () => {
    page.pass(21)
    const proofs = page.types().filter((type) => type === 'painted').length
    expect(proofs).toBe(5)
    page.painting = false
    page.pass(20)
    expect(page.types().filter((type) => type === 'painted')).toHaveLength(proofs)
  })

  test('switches on its own only when nobody can be asked', () => {
    page.wall.switchTo('projects')
    expect(page.wall.screen.value).toBe('tickets')
    page.lose()
    page.wall.switchTo('projects')
    expect(page.wall.screen.value).toBe('projects')
  })
})

describe('an acknowledgement', () => {
  test('takes the alert down here and tells the daemon', () => {
    page.say(critical('1'))
    page.say(critical('2'))
    page.wall.acknowledge('1')
    expect(page.wall.queue.value.map((alert) => alert.key)).toEqual(['2'])
    expect(page.sent.at(-1)).toEqual({ type: 'acknowledge', id: '1' })
    page.wall.acknowledge()
    expect(page.wall.queue.value).toEqual([])
    expect(page.sent.at(-1)).toEqual({ type: 'acknowledge' })
  })

  test('of everything names each banner, so that it leaves the other panels too', () => {
    page.say(critical('1'))
    page.say({ type: 'new_ticket_alert', data: { id: 'b', severity: 'low' } })
    page.sent = []
    page.wall.acknowledge()
    expect(page.sent).toEqual([{ type: 'acknowledge' }, { type: 'acknowledge', id: 'b' }])
    expect(page.wall.queue.value).toEqual([])
  })

  test('from elsewhere, or a resolution, takes it down too; ids may be numbers', () => {
    page.say(critical('1'))
    page.say(critical('2'))
    page.say({ type: 'acknowledge', ids: [1], by: 'button' })
    page.say({ type: 'alert_resolved', ids: ['2'] })
    expect(page.wall.queue.value).toEqual([])
  })

  test('given without a daemon is told when it is back', () => {
    page.say(critical('1'))
    page.lose()
    page.wall.acknowledge()
    page.sent = []
    page.join()
    expect(page.sent).toContainEqual({ type: 'acknowledge', id: '1' })
  })
})

describe('after a reload', () => {
  test('the last state is there before the daemon says a word, with its age', () => {
    page.say(TICKETS)
    page.say({ type: 'remote_switch', target: 'projects' })
    page.wall.save()
    const next = new Page(page.memory)
    expect(next.wall.tickets.value?.rows[0]?.id).toBe('7')
    expect(next.wall.screen.value).toBe('projects')
    expect(next.wall.connected.value).toBe(false)
  })

  test('alerts are not raised again, and kept tickets are not new', () => {
    page.say(TICKETS)
    page.say(critical('1'))
    page.wall.save()
    const next = new Page(page.memory)
    expect(next.wall.queue.value).toEqual([])
    expect(next.wall.newSince.value.size).toBe(0)
  })

  const sources = (origin: string) => ({
    type: 'source_status',
    sources: [{ views: { tickets: { age: 1, stale: false, restored: false, origin } } }],
  })

  test('what one source said is not shown for another, on the page or after a reload of it', () => {
    page.say(sources('demo'))
    page.say(TICKETS)
    page.say(critical('1'))
    page.wall.save()
    page.say(sources('desk'))
    expect(page.wall.tickets.value).toBeNull()
    expect(page.wall.queue.value).toEqual([])
    const next = new Page(page.memory)
    expect(next.wall.tickets.value?.rows[0]?.id).toBe('7')
    next.join().say(sources('desk'))
    expect(next.wall.tickets.value).toBeNull()
    expect(next.wall.held.value.tickets).toBeUndefined()
    next.say(TICKETS)
    next.say(sources('desk'))
    next.wall.save()
    expect(new Page(page.memory).join().wall.tickets.value?.rows[0]?.id).toBe('7')
  })

  test('a torn memory is no memory', () => {
    for (const torn of ['', '{', 'null', '{"frames":{"tickets":"{"}}', '{"frames":3,"times":[]}']) {
      expect(new Page(new Map([['kioskd.state', torn]])).wall.tickets.value).toBeNull()
    }
  })

  test('it is written on change only, and at most once a minute', () => {
    page.pass(1)
    page.memory.clear()
    page.say(TICKETS)
    page.pass(58)
    expect(page.memory.size).toBe(0)
    page.pass(2)
    expect(page.memory.size).toBe(1)
    page.memory.clear()
    page.pass(120)
    expect(page.memory.size).toBe(0)
  })
})

describe('another build', () => {
  test('makes the page reload itself, and the same build does not', () => {
    expect(page.reloads).toEqual([])
    page.say({ type: 'settings', build: 'newer' })
    expect(page.reloads).toEqual(['newer'])
  })

  test('that was already asked for in vain is said, not asked for in a loop', () => {
    page.reloadWorks = false
    page.say({ type: 'settings', build: 'newer' })
    expect(page.wall.oldBuild.value).toBe('newer')
  })
})

test('naive times are read again when the time zone arrives', () => {
  page.say({ type: 'tickets_update', data: [{ id: 1, createdAt: '2026-11-25 09:00:00' }] })
  expect(page.wall.tickets.value?.rows[0]?.createdAt).toBe(Date.parse('2026-11-25T12:00:00Z'))
  page.say({ type: 'settings', timeZone: 'America/Manaus' })
  expect(page.wall.tickets.value?.rows[0]?.createdAt).toBe(Date.parse('2026-11-25T13:00:00Z'))
})

test('a flood of alerts is bounded, and what was cut is counted', () => {
  for (let n = 0; n < 1200; n += 1) page.say(critical(String(n)))
  expect(page.wall.queue.value).toHaveLength(1000)
  expect(page.wall.uncounted.value).toBe(200)
})
