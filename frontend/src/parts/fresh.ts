import { computed } from 'vue'
import { monotonic } from '../clock'
import { freshness } from '../logic/freshness'
import { type ViewName, viewOf } from '../logic/screens'
import { useWall } from '../wall'
import type { IconName } from './Icon.vue'

const LOOK: Record<string, { icon: IconName; look: string }> = {
  live: { icon: 'live', look: 'good' },
  stale: { icon: 'warning', look: 'warn' },
  lost: { icon: 'unplugged', look: 'bad' },
  none: { icon: 'warning', look: 'warn' },
  connecting: { icon: 'unplugged', look: 'warn' },
}

/** What the frame says about the data on the screen now. */
export function useFreshness() {
  const { connected, heard, held, sources, shown, locale } = useWall()

  function of(view: ViewName) {
    return freshness(view, {
      connected: connected.value, heard: heard.value, held: held.value[view] ?? null,
      status: sources.value,
    }, () => monotonic.value)
  }

  const state = computed(() => {
    const view = viewOf(shown.value.kind)
    if (view) return of(view)
    const any = { ...of('tickets') }
    return connected.value ? { ...any, state: 'live' as const } : any
  })

  const words = computed(() => {
    const { say, ago } = locale.value
    const { state: name, age } = state.value
    switch (name) {
      case 'live': return say('live')
      case 'connecting': return say('connecting')
      case 'none': return say('noData')
      case 'lost': return age === null || age < 5 ? say('lostNow') : say('lost', { ago: ago(age) })
      case 'stale': return age === null ? say('staleUnknown') : say('stale', { ago: ago(age) })
    }
    return ''
  })

  return {
    state,
    words,
    icon: computed(() => LOOK[state.value.state]?.icon ?? 'live'),
    look: computed(() => LOOK[state.value.state]?.look ?? 'good'),
    dimmed: computed(() => state.value.state === 'lost' || state.value.state === 'stale'),
  }
}
