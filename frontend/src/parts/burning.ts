import { computed } from 'vue'
import { fire } from '../logic/fire'
import type { Tickets } from '../logic/tickets'
import { useWall } from '../wall'

/** The critical tickets as the frame words them: how many, and whose. */
export function useFire(of: () => Tickets | null) {
  const { locale } = useWall()
  const burning = computed(() => fire(of()))
  const owners = computed(() => (burning.value?.owners ?? []).map(({ name, count }, _, all) => {
    if (!name && all.length === 1) return locale.value.say('unassigned')
    if (!name) return locale.value.say('unassignedCount', { n: count })
    return count > 1 ? `${name} (${locale.value.number(count)})` : name
  }))
  return { burning, owners }
}
