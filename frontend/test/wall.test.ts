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
const alert = (number: number, more: object = {}) => ({
  number, id: `t-${number}`, kind: 'critical_alert', severity: 'critical', state: 'active', ...more,
})
const active = (...numbers: number[]) => ({
  type: 'active_alerts', total: numbers.length, alerts: numbers.map((number) => alert(number)),
})
const shown = (of: Page) => of.wall.active.value.alerts.map(({ number }) => number)

let page: Page
beforeEach(() => { page = new Page().join() })

describe('a panel', () => {
  test('introduces itself and obeys a switch', () => {
    expect(page.sent[0]).toMatchObject({ type: 'identify', clientId: 'Panel-TEST1' })
    page.say({ type: 'remote_switch', target: 'projects' })
    expect(page.wall.shown.value.name).toBe('projects')
    page.say({ type: 'remote_switch', target: 'the moon' })
    expect(page.wall.shown.value.name).toBe('projects')
  })

  test('with a list of its own shows nothing else, and starts with its first', () => {
    const hall = new Page(new Map(), { clientId: 'Hall', firstScreen: 'projects' }).join()
    const screens = [{ name: 'redes', kind: 'tickets' }, { name: 'dashboard', kind: 'dashboard' }]
    hall.say({ type: 'settings', screens, ownScreens: true })
    expect(hall.wall.shown.value.name).toBe('redes')
    hall.say({ type: 'remote_switch', target: 'tickets' })
    expect(hall.wall.shown.value.name).toBe('redes')
    hall.say({ type: 'remote_switch', target: 'dashboard' })
    expect(hall.wall.shown.value.name).toBe('dashboard')
    hall.say({ type: 'settings', screens: screens.slice(0, 1), ownScreens: true })
    expect(hall.wall.shown.value.name).toBe('redes')
  })

  test('with a list of its own turns as the kiosk says of it, not of the others', () => {
    const turn = (next: string) => ({ next, paused: false, seconds: 5 })
    const status = {
      type: 'kiosk_status', rotation: turn('projects'),
      panels: [{ clientId: 'Panel-TEST1', rotation: turn('redes'), screens: ['redes'] }],
    }
    page.say(status)
    expect(page.wall.turning.value?.next).toBe('projects')
    page.say({ type: 'settings', screens: [{ name: 'redes', kind: 'tickets' }], ownScreens: true })
    expect(page.wall.turning.value?.next).toBe('redes')
    page.say({ ...status, panels: [] })
    expect(page.wall.turning.value).toBe(null)
  })

  test('is never switched away when it is the phone that controls', () => {
    const phone = new Page(new Map(), { controller: true }).join()
    phone.say({ type: 'remote_switch', target: 'tickets' })
    expect(phone.wall.shown.value.name).toBe('remote')
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
    expect(page.wall.shown.value.name).toBe('tickets')
    page.lose()
    page.wall.switchTo('projects')
    expect(page.wall.shown.value.name).toBe('projects')
  })
})

describe('an acknowledgement', () => {
  const first = (of: Page) => of.wall.active.value.alerts[0]

  test('takes the alert down here at once and tells the daemon which life it means', () => {
    page.say(active(1, 2))
    page.wall.acknowledge(first(page))
    expect(shown(page)).toEqual([2])
    expect(page.wall.active.value.total).toBe(1)
    expect(page.sent.at(-1)).toEqual({ type: 'acknowledge', number: 1 })
    page.say(active(1, 2)) // said before the daemon heard of it
    expect(shown(page)).toEqual([2])
    page.wall.acknowledge()
    expect(shown(page)).toEqual([])
    expect(page.sent.at(-1)).toEqual({ type: 'acknowledge' })
  })

  test('that the daemon did not take comes back after a moment', () => {
    page.say(active(1))
    page.wall.acknowledge()
    page.pass(4)
    expect(shown(page)).toEqual([])
    page.pass(2)
    expect(shown(page)).toEqual([1])
  })

  test('is for one life: the same alert that comes again is shown', () => {
    page.say(active(1))
    page.wall.acknowledge()
    page.say({ type: 'active_alerts', total: 1, alerts: [alert(2, { id: 't-1' })] })
    expect(shown(page)).toEqual([2])
  })

  test('from elsewhere is what the daemon says: who took it stays in sight', () => {
    page.say(active(1))
    page.say({
      type: 'active_alerts', total: 0,
      alerts: [alert(1, { state: 'acknowledged', by: { kind: 'button', name: '' } })],
    })
    expect(page.wall.active.value.total).toBe(0)
    expect(shown(page)).toEqual([1])
  })

  test('given without a daemon is told when it is back, of what was known then', () => {
    page.say(active(1, 2))
    page.lose()
    page.wall.acknowledge()
    expect(shown(page)).toEqual([])
    page.pass(60)
    expect(shown(page)).toEqual([])
    page.sent = []
    page.join()
    expect(page.sent).toContainEqual({ type: 'acknowledge', number: 1 })
    expect(page.sent).toContainEqual({ type: 'acknowledge', number: 2 })
    expect(page.sent).not.toContainEqual({ type: 'acknowledge' })
  })

  test('carries the name of the person, which the page remembers', () => {
    page.wall.callMe(' Ana ')
    page.say(active(1))
    page.wall.acknowledge(first(page))
    expect(page.sent.at(-1)).toEqual({ type: 'acknowledge', number: 1, by: 'Ana' })
    expect(new Page(page.memory).wall.person.value).toBe(' Ana ')
  })

  test('may be a snooze, for a time or until tomorrow', () => {
    page.say(active(1))
    page.wall.snooze(first(page), 300)
    expect(page.sent.at(-1)).toEqual({ type: 'snooze', number: 1, seconds: 300 })
    expect(shown(page)).toEqual([])
    page.say({ type: 'active_alerts', total: 1, alerts: [alert(1, { state: 'snoozed' })] })
    page.pass(6)
    expect(shown(page)).toEqual([1])
    page.wall.snooze(first(page), '08:00')
    expect(page.sent.at(-1)).toEqual({ type: 'snooze', number: 1, tomorrow: '08:00' })
  })
})

describe('the alerts of the guide', () => {
  test('are events: what is shown is what the daemon says is active', () => {
    page.say({ type: 'critical_alert', data: { id: '1', title: 'down' } })
    expect(shown(page)).toEqual([])
    page.say(active(1))
    expect(shown(page)).toEqual([1])
  })

  test('are played here only where panels play', () => {
    const played: string[] = []
    const loud = new Page(new Map(), {
      play: (url) => { played.push(url); return Promise.resolve() },
    }).join()
    const event = { type: 'critical_alert', data: { id: '1', soundUrl: '/a.ogg' } }
    loud.say(event)
    expect(played).toEqual([])
    loud.say({ type: 'settings', build: 'this-build', panelsPlaySound: true })
    loud.say(event)
    expect(played).toEqual(['/a.ogg'])
  })

  test('that ended are told on request', () => {
    page.wall.askHistory()
    expect(page.sent.at(-1)).toEqual({ type: 'request_alert_history' })
    page.say({ type: 'alert_history', alerts: [alert(3, { state: 'resolved' })] })
    expect(page.wall.history.value?.map(({ state }) => state)).toEqual(['resolved'])
  })
})

describe('after a reload', () => {
  test('the last state is there before the daemon says a word, with its age', () => {
    page.say(TICKETS)
    page.say({ type: 'remote_switch', target: 'projects' })
    page.wall.save()
    const next = new Page(page.memory)
    expect(next.wall.tickets.value?.rows[0]?.id).toBe('7')
    expect(next.wall.shown.value.name).toBe('projects')
    expect(next.wall.connected.value).toBe(false)
  })

  test('alerts are the daemon\'s to tell, and kept tickets are not new', () => {
    page.say(TICKETS)
    page.say(active(1))
    page.wall.save()
    const next = new Page(page.memory)
    expect(shown(next)).toEqual([])
    expect(next.wall.newSince.value.size).toBe(0)
  })

  const sources = (origin: string) => ({
    type: 'source_status',
    sources: [{ views: { tickets: { age: 1, stale: false, restored: false, origin } } }],
  })

  test('what one source said is not shown for another, on the page or after a reload of it', () => {
    page.say(sources('demo'))
    page.say(TICKETS)
    page.wall.save()
    page.say(sources('desk'))
    expect(page.wall.tickets.value).toBeNull()
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

test('after a flood there is one number of alerts, the daemon\'s', () => {
  page.say({ type: 'active_alerts', total: 50_000, alerts: [alert(1), alert(2)] })
  expect(page.wall.active.value.total).toBe(50_000)
  page.wall.acknowledge(page.wall.active.value.alerts[0])
  expect(page.wall.active.value.total).toBe(49_999)
})
