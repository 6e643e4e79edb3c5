import { describe, expect, test } from 'vitest'
import { many, paginate, span, visible } from '../src/logic/paging'

const rows = (n: number) => Array.from({ length: n }, (_, i) => i)

describe('pages', () => {
  test('what fits is one page', () => {
    expect(span(paginate(9, 12, 5))).toBe('1–9')
    expect(paginate(9, 12, 5).pages).toBe(1)
  })

  test('what does not fit is turned to', () => {
    expect(span(paginate(60, 12, 0))).toBe('1–12')
    expect(span(paginate(60, 12, 4))).toBe('49–60')
    expect(span(paginate(60, 12, 5))).toBe('1–12')
    expect(span(paginate(13, 12, 1))).toBe('13')
  })

  test('nothing has no span', () => expect(span(paginate(0, 12, 3))).toBe(''))

  test('critical rows stay on every page', () => {
    const page = paginate(60, 12, 1, 3)
    expect(visible(rows(60), page)).toEqual([0, 1, 2, 12, 13, 14, 15, 16, 17, 18, 19, 20])
    expect(span(page)).toBe('1–3 · 13–21')
    expect(span(paginate(60, 12, 0, 3))).toBe('1–12')
  })

  test('they never take more than half, so the others still get their turn', () => {
    expect(paginate(60, 12, 0, 50).pinned).toBe(6)
  })

  test('every row is on some page, whatever the numbers', () => {
    for (const total of [0, 1, 2, 7, 60, 61, 200]) {
      for (const fit of [0, 1, 2, 3, 12]) {
        for (const important of [0, 1, 5, 100]) {
          const seen = new Set<number>()
          const { pages } = paginate(total, fit, 0, important)
          for (let turn = 0; turn < pages; turn += 1) {
            const page = paginate(total, fit, turn, important)
            const shown = visible(rows(total), page)
            expect(shown.length).toBeLessThanOrEqual(Math.max(1, fit))
            for (const row of shown) seen.add(row)
          }
          expect(seen.size).toBe(total)
        }
      }
    }
  })
})

test('as many stand in a room as fit with their gaps, and never none', () => {
  expect(many(10, 3, 1)).toBe(2)
  expect(many(11, 3, 1)).toBe(3)
  expect(many(10.995, 3, 1)).toBe(3) // a fraction of a pixel short
  expect(many(0, 3, 1)).toBe(1)
})
