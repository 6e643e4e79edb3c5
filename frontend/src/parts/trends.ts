import { computed } from 'vue'
import { quarter } from '../clock'
import { change, type Figure, usable } from '../logic/trends'
import { useWall } from '../wall'
import { useFreshness } from './fresh'

/** What may be said now of how a figure was; the time is asked four times a minute. */
export function useTrends() {
  const { trends, connected, locale } = useWall()
  const { state } = useFreshness()
  const now = computed(() => quarter.value && performance.now())
  /** Null as well where nothing was seen yet, so that nothing needs room. */
  const past = computed(() => {
    const known = usable(trends.value, connected.value, now.value)
    return state.value.state === 'live' && known?.since ? known : null
  })

  /** `+3`, `+3 em 24 h`; null where nobody knows what was at this hour yesterday. */
  function told(figure: Figure, value: number | null, unit = '') {
    const by = change(figure, past.value?.figures[figure], value)
    if (by === null) return null
    if (by === 0) return { short: '=', full: locale.value.say('unchanged') }
    const signed = `${by > 0 ? '+' : '−'}${locale.value.number(Math.abs(by))}${unit}`
    return { short: signed, full: locale.value.say('changed', { change: signed }) }
  }

  function points(figure: Figure): readonly (number | null)[] {
    return past.value?.figures[figure]?.points ?? []
  }

  return { past, told, points }
}
