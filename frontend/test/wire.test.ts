import { describe, expect, test } from 'vitest'
import { readKioskStatus, readSettings } from '../src/logic/wire'

describe('what the kiosk says of its rotation', () => {
  const rotation = (said: unknown) => readKioskStatus({ rotation: said }, 7).rotation

  test('is nothing when none is configured', () => {
    expect(rotation(null)).toBeNull()
    expect(readKioskStatus({}, 7).rotation).toBeNull()
  })

  test('names the next screen, one of the room’s own too', () => {
    expect(rotation({ screen: 'tickets', next: 'projects', paused: false, seconds: 12.3 }))
      .toEqual({ next: 'projects', paused: false, seconds: 12.3 })
    expect(rotation({ next: null, paused: true, seconds: 4 })?.next).toBeNull()
    expect(rotation({ next: 'redes' })).toEqual({ next: 'redes', paused: false, seconds: null })
  })

  test.each(['x', 3, [], true])('%j is a rotation without facts, never an error', (said) => {
    expect(rotation(said)).toEqual({ next: null, paused: false, seconds: null })
  })
})

test('sound, buttons and display have a state even when nothing is said', () => {
  expect(readKioskStatus({}, 7)).toMatchObject({
    received: 7, screen: null, panels: [], faults: [], hooks: [],
    sound: { state: '', detail: '', muted: 0, quiet: false },
    buttons: { state: '', count: 0 }, display: { state: '' },
  })
})

test('settings that lack anything are those of a Brazilian wall', () => {
  expect(readSettings({ name: '', criticalSeconds: '0', bannerSeconds: null })).toMatchObject({
    language: 'pt-BR', timeZone: 'America/Sao_Paulo', bannerSeconds: 20, criticalSeconds: 0,
    development: false, panelsPlaySound: false, scale: 1, margin: 0,
  })
})
