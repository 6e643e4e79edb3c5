/**
 * Time as helpdesks write it. Every function is total: what cannot be read is null, never NaN.
 * Instants are milliseconds since the epoch; zones are IANA names.
 */

const TIME = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`
const ZONE = String.raw`(Z|[+-]\d\d(?::?\d\d)?Z?)`
const WRITTEN = new RegExp(String.raw`^(\d{4})-(\d\d)-(\d\d)(?:[T ]${TIME}\s*${ZONE}?)?$`, 'i')

const HOUR = 3_600_000
const OFFSETS_KEPT = 5000

interface Written {
  /** The fields read as if they were UTC. */
  face: number
  /** Minutes east of UTC; null: the text names no zone. */
  offset: number | null
  dateOnly: boolean
}

function read(value: unknown): Written | null {
  if (typeof value !== 'string') return null
  const found = WRITTEN.exec(value.trim())
  if (!found) return null
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const [hour = 0, minute = 0, second = 0] = found.slice(4, 7).map((part) => Number(part ?? 0))
  if (year < 1970 || hour > 23 || minute > 59 || second > 60) return null
  const millis = Number(`0.${found[7] ?? '0'}`) * 1000
  const midnight = Date.UTC(year, month - 1, day)
  const back = new Date(midnight)
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null
  const face = midnight + hour * HOUR + minute * 60_000 + second * 1000 + Math.floor(millis)
  return { face, offset: readOffset(found[8]), dateOnly: found[4] === undefined }
}

/** `Z` is 0; `+00:00Z`, which careless servers write, is its offset. */
function readOffset(text: string | undefined): number | null {
  if (text === undefined) return null
  if (text === 'Z' || text === 'z') return 0
  const digits = text.slice(1).replace(/[:Zz]/g, '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return text.startsWith('-') ? -minutes : minutes
}

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

/** Milliseconds that `zone` is ahead of UTC at `instant`; an unknown zone counts as UTC. */
export function zoneOffset(instant: number, zone: string): number {
  const slot = Math.floor(instant / HOUR) * HOUR
  const key = `${zone} ${slot}`
  let offset = offsets.get(key)
  if (offset === undefined) {
    if (offsets.size >= OFFSETS_KEPT) offsets.clear()
    offset = computeOffset(slot, zone)
    offsets.set(key, offset)
  }
  return offset
}

function computeOffset(instant: number, zone: string): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: isZone(zone) ? zone : 'UTC', hourCycle: 'h23', year: 'numeric', month: 'numeric',
      day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
    formats.set(zone, format)
  }
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
}

export function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** The instant a text names, null if unreadable. A text without a zone is wall time of `zone`. */
export function parseTime(value: unknown, zone: string): number | null {
  const written = read(value)
  if (!written) return null
  if (written.offset !== null) return written.face - written.offset * 60_000
  // Twice, because the offset at the face value may not be the one at the instant itself.
  const guess = written.face - zoneOffset(written.face, zone)
  return written.face - zoneOffset(guess, zone)
}

/** Days since 1970-01-01 of the calendar date that `instant` is in `zone`. */
export function localDay(instant: number, zone: string): number {
  return Math.floor((instant + zoneOffset(instant, zone)) / (24 * HOUR))
}

/** Calendar days from today (in `zone`) to a due date: negative is late, null is no date. */
export function daysUntil(due: unknown, now: number, zone: string): number | null {
  const written = read(due)
  if (!written) return null
  const instant = parseTime(due, zone)
  if (instant === null) return null
  // A date without a time is that date everywhere, not midnight in Greenwich.
  const day = written.dateOnly ? Math.floor(written.face / (24 * HOUR)) : localDay(instant, zone)
  return day - localDay(now, zone)
}

/** Whole seconds passed since `since`; null when unknown or further ahead than clocks drift. */
export function secondsSince(since: number | null, now: number): number | null {
  if (since === null) return null
  const seconds = Math.floor((now - since) / 1000)
  if (seconds < -300) return null
  return Math.max(0, seconds)
}

/** `now`, `12 min`, `3 h 05 min`, `2 d 4 h`: short, and the same in all our languages. */
export function elapsed(seconds: number | null, now: string): string {
  if (seconds === null) return '—'
  if (seconds < 60) return now
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `40 min`, `2 h`, `3 d`: the largest unit alone, for a mark on a row. */
export function brief(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`
}

/** `0:42`, `12:05`, `1:00:00`: what is left of a mute or a pause. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  const pad = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
}
