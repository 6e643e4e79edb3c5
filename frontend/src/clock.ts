import { shallowRef } from 'vue'

/** The panel's only timer: a tick at the start of every second. */

/** Wall clock, ms since the epoch, for what shows seconds. */
export const second = shallowRef(Date.now())
/** The same, moved on every quarter of a minute: enough for "12 min", and almost free. */
export const quarter = shallowRef(Date.now())
/** Monotonic ms, moved on with `second`. */
export const monotonic = shallowRef(performance.now())

/** Seconds since a monotonic instant; a message may be a little newer than the last tick. */
export function secondsPast(since: number): number {
  return Math.max(0, monotonic.value - since) / 1000
}

const QUARTER = 15_000

export function startClock(onTick: () => void): void {
  const tick = () => {
    const now = Date.now()
    if (Math.floor(now / QUARTER) !== Math.floor(quarter.value / QUARTER)) quarter.value = now
    second.value = now
    monotonic.value = performance.now()
    onTick()
    setTimeout(tick, 1005 - (Date.now() % 1000))
  }
  tick()
}
