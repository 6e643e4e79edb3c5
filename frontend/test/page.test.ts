import { beforeEach, expect, test } from 'vitest'
import type { SocketEvents } from '../src/logic/link'
import { pageBefore } from '../src/parts/page'
import { createWall, type Wall } from '../src/wall'

let on: SocketEvents
let wall: Wall
const say = (message: object) => on.message(JSON.stringify(message))
const alert = (severity: string, more: object = {}) => ({
  type: 'active_alerts', total: 1,
  alerts: [{ number: 1, id: 'a', kind: 'new_ticket_alert', severity, state: 'active', ...more }],
})

beforeEach(() => {
  wall = createWall({
    clientId: 'Kiosk-T', controller: false, firstScreen: null,
    openSocket: (events) => {
      on = events
      return { send: () => undefined, close: () => undefined }
    },
    kept: { get: () => null, set: () => undefined },
    now: () => 0, date: () => 0, random: () => 0, afterPaint: () => undefined,
    reload: () => true, play: () => Promise.resolve(),
  })
  wall.tick()
  on.open()
  say({ type: 'settings', screens: [
    { name: 'tickets', kind: 'tickets' }, { name: 'grafana', kind: 'page' },
  ] })
  say({ type: 'remote_switch', target: 'grafana' })
})

test('a page may cover the panel while its screen is chosen', () => {
  expect(pageBefore(wall, false)).toBe('grafana')
  say({ type: 'remote_switch', target: 'tickets' })
  expect(pageBefore(wall, false)).toBe('')
})

test('no page covers an alert that takes the screen, nor a banner that is to be seen', () => {
  say(alert('critical', { kind: 'critical_alert' }))
  expect(pageBefore(wall, false)).toBe('')
  say(alert('high', { standing: true }))
  expect(pageBefore(wall, false)).toBe('')
  say(alert('high', { standing: false }))
  expect(pageBefore(wall, false)).toBe('grafana')
})

test('no page covers a notice that fills the screen, nor that the daemon is away', () => {
  expect(pageBefore(wall, true)).toBe('')
  on.close()
  expect(pageBefore(wall, false)).toBe('')
})
