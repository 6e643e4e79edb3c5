import { describe, expect, test } from 'vitest'
import { brief } from '../src/logic/times'
import { agreed, markNew, NEW_FOR, priority, readTickets } from '../src/logic/tickets'

const zone = 'America/Sao_Paulo'
const read = (data: unknown, counters?: unknown) => readTickets({ data, counters }, zone)
const ids = (data: unknown) => read(data).rows.map((row) => row.id)

describe('tickets', () => {
  test('stand critical first, then the oldest', () => {
    expect(ids([
      { id: 1, priority: 'low', createdAt: '2025-01-01T00:00:00Z' },
      { id: 2, priority: 'critical', createdAt: '2025-11-18T10:00:00Z' },
      { id: 3, priority: 'critical', createdAt: '2025-11-17T10:00:00Z' },
      { id: 4, priority: 'critical', createdAt: '0000-00-00' },
      { id: 5, priority: 'whatever' },
      { id: 6, priority: 'high' },
    ])).toEqual(['3', '2', '4', '6', '5', '1'])
  })

  test('compare by instant, not by text', () => {
    expect(ids([
      { id: 'a', priority: 'high', createdAt: '2025-11-18T09:00:00-03:00' },
      { id: 'b', priority: 'high', createdAt: '2025-11-18T11:00:00Z' },
    ])).toEqual(['b', 'a'])
  })

  test('survive anything a source sends', () => {
    for (const data of [null, 'x', 3, {}, [null, 1, 'x', [], { id: null, title: { a: 1 } }]]) {
      expect(() => read(data)).not.toThrow()
    }
    expect(read([{ id: null, title: ['<b>'] }]).rows[0]).toMatchObject({ id: '', title: '' })
  })

  test('are counted as they are shown, whatever the source counts', () => {
    const data = [{ id: 1, priority: 'critical' }, { id: 2, priority: 'odd' }]
    const counted = { critical: 1, high: 0, medium: 0, low: 0, unknown: 1, total: 2 }
    expect(read(data).counters).toEqual(counted)
    expect(read(data, { critical: 0, high: '3', total: null }).counters).toEqual(counted)
  })

  test.each([['critical', 'critical'], ['low', 'low'], ['P1', 'unknown'], ['CRITICAL', 'unknown'],
    [null, 'unknown'], ['__proto__', 'unknown'], ['constructor', 'unknown']])(
    'the priority %s is %s', (word, expected) => expect(priority(word)).toBe(expected))

  test('what the daemon could not read is a dash, and nobody is not a dash', () => {
    const [one, two] = read([
      { id: 1, title: '', assignedTo: '', unreadable: ['assignedTo', 'title'] },
      { id: 2, title: '', assignedTo: '', unreadable: 3 },
    ]).rows
    expect([one?.title, one?.assignedTo]).toEqual(['—', '—'])
    expect([two?.title, two?.assignedTo]).toEqual(['', ''])
  })

  test('a title of 5,000 characters is cut between characters', () => {
    const title = read([{ id: 1, title: '😀'.repeat(2500) }]).rows[0]?.title ?? ''
    expect(title.length).toBeLessThanOrEqual(301)
    expect(title.isWellFormed()).toBe(true)
  })
})

describe('a new row', () => {
  const list = (...names: string[]) => read(names.map((id) => ({ id })))

  test('is one that the list before did not hold; the first list has none', () => {
    expect(markNew(new Map(), null, list('a', 'b'), 0).size).toBe(0)
    expect([...markNew(new Map(), list('a'), list('a', 'b'), 5).keys()]).toEqual(['b'])
  })

  test('is forgotten after its while, so marks do not pile up', () => {
    const marks = markNew(new Map(), list('a'), list('a', 'b'), 0)
    expect(markNew(marks, list('a', 'b'), list('a', 'b'), NEW_FOR - 1).size).toBe(1)
    expect(markNew(marks, list('a', 'b'), list('a', 'b'), NEW_FOR).size).toBe(0)
  })
})

describe('the agreed time of a ticket', () => {
  const now = Date.parse('2026-11-25T03:00:00Z')
  const mark = (dueAt: unknown, late?: unknown) =>
    read([{ id: 1, dueAt, late }]).rows.map((row) => agreed(row, now))[0]

  test('is told when it is near or has passed', () => {
    expect(mark('2026-11-25T03:40:00Z', false)).toEqual({ late: false, seconds: 2400 })
    expect(mark('2026-11-25T01:00:00Z', true)).toEqual({ late: true, seconds: 7200 })
  })

  test('is late by the source\'s clock though this machine\'s is slow', () => {
    expect(mark('2026-11-25T03:10:00Z', true)).toEqual({ late: true, seconds: 0 })
  })

  test('is not told while it is far away, or where there is none', () => {
    expect(mark('2026-11-25T15:00:00Z', false)).toBeNull()
    for (const none of [undefined, '', null, 'x']) expect(mark(none)).toBeNull()
  })
})

describe('a span in its largest unit', () => {
  test('has no smaller one beside it', () => {
    expect([20, 60, 2400, 3540, 7200, 170_000, 259_200].map(brief))
      .toEqual(['1 min', '1 min', '40 min', '59 min', '2 h', '47 h', '3 d'])
  })
})
