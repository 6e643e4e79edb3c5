import { type Fields, list, number, text, textOf } from './text'
import { daysUntil } from './times'

export interface Project {
  id: string
  name: string
  responsible: string
  status: string
  completed: number | null
  inProgress: number | null
  pending: number | null
  /** 0–100, null when unknown. */
  progress: number | null
  /** As written; `daysUntil` reads it. */
  dueDate: string
}

function project(raw: Fields): Project {
  const progress = number(raw['progress'])
  return {
    id: text(raw['id']),
    name: textOf(raw, 'name'),
    responsible: textOf(raw, 'responsible'),
    status: text(raw['status']),
    completed: number(raw['completed']),
    inProgress: number(raw['inProgress']),
    pending: number(raw['pending']),
    progress: progress === null ? null : Math.round(Math.min(100, Math.max(0, progress))),
    dueDate: text(raw['dueDate']),
  }
}

/** What is due first stands first, the late before all; finished and undated ones come last. */
export function readProjects(message: Fields, now: number, zone: string): Project[] {
  const ranked = list(message['data']).map(project).map((item) => {
    const days = daysUntil(item.dueDate, now, zone)
    return { item, rank: item.progress === 100 ? Infinity : days ?? 1e6 }
  })
  ranked.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
  return ranked.map(({ item }) => item)
}

export type Due =
  | { state: 'late' | 'soon' | 'later'; days: number }
  | { state: 'today' | 'none' | 'done' }

/** What a card says about the due date; within a week is soon. */
export function due(item: Project, now: number, zone: string): Due {
  if (item.progress === 100) return { state: 'done' }
  const days = daysUntil(item.dueDate, now, zone)
  if (days === null) return { state: 'none' }
  if (days === 0) return { state: 'today' }
  if (days < 0) return { state: 'late', days: -days }
  return { state: days <= 7 ? 'soon' : 'later', days }
}
