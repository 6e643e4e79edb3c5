import { describe, expect, test } from 'vitest'
import {
  countdown, daysUntil, elapsed, localDay, parseTime, secondsSince,
} from '../src/logic/times'

const utc = (text: string) => Date.parse(text)

describe('a timestamp is read to an instant or to nothing', () => {
  test.each([
    ['2025-11-18T10:30:00Z', '2025-11-18T10:30:00Z'],
    ['2025-11-18T10:30:00+00:00Z', '2025-11-18T10:30:00Z'],
    ['2025-11-18T10:30:00-03:00', '2025-11-18T13:30:00Z'],
    ['2025-11-18T10:30:00.123456Z', '2025-11-18T10:30:00.123Z'],
    ['2025-11-18T10:30:00+0530', '2025-11-18T05:00:00Z'],
    ['2025-11-18T10:30Z', '2025-11-18T10:30:00Z'],
    // Without a zone it is the wall time of the configured one, as GLPI writes it.
    ['2025-11-18 10:30:00', '2025-11-18T13:30:00Z'],
    ['2025-11-18', '2025-11-18T03:00:00Z'],
    ['  2025-11-18T10:30:00Z ', '2025-11-18T10:30:00Z'],
  ])('%s', (text, expected) => {
    expect(parseTime(text, 'America/Sao_Paulo')).toBe(utc(expected))
  })

  test.each([
    '', '0000-00-00', '0000-00-00 00:00:00', '2025-02-30', '2025-13-01', '2025-11-18T24:30:00Z',
    '2025-11-18T10:61:00Z', 'ontem', '18/11/2025', 'Infinity', null, undefined, 17, {}, [],
    '2025-11-18T10:30:00Zjunk', '2025-11-18T10:30:00+99',
  ])('%j is nothing, or at least never NaN', (value) => {
    const read = parseTime(value, 'America/Sao_Paulo')
    expect(read === null || Number.isFinite(read)).toBe(true)
    if (value !== '2025-11-18T10:30:00+99') expect(read).toBeNull()
  })

  test('an hour that summer time skips or repeats is still one instant', () => {
    for (const text of ['2026-03-29T02:30:00', '2026-10-25T02:30:00']) {
      const read = parseTime(text, 'Europe/Lisbon')
      expect(Math.abs((read as number) - utc(`${text}Z`))).toBeLessThanOrEqual(3_600_000)
    }
  })

  test('an unknown zone counts as UTC', () => {
    expect(parseTime('2025-11-18T10:30:00', 'Mars/Base')).toBe(utc('2025-11-18T10:30:00Z'))
  })
})

describe('a due date is a local date', () => {
  // 01:30 UTC on the 26th is still the 25th in São Paulo, and noon of the 26th in Auckland's view.
  const now = utc('2026-11-26T01:30:00Z')

  test.each([
    ['America/Sao_Paulo', '2026-11-25', 0],
    ['America/Sao_Paulo', '2026-11-22', -3],
    ['America/Sao_Paulo', '2026-11-30', 5],
    ['UTC', '2026-11-25', -1],
    ['Pacific/Auckland', '2026-11-26', 0],
    ['Pacific/Kiritimati', '2026-11-26', 0],
    // With a time it is an instant, and its date is the local one.
    ['America/Sao_Paulo', '2026-11-26T02:00:00Z', 0],
    ['UTC', '2026-11-26T02:00:00Z', 0],
    ['America/Sao_Paulo', '0000-00-00', null],
    ['America/Sao_Paulo', '', null],
    ['America/Sao_Paulo', null, null],
  ])('in %s, %s is %s days away', (zone, due, days) => {
    expect(daysUntil(due, now, zone)).toBe(days)
  })

  test('a day changes at local midnight', () => {
    const midnight = utc('2026-11-26T03:00:00Z')
    expect(localDay(midnight - 1, 'America/Sao_Paulo') + 1).toBe(
      localDay(midnight, 'America/Sao_Paulo'))
  })
})

describe('elapsed time', () => {
  test.each([
    [0, 'agora'], [59, 'agora'], [60, '1 min'], [3599, '59 min'], [3600, '1 h 00 min'],
    [11_100, '3 h 05 min'], [86_399, '23 h 59 min'], [86_400, '1 d 0 h'], [187_200, '2 d 4 h'],
  ])('%i s is %s', (seconds, words) => expect(elapsed(seconds, 'agora')).toBe(words))

  test('a clock that is a little behind reads as now, one that is far off as unknown', () => {
    expect(secondsSince(200_000, 100_000)).toBe(0)
    expect(secondsSince(1_000_000, 100_000)).toBeNull()
    expect(secondsSince(null, 100_000)).toBeNull()
    expect(elapsed(null, 'agora')).toBe('—')
  })
})

test.each([[42, '0:42'], [725.2, '12:06'], [3600, '1:00:00'], [-3, '0:00']])(
  'a countdown of %f s reads %s', (seconds, words) => expect(countdown(seconds)).toBe(words))
