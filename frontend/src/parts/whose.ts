import type { Alert } from '../logic/alerts'
import type { Tickets } from '../logic/tickets'

/** Whose is it, and where: from its ticket, which is newer, else from the alert itself. */
export function whose(alert: Alert, tickets: Tickets | null) {
  const ticket = alert.kind === 'project_update' || !alert.ticket ? undefined
    : tickets?.rows.find((row) => row.id === alert.id)
  return {
    known: Boolean(alert.assignedTo || ticket),
    assignedTo: ticket ? ticket.assignedTo : alert.assignedTo,
    entity: ticket?.entity || alert.entity,
  }
}
