import { computed } from 'vue'
import { type Filtered, select } from '../logic/screens'
import type { Key } from '../words/locale'
import { useWall } from '../wall'

/** What each key of a filter is called. */
export const FILTER_WORDS: Record<Filtered, Key> = {
  groups: 'group', entities: 'entity', priorities: 'priority', statuses: 'status',
  assignees: 'assignedTo',
}

/** The tickets of the screen that is shown now: one parse, whatever is filtered. */
export function useShown() {
  const { tickets, shown: screen } = useWall()
  const shown = computed(() =>
    (tickets.value ? select(tickets.value, screen.value.filter) : null))
  /** Null where nobody can say what the filter would keep. */
  const counters = computed(() =>
    (shown.value && shown.value.lacking.length === 0 ? shown.value.counters : null))
  return { shown, counters }
}
