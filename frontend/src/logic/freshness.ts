import type { ViewName } from './screens'
import type { SourceStatus } from './wire'

/** What may be said about the data of one view. Ages in seconds. */
export interface Freshness {
  /** live: current · stale: older than expected · lost: no daemon · none: nothing held yet */
  state: 'live' | 'stale' | 'lost' | 'none' | 'connecting'
  /** Age of the data (stale), or time without the daemon (lost); null when unknown. */
  age: number | null
  /** The source that is to blame, empty when it is not known. */
  source: string
}

export interface Known {
  connected: boolean
  /** Monotonic ms of the last message from the daemon; null: none in this page's life. */
  heard: number | null
  /** Monotonic ms at which the view came, or wall-clock difference already taken into account. */
  held: number | null
  status: SourceStatus | null
}

/** How current a view is at `now` (monotonic ms), which is asked only if it matters. */
export function freshness(view: ViewName, known: Known, now: () => number): Freshness {
  if (!known.connected) {
    const since = known.heard ?? known.held
    if (since === null) return { state: 'connecting', age: null, source: '' }
    return { state: 'lost', age: seconds(now() - since), source: '' }
  }
  const reports = (known.status?.sources ?? []).flatMap((source) => {
    const report = source.views[view]
    return report ? [{ name: source.name, view: report }] : []
  })
  const best = reports.sort((a, b) => Number(a.view.stale) - Number(b.view.stale)
    || (a.view.age ?? Infinity) - (b.view.age ?? Infinity))[0]
  const source = best?.name ?? ''
  if (known.held === null) return { state: 'none', age: null, source }
  if (!best?.view.stale) return { state: 'live', age: null, source }
  const since = seconds(now() - (known.status?.received ?? 0))
  const age = best.view.age === null ? null : best.view.age + since
  return { state: 'stale', age, source }
}

function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000))
}
