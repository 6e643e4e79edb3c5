import { type Fields, text } from './text'
import { type Priority, priority } from './tickets'

/** Alerts on one panel: a plain value and functions that give the next one. Times in ms. */

export type AlertKind = 'critical' | 'new_ticket' | 'project_update'

export interface Alert {
  key: string
  kind: AlertKind
  severity: Priority
  title: string
  entity: string
  assignedTo: string
  arrived: number
  /** When it first stood on the screen; null while it waits for a place. */
  shown: number | null
  /** How often it came. */
  times: number
}

export interface Timing {
  /** A banner stays so long; 0 is for ever. */
  banner: number
  /** A critical alert keeps the screen so long; 0 is for ever. */
  critical: number
}

/** Banners side by side; the others wait and are counted. */
export const BANNERS = 3
/** With others waiting a banner gives way after this long, however long banners usually stay. */
const HURRIED = 6_000

const KINDS = new Map<string, AlertKind>([
  ['critical_alert', 'critical'],
  ['new_ticket_alert', 'new_ticket'],
  ['project_update_alert', 'project_update'],
])
const RANK: Record<Priority, number> = { critical: 0, high: 1, medium: 2, unknown: 3, low: 4 }

let unnamed = 0

/** The alert of a message, null if the message is none. */
export function readAlert(message: Fields, data: Fields, now: number): Alert | null {
  const kind = KINDS.get(text(message['type']))
  if (!kind) return null
  unnamed += 1
  const severity = kind === 'critical' ? 'critical' : priority(data['severity'])
  return {
    key: text(data['id']) || `unnamed-${unnamed}`,
    // What is critical takes the screen, whatever its message is called.
    kind: severity === 'critical' ? 'critical' : kind,
    severity,
    title: text(data['title']),
    entity: text(data['entity']),
    assignedTo: text(data['assignedTo']),
    arrived: now,
    shown: null,
    times: 1,
  }
}

/** Adds one. The same key again is the same alert, renewed; a critical one stays critical. */
export function add(queue: readonly Alert[], alert: Alert): Alert[] {
  const before = queue.find((other) => other.key === alert.key)
  if (!before) return [...queue, alert]
  const worse = RANK[before.severity] < RANK[alert.severity] ? before : alert
  const renewed = {
    ...alert, kind: worse.kind, severity: worse.severity, times: before.times + 1,
  }
  return queue.map((other) => (other === before ? renewed : other))
}

export function remove(queue: readonly Alert[], keys: readonly string[]): Alert[] {
  const gone = new Set(keys)
  return queue.filter((alert) => !gone.has(alert.key))
}

/** Those that take the screen over, oldest first. */
export function criticals(queue: readonly Alert[]): Alert[] {
  return queue.filter((alert) => alert.kind === 'critical')
}

/** The banners that stand, and those that wait: worst first, then in order of arrival. */
export function banners(queue: readonly Alert[]): { standing: Alert[]; waiting: number } {
  const rest = queue.filter((alert) => alert.kind !== 'critical')
  // What stands keeps its place, so that nothing is taken away half read.
  rest.sort((a, b) => Number(b.shown !== null) - Number(a.shown !== null)
    || RANK[a.severity] - RANK[b.severity] || a.arrived - b.arrived)
  const standing = rest.slice(0, BANNERS)
  standing.sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.arrived - b.arrived)
  return { standing, waiting: rest.length - standing.length }
}

/**
 * The queue a moment later: those in sight start their time, those whose time is over leave.
 * While critical alerts cover the banners the banners' time stands still.
 */
export function age(queue: readonly Alert[], now: number, timing: Timing): Alert[] {
  const covered = criticals(queue).length > 0
  const { standing, waiting } = banners(queue)
  const bannerFor = waiting > 0 ? Math.min(timing.banner || HURRIED, HURRIED) : timing.banner
  let changed = false
  const next: Alert[] = []
  for (const alert of queue) {
    const inSight = alert.kind === 'critical' || (!covered && standing.includes(alert))
    const limit = alert.kind === 'critical' ? timing.critical : bannerFor
    if (inSight && alert.shown !== null && limit > 0 && now - alert.shown >= limit) {
      changed = true
    } else if (inSight && alert.shown === null) {
      changed = true
      next.push({ ...alert, shown: now })
    } else {
      next.push(alert)
    }
  }
  return changed ? next : (queue as Alert[])
}
