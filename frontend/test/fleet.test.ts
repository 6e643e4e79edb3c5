import { expect, test } from 'vitest'
import { give, look, readFleet, troubled } from '../src/logic/fleet'
import { FLEET, fleetSay } from '../src/words/fleet'
import { LANGUAGES } from '../src/words/locale'

const TOLD = {
  name: 'Recepção', version: '1.2', groups: ['terreo', 7, null], oldest: 12, activeAlerts: 2,
  faults: [{ part: 'sound', message: 'no card', code: 'x', about: '' }, 'odd'],
  file: '1f2e3d4c', fileFits: true,
  timestamp: '2026-11-27T10:00:00Z',
}

test('a kiosk is read with all that it tells, and what is odd in it does no harm', () => {
  const { kiosks: [known, strange], state, fault } = readFleet({
    state: 'ready', fault: null, timestamp: '2026-11-27T10:00:30Z',
    kiosks: [
      { kiosk: 'A', online: true, screen: 'tickets', proved: true, told: TOLD },
      { kiosk: 'B', online: 'yes', told: null }, 'odd',
    ],
  })
  expect([state, fault]).toEqual(['ready', null])
  expect(known).toEqual({
    id: 'A', name: 'Recepção', groups: ['terreo', '7'], online: true, screen: 'tickets',
    proved: true, version: '1.2', oldest: 42, alerts: 2, ago: 30,
    faults: [{ part: 'sound', message: 'no card', code: 'x', about: '' }],
    file: '1f2e3d4c', fits: true,
  })
  expect(strange).toEqual({
    id: 'B', name: '', groups: [], online: false, screen: '', proved: null, version: '',
    oldest: null, alerts: 0, faults: [], file: '', fits: true, ago: null,
  })
})

test('who is away, shows nothing, has a fault or a file that does not fit is in trouble', () => {
  const { kiosks: [well] } = readFleet({
    kiosks: [{ kiosk: 'A', online: true, proved: null, told: { ...TOLD, faults: [] } }],
  })
  if (!well) throw new Error('nobody')
  expect(troubled(well)).toBe(false)
  expect(troubled({ ...well, online: false })).toBe(true)
  expect(troubled({ ...well, proved: false })).toBe(true)
  expect(troubled({ ...well, fits: false })).toBe(true)
  const faults = [{ part: 'a', code: '', message: '', about: '' }]
  expect(troubled({ ...well, faults })).toBe(true)
})

test('who may not, and who does not answer, are told apart', async () => {
  const answering = (status: number, body = '{}') => () =>
    Promise.resolve(new Response(body, { status }))
  expect(await look(answering(403))).toBe('refused')
  expect(await look(answering(500))).toBe('away')
  expect(await look(answering(200, '<html>'))).toBe('away')
  expect(await look(() => Promise.reject(new TypeError()))).toBe('away')
})

test('an order is told with what became of it, or why it was not given', async () => {
  let sent: unknown
  const answer = (status: number, body: string) => (_: unknown, request?: RequestInit) => {
    sent = request?.body
    return Promise.resolve(new Response(body, { status }))
  }
  const done = { kiosk: 'A', ok: true, away: false, said: 'done' }
  const outcomes = JSON.stringify({ outcomes: [done] })
  expect(await give({ command: 'mute', seconds: 60, group: 'terreo' }, answer(200, outcomes)))
    .toEqual([done])
  expect(sent).toBe('{"command":"mute","seconds":60,"group":"terreo"}')
  const refused = answer(409, 'no kiosk is meant\n')
  expect(await give({ command: 'mute' }, refused)).toBe('no kiosk is meant')
  expect(await give({ command: 'mute' }, () => Promise.reject(new TypeError()))).toBe('')
})

test('the page speaks every language of the wall, with the same gaps', () => {
  const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  expect(Object.keys(FLEET)).toEqual(Object.keys(LANGUAGES))
  const original = FLEET['pt-BR'] as Record<string, string>
  for (const words of Object.values(FLEET) as Record<string, string>[]) {
    expect(Object.keys(words).sort()).toEqual(Object.keys(original).sort())
    for (const [key, text] of Object.entries(words)) {
      expect(gaps(text), key).toEqual(gaps(original[key] ?? ''))
      expect(text.trim()).not.toBe('')
    }
  }
  expect(fleetSay('en')('done', { done: 2, n: 3 })).toBe('2 of 3 did it')
})
