import { describe, expect, test } from 'vitest'
import { accentOf, contrast, isLight, type Look, parse, readLook } from '../src/logic/look'

const look = (more: Partial<Look> = {}): Look =>
  ({ theme: 'auto', lightFrom: '07:00', lightTo: '18:00', accent: '', ...more })
const at = (time: string) => Date.parse(`2026-11-27T${time}:00-03:00`)
const ROOM = 'America/Sao_Paulo'

describe('a panel', () => {
  test.each([
    ['06:59', false], ['07:00', true], ['12:00', true], ['17:59', true], ['18:00', false],
    ['23:30', false],
  ])('that goes by the hours is at %s in its own zone light: %s', (time, light) => {
    expect(isLight(look(), at(time), ROOM)).toBe(light)
  })

  test.each([['23:00', true], ['03:00', true], ['06:00', false], ['12:00', false]])(
    'whose day goes over midnight is at %s light: %s', (time, light) => {
      expect(isLight(look({ lightFrom: '22:00', lightTo: '06:00' }), at(time), ROOM)).toBe(light)
    })

  test('is dark while nobody knows the time, and as it was told otherwise', () => {
    expect(isLight(look(), Date.parse('1970-01-01T12:00:00Z'), ROOM)).toBe(false)
    expect(isLight(look({ theme: 'light' }), at('23:00'), ROOM)).toBe(true)
    expect(isLight(look({ theme: 'dark' }), at('12:00'), ROOM)).toBe(false)
    expect(isLight(look({ lightFrom: 'x', lightTo: '' }), at('12:00'), ROOM)).toBe(true)
  })
})

describe('a look as it was told', () => {
  test('is taken, and of what is missing or odd the ordinary one', () => {
    expect(readLook(look({ accent: '#2f7d5b' }))).toEqual(look({ accent: '#2f7d5b' }))
    const odd = { theme: 'pink', lightFrom: 7, lightTo: null, accent: {} }
    expect(readLook(odd)).toEqual({ theme: 'dark', lightFrom: '7', lightTo: '', accent: '' })
    expect(readLook({}).theme).toBe('dark')
  })
})

describe('the colour of a room', () => {
  const WORST = { true: '#dde4ec', false: '#1e2832' } as const
  const TEXT = { true: '#12181f', false: '#f3f6f9' } as const
  const colour = (hex: string) => parse(hex) ?? [0, 0, 0] as const
  const steps = ['00', '33', '66', '99', 'cc', 'ff']
  const colours = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)))

  test.each([true, false])('can be read whatever it is, light: %s', (light) => {
    for (const accent of colours) {
      const found = accentOf({ accent }, light)
      if (!found) throw new Error(accent)
      const used = colour(found.accent)
      expect(contrast(used, colour(WORST[`${light}`])), accent).toBeGreaterThanOrEqual(4.5)
      // What is chosen has letters on it: black ones in the dark, white ones in the light.
      expect(contrast(used, colour(light ? '#ffffff' : '#05070a')), accent).toBeGreaterThan(4.5)
      expect(contrast(colour(TEXT[`${light}`]), colour(found.told)), accent).toBeGreaterThan(7)
      expect(contrast(used, colour(found.told)), accent).toBeGreaterThan(3)
    }
  })

  test('stays as it is where it can be read already', () => {
    expect(accentOf({ accent: '#8fb8e6' }, false)?.accent).toBe('#8fb8e6')
    expect(accentOf({ accent: '#1c5799' }, true)?.accent).toBe('#1c5799')
  })

  test.each(['', 'red', '#12345', '#12345g'])('is the panel\'s own for %j', (accent) => {
    expect(accentOf({ accent }, true)).toBe(null)
  })
})
