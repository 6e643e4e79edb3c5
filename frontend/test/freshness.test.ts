import { describe, expect, test } from 'vitest'
import { freshness, type Known } from '../src/logic/freshness'
import { readSourceStatus } from '../src/logic/wire'

function known(views: object | null, rest: Partial<Known> = {}): Known {
  const sources = views ? [{ name: 'central', state: 'connected', seconds: 9, views }] : []
  return {
    connected: true, heard: 1000, held: 1000, status: readSourceStatus({ sources }, 1000), ...rest,
  }
}

describe('the freshness of a view', () => {
  test('is live while the daemon does not call it stale, however long nothing came', () => {
    const status = known({ tickets: { age: 4, stale: false } })
    const state = freshness('tickets', status, () => 3_600_000)
    expect(state.state).toBe('live')
  })

  test('is stale when the daemon says so, and grows older without another message', () => {
    const all = known({ tickets: { age: 300.5, stale: true } })
    expect(freshness('tickets', all, () => 61_000)).toEqual({
      state: 'stale', age: 360.5, source: 'central',
    })
  })

  test('is stale of unknown age when the daemon does not know either', () => {
    const all = known({ tickets: { age: null, stale: true } })
    expect(freshness('tickets', all, () => 1000).age).toBeNull()
  })

  test('is lost with the time since the daemon was last heard', () => {
    const state = freshness('tickets', known(null, { connected: false }), () => 121_000)
    expect(state).toMatchObject({ state: 'lost', age: 120 })
  })

  test('counts from the kept data when this page never heard the daemon', () => {
    const kept = known(null, { connected: false, heard: null, held: -600_000, status: null })
    expect(freshness('tickets', kept, () => 0)).toMatchObject({ state: 'lost', age: 600 })
  })

  test('is connecting when there is nothing at all, none when the daemon holds nothing', () => {
    const empty = { heard: null, held: null, status: null }
    expect(freshness('tickets', known(null, { ...empty, connected: false }), () => 0).state)
      .toBe('connecting')
    expect(freshness('tickets', known(null, { held: null }), () => 0).state).toBe('none')
  })

  test('believes the fresh one of two sources of a view', () => {
    const status = readSourceStatus({
      sources: [
        { name: 'old', views: { tickets: { age: 900, stale: true } } },
        { name: 'new', views: { tickets: { age: 3, stale: false } } },
      ],
    }, 0)
    expect(freshness('tickets', known(null, { status }), () => 0).state).toBe('live')
  })
})
