import { computed, watchEffect } from 'vue'
import { banners, criticals } from '../logic/alerts'
import type { Wall } from '../wall'

declare global {
  interface Window {
    /** The page that may cover this panel now; empty: none. `kioskd/browser/pages.py` reads it. */
    kioskdPage?: string
    /** Given by the browser's own process: it looks at once. */
    kioskdWoken?: (said: string) => void
  }
}

/** The page that may cover the panel; empty: none, as always while something calls. */
export function pageBefore(wall: Wall, covered: boolean): string {
  const { kind, name } = wall.shown.value
  if (kind !== 'page' || covered || !wall.connected.value || wall.pairing.value) return ''
  const active = wall.active.value
  return criticals(active).length > 0 || banners(active).standing.length > 0 ? '' : name
}

/** Tells it to the browser's own process. */
export function usePage(wall: Wall, covered: () => boolean): void {
  const page = computed(() => pageBefore(wall, covered()))
  watchEffect(() => {
    window.kioskdPage = page.value
    window.kioskdWoken?.('')
  }, { flush: 'sync' })
}
