import { expect, test } from 'vitest'
import { listDevices, readDevices, revokeDevice } from '../src/logic/devices'

test('a device is read with what it may do, and what is odd in it does no harm', () => {
  expect(readDevices({ devices: [
    { id: 'a1', name: 'Ana', role: 'admin', idle: 12, current: true }, 7, { name: ['x'] },
  ] })).toEqual([
    { id: 'a1', name: 'Ana', role: 'admin', idle: 12, current: true },
    { id: '', name: '', role: '', idle: 0, current: false },
    { id: '', name: '', role: '', idle: 0, current: false },
  ])
  expect(readDevices({})).toEqual([])
})

test('a list that can not be had is no empty list', async () => {
  const answering = (body: string, status = 200) => () =>
    Promise.resolve(new Response(body, { status }))
  expect(await listDevices(answering('{"devices": []}'))).toEqual([])
  expect(await listDevices(answering('{}', 403))).toBeNull()
  expect(await listDevices(answering('<html>'))).toBeNull()
  expect(await listDevices(() => Promise.reject(new TypeError()))).toBeNull()
})

test('whether a device was removed is what kioskd answers', async () => {
  let sent = ''
  const fetch = (status: number) => (_: unknown, request?: RequestInit) => {
    sent = JSON.stringify(request?.body)
    return Promise.resolve(new Response(null, { status }))
  }
  expect(await revokeDevice('a1', fetch(200))).toBe(true)
  expect(sent).toContain('a1')
  expect(await revokeDevice('a1', fetch(400))).toBe(false)
  expect(await revokeDevice('a1', () => Promise.reject(new TypeError()))).toBe(false)
})
