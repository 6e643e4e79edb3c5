import { expect, test } from 'vitest'
import { claim, readPairing } from '../src/logic/pairing'

const OFFER = {
  type: 'pairing', digits: '012345', seconds: 120, role: 'control',
  urls: ['http://kiosk.local:8080/pair#abc', 'http://10.0.0.7:8080/pair#abc'],
}

test('an offer is shown with an address that every phone knows, until its time is over', () => {
  expect(readPairing(OFFER, 1000)).toEqual({
    digits: '012345', code: 'http://10.0.0.7:8080/pair#abc', page: 'http://10.0.0.7:8080/pair',
    fingerprint: [], until: 121_000,
  })
})

test('a fingerprint stands in lines that a person compares', () => {
  const fingerprint = Array.from({ length: 32 }, (_, n) => (n + 160).toString(16)).join(':')
  expect(readPairing({ ...OFFER, fingerprint }, 0)?.fingerprint).toEqual([
    'a0 a1 a2 a3 a4 a5 a6 a7 ', 'a8 a9 aa ab ac ad ae af ', 'b0 b1 b2 b3 b4 b5 b6 b7 ',
    'b8 b9 ba bb bc bd be bf',
  ])
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
