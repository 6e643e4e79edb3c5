import { type Fields, list, text, textOf } from './text'
import { parseTime } from './times'

export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
export type Priority = (typeof PRIORITIES)[number] | 'unknown'

export interface Ticket {
  id: string
  title: string
  entity: string
  assignedTo: string
  /** Each with the path of those above it; empty where the source gives none. */
  groups: string[]
  priority: Priority
  /** The word as it came, for a priority nobody knows. */
  priorityWord: string
  status: string
  /** Milliseconds since the epoch, null when the source says nothing readable. */
  createdAt: number | null
  /** By when it is to be resolved; null where no time was agreed on. */
  dueAt: number | null
  /** Whether that has passed, by the source's own clock. */
  late: boolean
}

export interface Counters {
  critical: number
  high: number
  medium: number
  low: number
  /** In a word that nobody knows: it might be critical. */
  unknown: number
  total: number
}

export interface Tickets {
  rows: Ticket[]
  counters: Counters
}

// An unknown priority stands before the low ones: it might matter.
const RANK: Record<Priority, number> = { critical: 0, high: 1, medium: 2, unknown: 3, low: 4 }

/** One of the guide's priorities, into which the daemon turns every word that it knows. */
export function priority(value: unknown): Priority {
  return PRIORITIES.find((known) => known === value) ?? 'unknown'
}

function ticket(raw: Fields, zone: string): Ticket {
  return {
    id: text(raw['id']),
    title: textOf(raw, 'title'),
    entity: textOf(raw, 'entity'),
    assignedTo: textOf(raw, 'assignedTo'),
    groups: Array.isArray(raw['groups']) ? raw['groups'].map(text).filter(Boolean) : [],
    priority: priority(raw['priority']),
    priorityWord: text(raw['priority']),
    status: text(raw['status']),
    createdAt: parseTime(raw['createdAt'], zone),
    dueAt: parseTime(raw['dueAt'], zone),
    late: raw['late'] === true,
  }
}

/** Critical first, then the oldest; a ticket without a date stands last among its equals. */
function compare(a: Ticket, b: Ticket): number {
  return RANK[a.priority] - RANK[b.priority]
    || (a.createdAt ?? Infinity) - (b.createdAt ?? Infinity)
    || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** What is counted is what is shown. */
export function count(rows: Ticket[]): Counters {
  const counted = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, total: rows.length }
  for (const row of rows) counted[row.priority] += 1
  return counted
}

export function readTickets(message: Fields, zone: string): Tickets {
  const rows = list(message['data']).map((raw) => ticket(raw, zone))
  rows.sort(compare)
  return { rows, counters: count(rows) }
}

/** A row is marked as new for so long. */
export const NEW_FOR = 120_000

/**
 * Since when each new id is known, on the monotonic clock. The first list marks nothing:
 * after a start every ticket would be "new".
 */
export function markNew(
  marks: ReadonlyMap<string, number>, before: Tickets | null, after: Tickets, now: number,
): Map<string, number> {
  const next = new Map<string, number>()
  for (const [id, since] of marks) if (now - since < NEW_FOR) next.set(id, since)
  if (!before) return next
  const known = new Set(before.rows.map((row) => row.id))
  for (const { id } of after.rows) if (!known.has(id) && !next.has(id)) next.set(id, now)
  return next
}

/** A ticket that is due within a working day is marked. */
const SOON = 8 * 3_600_000

/** How a ticket stands to its agreed time: seconds left or passed; null while it is far away. */
export function agreed(row: Ticket, now: number): { late: boolean; seconds: number } | null {
  if (row.dueAt === null) return null
  const left = row.dueAt - now
  if (row.late || left <= 0) return { late: true, seconds: Math.max(0, Math.floor(-left / 1000)) }
  return left <= SOON ? { late: false, seconds: Math.ceil(left / 1000) } : null
}
