import { describe, expect, test } from 'vitest'
import { around } from '../src/logic/paging'
import {
  FILTERED, type Filter, matches, PLAIN, readScreens, screenOf, select,
} from '../src/logic/screens'
import { readTickets } from '../src/logic/tickets'
import cases from './filters.json'

const none: Filter = { groups: [], entities: [], priorities: [], statuses: [], assignees: [] }
const read = (...rows: object[]) => readTickets({ data: rows }, 'UTC')

describe('a filter', () => {
  // The daemon's tests read the same cases.
  test.each(cases)('$name', ({ filter, ticket, shown }) => {
    const [row] = read({ id: '1', ...ticket }).rows
    expect(row && matches({ ...none, ...filter }, row)).toBe(shown)
  })

  test('parts the tickets in two, and counts each', () => {
    const tickets = read({ id: '1', priority: 'critical', entity: 'A' },
      { id: '2', priority: 'critical', entity: 'B' }, { id: '3', priority: 'low', entity: 'B' })
    const { rows, counters, others, total, lacking } = select(tickets, { ...none, entities: ['b'] })
    expect(rows.map(({ id }) => id)).toEqual(['2', '3'])
    expect(counters).toMatchObject({ critical: 1, low: 1, total: 2 })
    expect(others.counters).toMatchObject({ critical: 1, total: 1 })
    expect([total, lacking]).toEqual([3, []])
  })

  test('of which no ticket says anything is lacking, unless there is no ticket', () => {
    const filter = { ...none, groups: ['N1'], priorities: ['low'] }
    expect(select(read({ id: '1', priority: 'low' }), filter).lacking).toEqual(['groups'])
    expect(select(read(), filter).lacking).toEqual([])
  })

  test('of twenty screens takes no longer than a frame for a thousand tickets', () => {
    const rows = Array.from({ length: 1000 }, (_, id) => ({
      id: String(id), entity: `Matriz > Setor ${id % 40}`, assignedTo: `Ana ${id % 9}, Rui`,
    }))
    const tickets = read(...rows)
    const before = performance.now()
    for (let n = 0; n < 20; n++) select(tickets, { ...none, entities: [`Setor ${n}`] })
    expect(performance.now() - before).toBeLessThan(2_000) // 20 ms on a quiet desk
  })
})

describe('the screens of the configuration', () => {
  test('are those of the message, and the three old ones without it', () => {
    expect(readScreens(undefined)).toBe(PLAIN)
    expect(readScreens([])).toBe(PLAIN)
    const [screen] = readScreens([{
      name: 'redes', kind: 'tickets', title: 'Redes', filter: { groups: ['Redes', 5] },
      columns: ['elapsed', 'title', 'colour'], density: 'dense',
    }])
    expect(screen).toMatchObject({
      name: 'redes', title: 'Redes', columns: ['title', 'elapsed'], density: 'dense',
    })
    expect(screen?.filter?.groups).toEqual(['Redes', '5'])
    expect(Object.keys(screen?.filter ?? {})).toEqual([...FILTERED])
  })

  test('of a kind that this panel cannot draw are left out', () => {
    const screens = readScreens([{ name: 'a', kind: 'hologram' }, { name: 'b', kind: 'projects' }])
    expect(screens.map(({ name }) => name)).toEqual(['b'])
  })

  test('never hide the old names', () => {
    const screens = readScreens([{ name: 'redes', kind: 'tickets' }])
    expect(screenOf('dashboard', screens)?.kind).toBe('dashboard')
    expect(screenOf('remote', screens)?.kind).toBe('remote')
    expect(screenOf('constructor', screens)).toBe(null)
  })
})

test('the side bar keeps the shown screen in sight', () => {
  expect(around(4, 8, 2)).toEqual({ from: 0, to: 4 })
  expect(around(20, 8, 0)).toEqual({ from: 0, to: 8 })
  expect(around(20, 8, 10)).toEqual({ from: 6, to: 14 })
  expect(around(20, 8, 19)).toEqual({ from: 12, to: 20 })
  expect(around(3, 0, -1)).toEqual({ from: 0, to: 1 })
})
