import type * as wire from './generated'
import { type Loose, number, sent, sentList, text } from './text'
import { type Priority, priority } from './tickets'
import { type SourceFault, readFault } from './wire'

/**
 * The alerts as the daemon holds them. It alone decides what stands, for how long and who saw to
 * it, so that two panels can never differ. Times in ms of the monotonic clock.
 */

export type AlertKind = 'critical' | 'new_ticket' | 'project_update'
export type AlertState = 'active' | 'snoozed' | 'acknowledged' | 'resolved' | 'expired'

export interface Alert {
  /** Of this life of the alert, and of no other. */
  number: number
  id: string
  kind: AlertKind
  /** Its id is a helpdesk's; else a program's own, which may be the same as a ticket's. */
  ticket: boolean
  severity: Priority
  title: string
  description: string
  source: string
  entity: string
  assignedTo: string
  link: string
  state: AlertState
  raised: number
  /** How often it came and went. */
  times: number
  /** A banner that is to be seen now; the others wait. */
  standing: boolean
  /** False: the room was muted or quiet ever since. */
  heard: boolean
  /** Who acknowledged or snoozed it: a kind and a name, either may be empty. */
  by: { kind: string; name: string }
  /** Wall clock, ms since the epoch; null: the daemon had no clock. */
  byAt: number | null
  /** When a snooze ends. */
  until: number | null
  escalated: boolean
  escalation: string
  /** Whether its source was told: `sent`, `waiting`, `failed`, or empty. */
  upstream: string
  /** Why not: as a fault with words in every language, else in the daemon's own. */
  upstreamFault: SourceFault | null
  upstreamDetail: string
}

export interface ActiveAlerts {
  /** How many are active, and more than the list has after a flood. */
  total: number
  /** The active ones, oldest first, and those somebody took a moment ago. */
  alerts: readonly Alert[]
}

export const NONE: ActiveAlerts = { total: 0, alerts: [] }

const KINDS = new Map<string, AlertKind>([
  ['critical_alert', 'critical'],
  ['new_ticket_alert', 'new_ticket'],
  ['project_update_alert', 'project_update'],
])
const STATES = ['active', 'snoozed', 'acknowledged', 'resolved', 'expired'] as const
const RANK: Record<Priority, number> = { critical: 0, high: 1, medium: 2, unknown: 3, low: 4 }

/** Whether a message is one of the guide's alerts, which are events and nothing more here. */
export function isAlert(type: unknown): boolean {
  return KINDS.has(text(type))
}

export function readActiveAlerts(
  message: Loose<wire.ActiveAlertsStatus>, now: number,
): ActiveAlerts {
  const alerts = readAlerts(message, now)
  const standing = alerts.filter(isActive).length
  return { total: Math.max(standing, number(message.total) ?? 0), alerts }
}

/** The alerts of `active_alerts`, or of the history. */
export function readAlerts(message: Loose<wire.AlertHistory>, now: number): Alert[] {
  return sentList<wire.AlertStatus>(message.alerts).map((raw) => {
    const by = sent<wire.Actor>(raw.by)
    const left = number(raw.snoozedFor)
    const at = Date.parse(text(raw.byAt))
    return {
      number: number(raw.number) ?? 0,
      id: text(raw.id),
      kind: KINDS.get(text(raw.kind)) ?? 'new_ticket',
      ticket: raw.ticket !== false,
      severity: priority(raw.severity),
      title: text(raw.title),
      description: text(raw.description),
      source: text(raw.source),
      entity: text(raw.entity),
      assignedTo: text(raw.assignedTo),
      link: text(raw.link),
      state: STATES.find((state) => state === raw.state) ?? 'active',
      raised: now - (number(raw.age) ?? 0) * 1000,
      times: number(raw.count) ?? 1,
      standing: raw.standing === true,
      heard: raw.heard !== false,
      by: { kind: text(by.kind), name: text(by.name), kiosk: text(by.kiosk) },
      byAt: Number.isNaN(at) ? null : at,
      until: left === null ? null : now + left * 1000,
      escalated: typeof raw.escalated === 'string',
      escalation: text(raw.escalation),
      upstream: text(raw.upstream),
      upstreamFault: readFault(raw.upstreamFault),
      upstreamDetail: text(raw.upstreamDetail),
    }
  })
}

/** Raised, and not seen to: it calls, or it is snoozed. */
export function isActive(alert: Alert): boolean {
  return alert.state === 'active' || alert.state === 'snoozed'
}

/** Those that take the screen over, oldest first. */
export function criticals({ alerts }: ActiveAlerts): Alert[] {
  return alerts.filter((alert) => alert.severity === 'critical' && alert.state === 'active')
}

/** Those that call: neither seen to nor put off. */
export function calling({ alerts }: ActiveAlerts): Alert[] {
  return alerts.filter((alert) => alert.state === 'active')
}

export function snoozed({ alerts }: ActiveAlerts): Alert[] {
  return alerts.filter((alert) => alert.state === 'snoozed')
}

/** The active ones, the worst first, of each severity the oldest. */
export function worstFirst({ alerts }: ActiveAlerts): Alert[] {
  return alerts.filter(isActive)
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.number - b.number)
}

/** Those that somebody took a moment ago, the latest first. */
export function taken({ alerts }: ActiveAlerts): Alert[] {
  return alerts.filter((alert) => alert.state === 'acknowledged').reverse()
}

/** The banners that stand, the worst first, and how many wait. */
export function banners(active: ActiveAlerts): { standing: Alert[]; waiting: number } {
  const lesser = worstFirst(active).filter(
    (alert) => alert.severity !== 'critical' && alert.state === 'active')
  const standing = lesser.filter((alert) => alert.standing)
  return { standing, waiting: lesser.length - standing.length }
}

/** Without those that were answered on this page, until the daemon says the same. */
export function without(active: ActiveAlerts, answered: ReadonlySet<number>): ActiveAlerts {
  const gone = active.alerts.filter((a) => isActive(a) && answered.has(a.number)).length
  if (gone === 0) return active
  return {
    total: active.total - gone,
    alerts: active.alerts.filter((a) => !isActive(a) || !answered.has(a.number)),
  }
}
