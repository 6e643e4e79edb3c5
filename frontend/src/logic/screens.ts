import type * as wire from './generated'
import { list, type Loose, sent, text } from './text'
import { count, type Counters, type Ticket, type Tickets } from './tickets'

/** What panels show, as the configuration has it; a view is what a source gives. */

export const VIEWS = ['tickets', 'projects', 'dashboard'] as const
export type ViewName = (typeof VIEWS)[number]
const KINDS = [...VIEWS, 'notice', 'image', 'trends', 'page', 'remote'] as const
export type Kind = (typeof KINDS)[number]
export const COLUMNS = [
  'priority', 'id', 'title', 'entity', 'assignee', 'status', 'sla', 'elapsed',
] as const
export type Column = (typeof COLUMNS)[number]
export const FILTERED = ['groups', 'entities', 'priorities', 'statuses', 'assignees'] as const
export type Filtered = (typeof FILTERED)[number]
export type Filter = Record<Filtered, string[]>

export interface Screen {
  name: string
  kind: Kind
  /** Empty: its kind's word, or its name. */
  title: string
  /** Null: everything is shown. */
  filter: Filter | null
  columns: readonly Column[]
  density: 'auto' | 'normal' | 'dense'
  text: string
}

export function isView(value: unknown): value is ViewName {
  return VIEWS.includes(value as ViewName)
}

/** The view whose data a kind of screen shows; null: none. */
export function viewOf(kind: Kind): ViewName | null {
  if (kind === 'trends') return 'tickets'
  return isView(kind) ? kind : null
}

/** The screens that there always are. */
function builtIn(name: ViewName | 'remote'): Screen {
  return {
    name, kind: name, title: '', filter: null, columns: COLUMNS, density: 'auto', text: '',
  }
}

export const REMOTE = builtIn('remote')
export const PLAIN: readonly Screen[] = VIEWS.map(builtIn)

function texts(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.map(text).filter(Boolean) : []
}

function readFilter(raw: unknown): Filter | null {
  if (raw === null || raw === undefined) return null
  const found = sent<wire.FilterStatus>(raw)
  return {
    groups: texts(found.groups), entities: texts(found.entities),
    priorities: texts(found.priorities), statuses: texts(found.statuses),
    assignees: texts(found.assignees),
  }
}

/** One that this panel cannot draw, of a newer daemon, is left out. */
export function readScreens(raw: unknown): readonly Screen[] {
  const found = list(raw).map((each) => sent<wire.ScreenStatus>(each)).flatMap(readScreen)
  return found.length > 0 ? found : PLAIN
}

function readScreen(raw: Loose<wire.ScreenStatus>): Screen[] {
  const kind = KINDS.find((known) => known === raw.kind)
  const name = text(raw.name)
  if (!kind || !name) return []
  const columns = COLUMNS.filter((known) => texts(raw.columns).includes(known))
  const density = raw.density === 'normal' || raw.density === 'dense' ? raw.density : 'auto'
  return [{
    name, kind, title: text(raw.title), filter: readFilter(raw.filter),
    columns: columns.length > 0 ? columns : COLUMNS, density, text: text(raw.text),
  }]
}

/** The screen of a name; null when there is none. `alone`: these screens are all there are. */
export function screenOf(
  name: unknown, screens: readonly Screen[], alone = false,
): Screen | null {
  const known = alone ? [...screens, REMOTE] : [...screens, ...PLAIN, REMOTE]
  return known.find((each) => each.name === name) ?? null
}

// Which tickets

/** A name as it is compared: without case, accents and double blanks. */
function fold(name: string): string {
  const known = folded.get(name)
  if (known !== undefined) return known
  const plain = name.normalize('NFD').replace(/\p{Mn}/gu, '').split(/\s+/).filter(Boolean)
    .join(' ').toLowerCase()
  if (folded.size >= MOST_FOLDED) folded.clear()
  folded.set(name, plain)
  return plain
}

const folded = new Map<string, string>()
const MOST_FOLDED = 5_000

function wordsOf(key: Filtered, row: Ticket): string[] {
  switch (key) {
    case 'groups': return row.groups
    case 'entities': return row.entity ? [row.entity] : []
    case 'priorities': return [row.priority]
    case 'statuses': return [row.status]
    case 'assignees': return row.assignedTo ? [row.assignedTo, ...row.assignedTo.split(',')] : []
  }
}

/** A group or an entity may stand anywhere in its path. */
function fits(key: Filtered, word: string, has: string): boolean {
  if (key === 'priorities' || key === 'statuses') return word === has
  if (key === 'assignees') return fold(word) === fold(has)
  return ` > ${fold(has)} > `.includes(` > ${fold(word)} > `)
}

export function matches(filter: Filter, row: Ticket): boolean {
  return FILTERED.every((key) => filter[key].length === 0
    || wordsOf(key, row).some((has) => filter[key].some((word) => fits(key, word, has))))
}

export interface Shown {
  rows: Ticket[]
  counters: Counters
  /** Those that the filter leaves out. */
  others: Tickets
  /** How many there are with those that the filter leaves out. */
  total: number
  /** Keys of the filter that no ticket has anything for. */
  lacking: Filtered[]
}

/** What a screen shows of the tickets. */
export function select(tickets: Tickets, filter: Filter | null): Shown {
  const total = tickets.rows.length
  const none = { rows: [], counters: count([]) }
  if (!filter) return { ...tickets, others: none, total, lacking: [] }
  const lacking = FILTERED.filter((key) => filter[key].length > 0
    && total > 0 && !tickets.rows.some((row) => wordsOf(key, row).length > 0))
  const rows: Ticket[] = []
  const rest: Ticket[] = []
  for (const row of tickets.rows) (matches(filter, row) ? rows : rest).push(row)
  const others = { rows: rest, counters: count(rest) }
  return { rows, counters: count(rows), others, total, lacking }
}
