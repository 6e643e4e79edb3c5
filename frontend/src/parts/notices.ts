import { computed } from 'vue'
import { monotonic } from '../clock'
import type { Notice } from '../logic/wire'
import { useWall } from '../wall'

/** How long one of several notices stays, in milliseconds. */
const EACH = 8_000

/** The notice of one look that is to be seen now; several take turns. */
export function useNotice(look: Notice['look']) {
  const { kiosk } = useWall()
  const shown = computed(() =>
    (kiosk.value?.notices ?? []).filter((notice) => notice.shown && notice.look === look))
  // The clock is asked only while there are several.
  const at = computed(() => (shown.value.length > 1
    ? Math.floor(monotonic.value / EACH) % shown.value.length : 0))
  return { shown, at, notice: computed(() => shown.value[at.value] ?? null) }
}
