import { describe, expect, test } from 'vitest'
import { fire } from '../src/logic/fire'
import { readTickets } from '../src/logic/tickets'

const held = (...rows: [string, string | null][]) => readTickets({
  type: 'tickets_update',
  data: rows.map(([priority, assignedTo], id) => ({ id, priority, assignedTo })),
}, 'UTC')

describe('what burns', () => {
  test('is unknown, not nothing, while no tickets are held', () => {
    expect(fire(null)).toBeNull()
    expect(fire(held(['high', 'Ana']))).toEqual({ count: 0, unknown: 0, owners: [] })
  })

  test('is told with its owners, each once, nobody first', () => {
    const found = fire(held(
      ['critical', 'Ana'], ['low', 'Caio'], ['critical', null], ['critical', 'Ana'],
      ['critical', 'Bia']))
    expect(found).toEqual({
      count: 4,
      unknown: 0,
      owners: [{ name: '', count: 1 }, { name: 'Ana', count: 2 }, { name: 'Bia', count: 1 }],
    })
  })

  test('is not known to be nothing while a priority is in a word that nobody knows', () => {
    const tickets = readTickets({ data: [{ id: 1, priority: 'P7' }] }, 'UTC')
    expect(fire(tickets)).toEqual({ count: 0, unknown: 1, owners: [] })
  })

  test('is what the rows say, whatever the source counts', () => {
    const tickets = readTickets({
      data: [{ id: 1, priority: 'critical', assignedTo: 'Ana' }], counters: { critical: 0 },
    }, 'UTC')
    expect(fire(tickets)?.count).toBe(1)
  })
})
