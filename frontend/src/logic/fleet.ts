import type * as wire from './generated'
import { fields, list, type Loose, number, sent, sentList, text } from './text'
import { parseTime, secondsSince } from './times'
import type { Fault } from './wire'

/** Every kiosk on the broker, as this kiosk's page sees them. */

export interface Other {
  id: string
  name: string
  groups: readonly string[]
  online: boolean
  screen: string
  /** Null: unknown, or its display is off. */
  proved: boolean | null
  version: string
  /** Seconds since its oldest view was confirmed, as far as it told; null: it has none. */
  oldest: number | null
  alerts: number
  faults: readonly Fault[]
  /** The mark of the file that the fleet pushed over its own; empty: none. */
  file: string
  /** False: its own contradicts it, and is in force alone. */
  fits: boolean
  /** Seconds since it last spoke, by its clock and ours; null: nobody can say. */
  ago: number | null
}

export interface Fleet {
  state: string
  /** What is wrong with the link; null: nothing. */
  fault: Fault | null
  kiosks: readonly Other[]
  language: string
  timeZone: string
  name: string
}

export type Orders = Partial<wire.Order> & Pick<wire.Order, 'command'>

export interface Outcome { kiosk: string; ok: boolean; away: boolean; said: string }

export function readFleet(body: Loose<wire.FleetStatus>): Fleet {
  const now = parseTime(body.timestamp, 'UTC')
  const fault = sent<wire.FaultStatus>(body.fault)
  const code = text(fault.code)
  return {
    state: text(body.state),
    fault: code === '' ? null : {
      part: 'mqtt', code, message: text(fault.message), about: text(fields(fault.params)['place']),
    },
    kiosks: sentList<wire.Seen>(body.kiosks).map((raw) => readOther(raw, now)),
    language: text(body.language), timeZone: text(body.timeZone), name: text(body.name),
  }
}

function readOther(raw: Loose<wire.Seen>, now: number | null): Other {
  const told = sent<wire.Told>(raw.told)
  const spoke = parseTime(told.timestamp, 'UTC')
  const ago = now === null ? null : secondsSince(spoke, now)
  const oldest = number(told.oldest)
  return {
    id: text(raw.kiosk), name: text(told.name), online: raw.online === true,
    groups: Array.isArray(told.groups) ? told.groups.map(text).filter(Boolean) : [],
    screen: text(raw.screen), proved: typeof raw.proved === 'boolean' ? raw.proved : null,
    version: text(told.version),
    oldest: oldest === null ? null : oldest + (ago ?? 0), // it went on growing since
    alerts: number(told.activeAlerts) ?? 0,
    faults: list(told.faults).map((fault) => ({
      part: text(fault['part']), code: text(fault['code']), message: text(fault['message']),
      about: text(fault['about']),
    })),
    file: text(told.file), fits: told.fileFits !== false,
    ago,
  }
}

/** Whether somebody should look at it. */
export function troubled(kiosk: Other): boolean {
  return !kiosk.online || kiosk.proved === false || !kiosk.fits || kiosk.faults.length > 0
}

/** `refused`: this browser may not; `away`: the kiosk does not answer. */
export async function look(
  fetch: typeof window.fetch,
): Promise<Fleet | 'refused' | 'away'> {
  try {
    const answer = await fetch('/api/fleet')
    if (answer.status === 401 || answer.status === 403) return 'refused'
    return answer.ok ? readFleet(sent<wire.FleetStatus>(await answer.json())) : 'away'
  } catch {
    return 'away'
  }
}

/** What became of an order at each kiosk; a text: why it was not given. */
export async function give(
  order: Orders, fetch: typeof window.fetch,
): Promise<Outcome[] | string> {
  try {
    const answer = await fetch('/api/fleet', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(order),
    })
    if (!answer.ok) return text(await answer.text())
    return sentList<wire.Outcome>(fields(await answer.json())['outcomes']).map((raw) => ({
      kiosk: text(raw.kiosk), ok: raw.ok === true, away: raw.away === true, said: text(raw.said),
    }))
  } catch {
    return ''
  }
}
