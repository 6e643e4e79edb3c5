import { computed } from 'vue'
import { fire } from '../logic/fire'
import { useWall } from '../wall'

/** The critical tickets as the frame words them: how many, and whose. */
export function useFire() {
  const { tickets, locale } = useWall()
  const burning = computed(() => fire(tickets.value))
  const owners = computed(() => (burning.value?.owners ?? []).map(({ name, count }, _, all) => {
    if (!name && all.length === 1) return locale.value.say('unassigned')
    if (!name) return locale.value.say('unassignedCount', { n: count })
    return count > 1 ? `${name} (${locale.value.number(count)})` : name
  }))
  return { burning, owners }
}
