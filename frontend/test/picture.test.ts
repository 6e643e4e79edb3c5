import { describe, expect, it, vi } from 'vitest'
import { loadPicture } from '../src/logic/picture'

const answering = (body: string, status: number) =>
  () => Promise.resolve(new Response(body, { status }))

describe("a screen's picture", () => {
  it('is drawn once it is decoded', async () => {
    const decode = vi.fn(() => Promise.resolve())
    const fetch = vi.fn(answering('picture', 200))
    const found = await loadPicture('mapa', fetch, decode)
    expect(fetch).toHaveBeenCalledWith('/screens/mapa')
    expect(found).toEqual({ address: decode.mock.calls[0]?.[0 as never] })
  })

  it('says why there is none', async () => {
    const decode = () => Promise.reject(new Error())
    expect(await loadPicture('mapa', answering('no such file\n', 503), decode))
      .toEqual({ reason: 'no such file' })
    expect(await loadPicture('mapa', answering('broken', 200), decode)).toEqual({ reason: '' })
    expect(await loadPicture('mapa', () => Promise.reject(new TypeError()), decode))
      .toEqual({ reason: '' })
  })
})
