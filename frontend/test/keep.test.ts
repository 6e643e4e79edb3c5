import { describe, expect, test } from 'vitest'
import { panelId, store } from '../src/logic/keep'
import names from './names.json'

class Memory {
  private readonly held = new Map<string, string>()
  getItem(key: string) { return this.held.get(key) ?? null }
  setItem(key: string, value: string) { this.held.set(key, value) }
}

const working = () => {
  const memory = new Memory()
  return store(() => memory as unknown as Storage)
}
const broken = () => store(() => { throw new DOMException('denied', 'SecurityError') })
const query = (text = '') => new URLSearchParams(text)

describe('the id of a panel', () => {
  test('is the one in the address, whichever of its two names it has', () => {
    for (const name of ['id', 'clientId']) {
      expect(panelId(query(`${name}=Kiosk-X`), working(), { name: '' }, 'Panel', Math.random))
        .toBe('Kiosk-X')
    }
  })

  test.each(names.filter(({ cleaned }) => cleaned))(
    'is what the daemon made of $written, unchanged', ({ cleaned }) => {
      const given = new URLSearchParams({ id: cleaned })
      expect(panelId(given, working(), { name: '' }, 'Panel', Math.random)).toBe(cleaned)
    })

  test('is made once and then kept', () => {
    const kept = working()
    const first = panelId(query(), kept, { name: '' }, 'Panel', Math.random)
    expect(first).toMatch(/^Panel-[2-9A-Z]{5}$/)
    expect(panelId(query(), kept, { name: '' }, 'Panel', Math.random)).toBe(first)
  })

  test('outlives a reload in the name of the window when the storage throws', () => {
    const named = { name: '' }
    const first = panelId(query(), broken(), named, 'Panel', Math.random)
    expect(panelId(query(), broken(), named, 'Panel', Math.random)).toBe(first)
  })

  test('of a phone is not the one of a wall in the same browser', () => {
    const kept = working()
    const named = { name: '' }
    panelId(query(), kept, named, 'Panel', Math.random)
    expect(panelId(query(), kept, named, 'Phone', Math.random)).toMatch(/^Phone-/)
  })
})

test('a storage that throws is a storage that holds nothing', () => {
  const kept = broken()
  kept.set('a', 'b')
  expect(kept.get('a')).toBeNull()
})
