import { describe, expect, it } from 'vitest'
import { takeScreenshot } from '../src/logic/screenshot'

const answering = (body: string, status: number, headers: Record<string, string>) =>
  () => Promise.resolve(new Response(body, { status, headers }))

describe('the picture of the screen', () => {
  it('comes with its time and with what it shows', async () => {
    const found = await takeScreenshot(answering('picture', 200, {
      'X-Taken': '2026-11-30T00:53:20.250Z', 'X-Picture-Of': 'page',
    }))
    expect(found).toMatchObject({ whole: false, taken: 1_796_000_000_250 })
  })

  it('says by a code why there is none', async () => {
    const refused = answering('no screen', 503, { 'X-Reason': 'no_screen' })
    expect(await takeScreenshot(refused)).toEqual({ reason: 'no_screen' })
    expect(await takeScreenshot(() => Promise.reject(new TypeError()))).toEqual({ reason: '' })
  })
})
