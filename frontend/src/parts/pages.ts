import { computed, shallowRef, watch } from 'vue'
import { monotonic } from '../clock'
import { PAGE_FOR, paginate, visible } from '../logic/paging'

/** The page of a list that is on the screen now; it turns by itself. */
export function usePages<T>(
  rows: () => readonly T[], fit: () => number, important: () => number = () => 0,
) {
  const turn = shallowRef(0)
  let turnedAt = performance.now()
  const page = computed(() => paginate(rows().length, fit(), turn.value, important()))
  // The clock is asked only while there is a page to turn to.
  watch(() => (page.value.pages > 1 ? monotonic.value : null), (now, before) => {
    if (now === null) {
      turn.value = 0
    } else if (before === null) {
      turnedAt = now
    } else if (now - turnedAt >= PAGE_FOR) {
      turnedAt = now
      turn.value = page.value.page + 1
    }
  })
  return { page, shown: computed(() => visible(rows(), page.value)) }
}
