import { type Fields, fields, list, number, text, textOf } from './text'
import { type Priority, priority } from './tickets'
import { parseTime } from './times'

export interface Kpis {
  openTickets: number | null
  /** As the source words it: `2h 30m`. */
  avgResponseTime: string
  /** Percent. */
  resolutionRate: number | null
  /** Percent. */
  customerSatisfaction: number | null
  surveyCount: number | null
}

export interface Person {
  id: string
  name: string
  specialization: string
  /** null: the source does not say. */
  available: boolean | null
  assignedCount: number | null
}

export interface Activity {
  id: string
  at: number | null
  description: string
  type: string
  severity: Priority
  /** The word as it came, for a severity nobody knows. */
  severityWord: string
}

export interface Dashboard {
  kpis: Kpis
  technicians: Person[]
  analysts: Person[]
  recentActivity: Activity[]
}

const ACTIVITIES_KEPT = 50

function person(raw: Fields): Person {
  const available = raw['available']
  return {
    id: text(raw['id']),
    name: textOf(raw, 'name'),
    specialization: text(raw['specialization']),
    available: typeof available === 'boolean' ? available : null,
    assignedCount: number(raw['assignedCount']),
  }
}

function activity(raw: Fields, zone: string): Activity {
  return {
    id: text(raw['id']),
    at: parseTime(raw['timestamp'], zone),
    description: text(raw['description']),
    type: text(raw['type']),
    severity: priority(raw['severity']),
    severityWord: text(raw['severity']),
  }
}

export function readDashboard(message: Fields, zone: string): Dashboard {
  const kpis = fields(message['kpis'])
  const activities = list(message['recentActivity']).slice(0, ACTIVITIES_KEPT)
    .map((raw) => activity(raw, zone))
  activities.sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
  return {
    kpis: {
      openTickets: number(kpis['openTickets']),
      avgResponseTime: text(kpis['avgResponseTime']),
      resolutionRate: number(kpis['resolutionRate']),
      customerSatisfaction: number(kpis['customerSatisfaction']),
      surveyCount: number(kpis['surveyCount']),
    },
    technicians: list(message['technicians']).map(person),
    analysts: list(message['analysts']).map(person),
    recentActivity: activities,
  }
}
