import { describe, expect, test } from 'vitest'
import {
  add, age, type Alert, BANNERS, banners, criticals, readAlert, remove,
} from '../src/logic/alerts'

const TIMING = { banner: 20_000, critical: 300_000 }

function alert(id: string | undefined, now = 0, severity = 'high', type = 'new_ticket_alert') {
  const read = readAlert({ type }, { id, title: `title ${id}`, severity }, now)
  if (!read) throw new Error(`${type} is no alert`)
  return read
}
const critical = (id: string, now = 0) => alert(id, now, 'critical', 'critical_alert')
const all = (...alerts: Alert[]) => alerts.reduce<Alert[]>(add, [])
const keys = (queue: readonly Alert[]) => queue.map((item) => item.key)

describe('the alert queue', () => {
  test('knows the three kinds and no other', () => {
    expect(readAlert({ type: 'tickets_update' }, {}, 0)).toBeNull()
    expect(critical('c').kind).toBe('critical')
    expect(alert('p', 0, 'medium', 'project_update_alert').kind).toBe('project_update')
  })

  test('keeps two alerts without an id apart', () => {
    expect(all(alert(undefined), alert(undefined))).toHaveLength(2)
  })

  test('takes the same id as the same alert, counted and renewed, never milder', () => {
    const queue = all(alert('1'), critical('1', 5), alert('1', 9, 'low'))
    expect(queue).toHaveLength(1)
    expect(queue[0]).toMatchObject({ kind: 'critical', severity: 'critical', times: 3 })
  })

  test.each(['new_ticket_alert', 'project_update_alert'])(
    'lets a %s of critical severity take the screen, alone, before and after the critical one',
    (type) => {
      const named = alert('1', 5, 'critical', type)
      for (const queue of [all(named), all(critical('1'), named), all(named, critical('1'))]) {
        expect(keys(criticals(age(queue, 60_000, TIMING)))).toEqual(['1'])
      }
    })

  test('shows the worst first and counts those that wait', () => {
    const queue = all(alert('l', 0, 'low'), alert('m', 1, 'medium'), alert('h', 2), alert('x', 3))
    const { standing, waiting } = banners(queue)
    expect(keys(standing)).toEqual(['h', 'x', 'm'])
    expect(waiting).toBe(1)
  })

  test('lets a banner stay for its time and then leave', () => {
    let queue = age(all(alert('1')), 0, TIMING)
    queue = age(queue, 19_999, TIMING)
    expect(keys(queue)).toEqual(['1'])
    expect(age(queue, 20_000, TIMING)).toEqual([])
  })

  test('shows every one of a hundred before it is gone', () => {
    let queue = all(...Array.from({ length: 100 }, (_, i) => alert(String(i))))
    const seen = new Set<string>()
    for (let now = 0; queue.length > 0 && now < 3_600_000; now += 1000) {
      queue = age(queue, now, TIMING)
      const { standing } = banners(queue)
      expect(standing.length).toBeLessThanOrEqual(BANNERS)
      for (const item of standing) seen.add(item.key)
    }
    expect(seen.size).toBe(100)
    expect(queue).toEqual([])
  })

  test('does not take a standing banner away for a worse newcomer', () => {
    const three = ['a', 'b', 'c'].map((id) => alert(id, 0, 'low'))
    const queue = age(all(...three), 0, TIMING)
    const { standing, waiting } = banners(add(queue, alert('worse', 1)))
    expect(keys(standing)).toEqual(['a', 'b', 'c'])
    expect(waiting).toBe(1)
  })

  test('gives the screen to critical alerts, oldest first, until their time is over', () => {
    let queue = age(all(critical('1', 0), critical('2', 10)), 10, TIMING)
    expect(keys(criticals(queue))).toEqual(['1', '2'])
    queue = age(queue, 300_009, TIMING)
    expect(queue).toHaveLength(2)
    expect(age(queue, 300_010, TIMING)).toEqual([])
  })

  test('keeps critical alerts for ever when the limit is 0', () => {
    const queue = age(all(critical('1')), 0, { banner: 20_000, critical: 0 })
    expect(age(queue, 1e9, { banner: 20_000, critical: 0 })).toHaveLength(1)
  })

  test('stops the clock of banners that a critical alert covers', () => {
    let queue = age(all(alert('1'), critical('c')), 0, TIMING)
    queue = age(queue, 100_000, TIMING)
    queue = age(remove(queue, ['c']), 100_001, TIMING)
    expect(keys(banners(queue).standing)).toEqual(['1'])
    expect(keys(age(queue, 119_000, TIMING))).toEqual(['1'])
  })

  test('takes down what is acknowledged, and leaves the rest', () => {
    expect(keys(remove(all(alert('1'), critical('2')), ['2', 'unheard of']))).toEqual(['1'])
  })

  test('is the same value when nothing changed, so that nothing is drawn again', () => {
    const queue = age(all(alert('1')), 0, TIMING)
    expect(age(queue, 1000, TIMING)).toBe(queue)
  })
})
