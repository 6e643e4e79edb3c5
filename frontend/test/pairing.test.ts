import { expect, test } from 'vitest'
import { claim, readPairing } from '../src/logic/pairing'

const OFFER = {
  type: 'pairing', digits: '012345', seconds: 120, role: 'control',
  urls: ['http://kiosk.local:8080/pair#abc', 'http://10.0.0.7:8080/pair#abc'],
}

test('an offer is shown with an address that every phone knows, until its time is over', () => {
  expect(readPairing(OFFER, 1000)).toEqual({
    digits: '012345', code: 'http://10.0.0.7:8080/pair#abc', page: 'http://10.0.0.7:8080/pair',
    until: 121_000,
  })
})

test('what is no offer is none', () => {
  for (const digits of [null, '', '12345', '1234567', 'abcdef', 7]) {
    expect(readPairing({ ...OFFER, digits }, 0)).toBeNull()
  }
  expect(readPairing({ ...OFFER, urls: ['javascript:alert(1)', 7] }, 0)?.code).toBe('')
})

test('each answer of kioskd has its own outcome', async () => {
  const answering = (status: number) => () => Promise.resolve(new Response(null, { status }))
  const asked = { code: '012345', name: '' }
  expect(await claim(asked, answering(200))).toBe('let in')
  expect(await claim(asked, answering(403))).toBe('wrong')
  expect(await claim(asked, answering(429))).toBe('too often')
  expect(await claim(asked, () => Promise.reject(new TypeError()))).toBe('away')
})
