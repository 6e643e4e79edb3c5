import type * as wire from './generated'
import { fields, list, number, sent, sentList, text } from './text'
import type { Ticket } from './tickets'
import { parseTime } from './times'

/** What the daemon saw of the figures, and what of it is drawn. What is not known is null. */

export type Figure = keyof wire.FigureTrends
type Known = number | null

export interface FigureTrend {
  /** The last 24 hours by half hours; the last is now. */
  points: readonly Known[]
  yesterday: Known
  latest: Known
}

export interface TrendDay {
  /** `2026-11-27`, in the kiosk's zone. */
  day: string
  opened: Known
  closed: Known
  /** False: kioskd did not see all of it. */
  whole: boolean
}

export interface Trends {
  /** Monotonic ms at which the message came. */
  received: number
  recording: boolean
  /** Ms since the epoch; null: nothing is known yet. */
  since: number | null
  figures: Partial<Record<Figure, FigureTrend>>
  days: readonly TrendDay[]
  /** Hour by hour, from the first of the days on until now. */
  backlog: readonly Known[]
  /** How many are opened in each hour of the day, and of how many days that is the mean. */
  hours: readonly { opened: Known; days: number }[]
}

function numbers(raw: unknown): Known[] {
  return Array.isArray(raw) ? raw.map(number) : []
}

export function readTrends(raw: unknown, now: number): Trends {
  const found = sent<wire.TrendsStatus>(raw)
  const figures = Object.entries(fields(found.figures)).flatMap(([name, each]) => {
    if (each === null) return []
    const { points, yesterday, latest } = sent<wire.FigureTrend>(each)
    return [[name, {
      points: numbers(points), yesterday: number(yesterday), latest: number(latest),
    }] as const]
  })
  return {
    received: now,
    recording: found.recording === true,
    since: parseTime(found.since, 'UTC'),
    figures: Object.fromEntries(figures),
    days: sentList<wire.TrendDay>(found.days).map((day) => ({
      day: text(day.day), opened: number(day.opened), closed: number(day.closed),
      whole: day.whole === true,
    })),
    backlog: numbers(found.backlog),
    hours: list(found.hours).map((raw) => {
      const { opened, days } = sent<wire.TrendHour>(raw)
      return { opened: number(opened), days: number(days) ?? 0 }
    }),
  }
}

/** What came so long ago says nothing of this hour yesterday any more. */
const OLD = 15 * 60_000

/** What may be said of the past at `now` (monotonic ms): nothing while the daemon is away. */
export function usable(trends: Trends | null, connected: boolean, now: number): Trends | null {
  return trends?.recording && connected && now - trends.received < OLD ? trends : null
}

/**
 * How much more a figure is than at this hour yesterday, to one digit, a time span in whole
 * minutes; null where nobody knows.
 */
export function change(figure: Figure, trend: FigureTrend | undefined, value: Known): Known {
  if (value === null || !trend || trend.yesterday === null) return null
  const by = value - trend.yesterday
  // Not -0, which would be written as one.
  return (figure === 'avgResponseTime' ? Math.round(by / 60) : Math.round(by * 10) / 10) + 0
}

// To be drawn, on a field that is 1000 wide and 1000 high and starts at zero

const SIZE = 1000

/** The top of an axis from zero, and the figures beside it: round ones, three or four. */
export function axis(values: readonly Known[], whole = true): { top: number; ticks: number[] } {
  const most = Math.max(0, ...values.map((value) => value ?? 0))
  if (most === 0) return { top: 1, ticks: whole ? [0, 1] : [0] }
  const decade = 10 ** Math.floor(Math.log10(most / 3))
  const fitting = [1, 2, 5, 10].map((times) => times * decade).find((each) => most / each <= 3)
  const step = Math.max(whole ? 1 : 0, fitting ?? most)
  const steps = Math.ceil(most / step - 1e-9)
  const ticks = Array.from({ length: steps + 1 }, (_, n) => Number((n * step).toPrecision(6)))
  return { top: ticks.at(-1) ?? 1, ticks }
}

/** From where to where the values are known, or are not: from..to (exclusive). */
export function stretches(values: readonly Known[], known: boolean): [number, number][] {
  const found: [number, number][] = []
  values.forEach((value, at) => {
    if ((value !== null) !== known) return
    const last = found.at(-1)
    if (last?.[1] === at) last[1] = at + 1
    else found.push([at, at + 1])
  })
  return found
}

/** A line through what is known and the ground below it; where nothing is, it is broken. */
export function drawn(values: readonly Known[], top: number): { line: string; ground: string } {
  const place = (at: number) => Math.round(((at + 0.5) / values.length) * SIZE)
  const high = (value: Known) => Math.round(SIZE - ((value ?? 0) / top) * SIZE)
  const parts = stretches(values, true).map(([from, to]) => {
    const points = values.slice(from, to)
      .map((value, n) => `${place(from + n)} ${high(value)}`)
    // A line to itself is a dot.
    return { from, to, line: points.length > 1 ? points.join('L') : `${points[0]}L${points[0]}` }
  })
  return {
    line: parts.map(({ line }) => `M${line}`).join(''),
    ground: parts.filter(({ from, to }) => to - from > 1).map(({ from, to, line }) =>
      `M${place(from)} ${SIZE}L${line}L${place(to - 1)} ${SIZE}Z`).join(''),
  }
}

/** What is open, by its age. */

export const AGES = ['ageDay', 'ageThree', 'ageWeek', 'ageOlder'] as const
const DAY = 86_400_000
const UNTIL = [DAY, 3 * DAY, 7 * DAY, Infinity]
const OVER = new Set(['solved', 'closed', 'done', 'cancelled'])

export function openOnes(rows: readonly Ticket[]): Ticket[] {
  return rows.filter(({ status }) => !OVER.has(status))
}

export interface Ages {
  counts: number[]
  /** Of which nobody knows it. */
  unknown: number
  /** Seconds; null: no ticket says it. */
  oldest: number | null
}

export function ages(rows: readonly Ticket[], now: number): Ages {
  const counts = AGES.map(() => 0)
  let oldest: number | null = null
  let unknown = 0
  for (const { createdAt } of openOnes(rows)) {
    if (createdAt === null) {
      unknown += 1
      continue
    }
    const age = Math.max(0, now - createdAt)
    const at = UNTIL.findIndex((until) => age < until)
    counts[at] = (counts[at] ?? 0) + 1
    oldest = Math.max(oldest ?? 0, Math.floor(age / 1000))
  }
  return { counts, unknown, oldest }
}

export interface Load {
  people: { name: string; count: number }[]
  nobody: number
}

/** Who carries how many of the open tickets, the most first; one of two people counts for both. */
export function load(rows: readonly Ticket[]): Load {
  const counts = new Map<string, number>()
  let nobody = 0
  for (const { assignedTo } of openOnes(rows)) {
    const names = new Set(assignedTo.split(',').map((name) => name.trim()).filter(Boolean))
    if (names.size === 0) nobody += 1
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const people = [...counts].map(([name, count]) => ({ name, count }))
  people.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
  return { people, nobody }
}
