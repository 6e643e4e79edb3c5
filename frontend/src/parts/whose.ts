import type { Alert } from '../logic/alerts'
import type { Tickets } from '../logic/tickets'

/** Whose is it, and where: from the alert itself, else from the ticket of the same id. */
export function whose(alert: Alert, tickets: Tickets | null) {
  const ticket = alert.kind === 'project_update' ? undefined
    : tickets?.rows.find((row) => row.id === alert.key)
  return {
    known: Boolean(alert.assignedTo || ticket),
    assignedTo: alert.assignedTo || (ticket?.assignedTo ?? ''),
    entity: alert.entity || (ticket?.entity ?? ''),
  }
}
