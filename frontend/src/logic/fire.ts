import type { Tickets } from './tickets'

/** Is anything on fire, and whose is it? */
export interface Fire {
  count: number
  /** How many might burn: nobody knows the word of their priority. */
  unknown: number
  /** Who has how many of them, nobody (an empty name) first, then as the tickets stand. */
  owners: { name: string; count: number }[]
}

/** Null while no tickets are known: then nobody may say that nothing burns. */
export function fire(tickets: Tickets | null): Fire | null {
  if (!tickets) return null
  const counts = new Map<string, number>()
  for (const { priority, assignedTo } of tickets.rows) {
    if (priority === 'critical') counts.set(assignedTo, (counts.get(assignedTo) ?? 0) + 1)
  }
  const owners = [...counts].map(([name, count]) => ({ name, count }))
  owners.sort((a, b) => Number(a.name !== '') - Number(b.name !== ''))
  const { critical, unknown } = tickets.counters
  return { count: critical, unknown, owners }
}
