/** Which part of a list a page shows. Rows that do not fit are turned to, never lost. */

/** How long a page stays before the next one, in milliseconds. */
export const PAGE_FOR = 12_000

export interface Page {
  /** Rows kept in sight on every page: 0..pinned. */
  pinned: number
  /** The turning part: from..to (exclusive), after the pinned rows. */
  from: number
  to: number
  page: number
  pages: number
  total: number
}

/**
 * Page `turn` (any whole number, taken modulo the pages) of `total` rows where `fit` fit.
 * The first `important` rows stay on every page, but never take more than half of it.
 */
export function paginate(total: number, fit: number, turn: number, important = 0): Page {
  const room = Math.max(1, Math.floor(fit))
  if (total <= room) return { pinned: 0, from: 0, to: total, page: 0, pages: 1, total }
  const pinned = Math.min(important, Math.floor(room / 2))
  const turning = room - pinned
  const pages = Math.ceil((total - pinned) / turning)
  const page = ((turn % pages) + pages) % pages
  const from = pinned + page * turning
  return { pinned, from, to: Math.min(total, from + turning), page, pages, total }
}

export function visible<T>(rows: readonly T[], page: Page): T[] {
  return [...rows.slice(0, page.pinned), ...rows.slice(page.from, page.to)]
}

/** How many items of at least `size` and with `gap` between them stand in `room`: one or more. */
export function many(room: number, size: number, gap: number): number {
  return Math.max(1, Math.floor((room + gap + 0.01) / (size + gap)))
}

/** `1–12`, or `1–3 · 16–24` when pinned rows and the page do not touch; empty without rows. */
export function span(page: Page): string {
  if (page.total === 0) return ''
  const range = (from: number, to: number) => (to - from > 1 ? `${from + 1}–${to}` : `${to}`)
  if (page.pinned === 0) return range(page.from, page.to)
  if (page.from === page.pinned) return range(0, page.to)
  return `${range(0, page.pinned)} · ${range(page.from, page.to)}`
}

/** Which `fit` of `total` things in a row stand around the one at `here`: from..to (exclusive). */
export function around(total: number, fit: number, here: number): { from: number; to: number } {
  const room = Math.max(1, Math.min(total, Math.floor(fit)))
  const from = Math.max(0, Math.min(total - room, here - Math.floor(room / 2)))
  return { from, to: from + room }
}
