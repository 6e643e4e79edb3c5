import { describe, expect, test } from 'vitest'
import { readTickets } from '../src/logic/tickets'
import { ages, axis, change, drawn, load, readTrends, stretches, usable } from '../src/logic/trends'

const NOW = Date.parse('2026-11-27T12:00:00Z')
const ago = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString()
const rows = (...each: object[]) =>
  readTickets({ data: each.map((row, id) => ({ id: String(id), ...row })) }, 'UTC').rows

describe('what the daemon saw', () => {
  const message = {
    type: 'trends', recording: true, since: '2026-11-20T10:00:00Z',
    figures: { high: { points: [1, null, 3], yesterday: 2, latest: 3 }, low: null },
    days: [{ day: '2026-11-27', opened: 4, closed: null, whole: false }],
    backlog: [3, null, 5], hours: [{ opened: 1.5, days: 9 }], timestamp: '',
  }

  test('is read as it came, and a gap stays one', () => {
    const found = readTrends(message, 7)
    expect(found.figures.high).toEqual({ points: [1, null, 3], yesterday: 2, latest: 3 })
    expect(found.figures.low).toBeUndefined()
    expect(found.days).toEqual([{ day: '2026-11-27', opened: 4, closed: null, whole: false }])
    expect([found.backlog, found.since]).toEqual([[3, null, 5], Date.parse(message.since)])
  })

  test.each([{}, { figures: 3, days: 'x', backlog: null, hours: [1] }, { figures: { high: 1 } }])(
    'may lack anything: %j', (odd) => {
      const found = readTrends(odd, 0)
      expect(found.recording).toBe(false)
      expect([found.days, found.backlog, found.hours]).toEqual([[], [], []])
    })

  test('says nothing of yesterday without the daemon, without a clock, or when it is old', () => {
    const found = readTrends(message, 1000)
    expect(usable(found, true, 2000)).toBe(found)
    expect(usable(found, false, 2000)).toBeNull()
    expect(usable(found, true, 1000 + 15 * 60_000)).toBeNull()
    expect(usable({ ...found, recording: false }, true, 2000)).toBeNull()
    expect(usable(null, true, 0)).toBeNull()
  })
})

describe('a change', () => {
  const yesterday = (value: number | null) => ({ points: [], yesterday: value, latest: null })
  test.each([
    ['high', 5, 2, 3], ['low', 2, 5, -3], ['total', 4, 4, 0], ['total', 0, 0, 0],
    ['resolutionRate', 92.5, 90.0000152, 2.5], ['resolutionRate', 92, 92.04, 0],
    ['avgResponseTime', 9000, 8400, 10], ['avgResponseTime', 9000, 9029, 0],
  ] as const)('of %s from %d, yesterday %d, is %d', (figure, now, then, by) => {
    expect(change(figure, yesterday(then), now)).toBe(by)
  })

  test('is not known without today, without yesterday, and without a history', () => {
    expect(change('high', yesterday(null), 3)).toBeNull()
    expect(change('high', yesterday(3), null)).toBeNull()
    expect(change('high', undefined, 3)).toBeNull()
  })
})

describe('an axis', () => {
  test.each([
    [[1, 2, 3], 3, [0, 1, 2, 3]],
    [[36, 12], 40, [0, 20, 40]],
    [[107], 150, [0, 50, 100, 150]],
    [[30, null], 30, [0, 10, 20, 30]],
    [[2000], 2000, [0, 1000, 2000]],
    [[1], 1, [0, 1]],
    [[0, null], 1, [0, 1]],
    [[], 1, [0, 1]],
  ])('of %j goes from zero to %d', (values, top, ticks) => {
    expect(axis(values)).toEqual({ top, ticks })
  })

  test('of means has fractions, and holds the largest', () => {
    expect(axis([0.7, 0.2], false)).toEqual({ top: 1, ticks: [0, 0.5, 1] })
    expect(axis([0.3, null], false)).toEqual({ top: 0.3, ticks: [0, 0.1, 0.2, 0.3] })
    for (const most of [0.05, 0.31, 1.2, 9.99, 10.01, 499, 4999]) {
      const { top, ticks } = axis([most], false)
      expect(top).toBeGreaterThanOrEqual(most)
      expect(ticks.length).toBeLessThanOrEqual(5)
    }
  })
})

describe('a line', () => {
  test('is broken where nothing is known, and one known point is a dot', () => {
    const { line, ground } = drawn([0, 10, null, 5], 10)
    expect(line).toBe('M125 1000L375 0M875 500L875 500')
    expect(ground).toBe('M125 1000L125 1000L375 0L375 1000Z')
    expect(drawn([null, null], 1)).toEqual({ line: '', ground: '' })
  })

  test('has gaps from and to', () => {
    expect(stretches([null, 1, null, null, 2], false)).toEqual([[0, 1], [2, 4]])
    expect(stretches([null, 1, null, null, 2], true)).toEqual([[1, 2], [4, 5]])
  })
})

describe('what is open', () => {
  test('is under a day, under three, under a week, older, or of no known age', () => {
    const found = ages(rows(
      { createdAt: ago(1) }, { createdAt: ago(23.9) }, { createdAt: ago(24) },
      { createdAt: ago(71) }, { createdAt: ago(100) }, { createdAt: ago(400) }, {},
      { createdAt: ago(900), status: 'solved' }, { createdAt: ago(-1) },
    ), NOW)
    expect(found).toEqual({ counts: [3, 2, 1, 1], unknown: 1, oldest: 400 * 3600 })
    expect(ages([], NOW).oldest).toBeNull()
  })

  test('is carried by people, the most first, and by nobody', () => {
    const found = load(rows(
      { assignedTo: 'Rui' }, { assignedTo: 'Ana, Rui' }, { assignedTo: '' },
      { assignedTo: 'Ana', status: 'closed' }, { assignedTo: 'Bia' }, {},
    ))
    expect(found.people).toEqual([
      { name: 'Rui', count: 2 }, { name: 'Ana', count: 1 }, { name: 'Bia', count: 1 },
    ])
    expect(found.nobody).toBe(2)
  })
})
