import { describe, expect, test } from 'vitest'
import {
  banners, calling, criticals, isAlert, readActiveAlerts, snoozed, taken, without, worstFirst,
} from '../src/logic/alerts'
import type { Alert } from '../src/logic/alerts'
import type { Tickets } from '../src/logic/tickets'
import { answer, escalation, life, putOff, who } from '../src/parts/answers'
import { whose } from '../src/parts/whose'
import { monotonic } from '../src/clock'
import { makeLocale } from '../src/words/locale'

const told = (number: number, more: object = {}) => ({
  number, id: `t-${number}`, kind: 'critical_alert', severity: 'critical', title: `title ${number}`,
  state: 'active', age: 12.5, count: 1, standing: false, heard: true, by: null, ...more,
})
const read = (...alerts: object[]) =>
  readActiveAlerts({ total: alerts.length, alerts }, 100_000)
const numbers = (alerts: readonly Alert[]) => alerts.map((alert) => alert.number)

describe('the active alerts', () => {
  test('are what the daemon says, with their times on this page’s own clock', () => {
    const { alerts, total } = read(told(1, {
      entity: 'Matriz', assignedTo: 'Ana', count: 3, heard: false, state: 'snoozed',
      snoozedFor: 60, by: { kind: 'phone', name: 'Ana' }, byAt: '2026-11-25T13:42:00Z',
    }))
    expect(total).toBe(1)
    expect(alerts[0]).toMatchObject({
      kind: 'critical', raised: 87_500, until: 160_000, times: 3, heard: false, entity: 'Matriz',
      by: { kind: 'phone', name: 'Ana' }, byAt: Date.parse('2026-11-25T13:42:00Z'),
    })
  })

  test('of a message that is none are none, and odd ones are drawn as far as they go', () => {
    for (const message of [{}, { alerts: 3 }, { alerts: [null, 'x', []] }, { total: 'many' }]) {
      expect(readActiveAlerts(message, 0)).toEqual({ total: 0, alerts: [] })
    }
    const odd = read({ number: 'x', severity: 7, state: 'gone', age: null, by: 'me', byAt: 'now' })
    expect(odd.alerts[0]).toMatchObject({ severity: 'unknown', state: 'active', byAt: null })
  })

  test('that are critical and call take the screen, whatever their message was called', () => {
    const active = read(
      told(1), told(2, { kind: 'new_ticket_alert' }), told(3, { state: 'snoozed' }),
      told(4, { severity: 'high' }), told(5, { state: 'acknowledged' }))
    expect(numbers(criticals(active))).toEqual([1, 2])
    expect(numbers(calling(active))).toEqual([1, 2, 4])
    expect(numbers(snoozed(active))).toEqual([3])
    expect(numbers(taken(active))).toEqual([5])
  })

  test('show the banners that the daemon lets stand, the worst first, and count the others', () => {
    const lesser = (number: number, severity: string, standing = true) =>
      told(number, { severity, standing, kind: 'new_ticket_alert' })
    const { standing, waiting } = banners(read(
      lesser(1, 'low'), lesser(2, 'medium'), lesser(3, 'high'), lesser(4, 'high', false),
      told(5), lesser(6, 'low', false)))
    expect(numbers(standing)).toEqual([3, 2, 1])
    expect(waiting).toBe(2)
  })

  test('answered on this page are gone here, but never those that another answered', () => {
    const active = read(told(1), told(2), told(3, { state: 'acknowledged' }))
    const left = without(active, new Set([1, 3, 99]))
    expect(numbers(left.alerts)).toEqual([2, 3])
    expect(left.total).toBe(2)
    expect(without(active, new Set([99]))).toBe(active)
  })

  test('are no events: those are known by their three names', () => {
    expect(isAlert('critical_alert')).toBe(true)
    expect(isAlert('active_alerts')).toBe(false)
  })
})

describe('who answered', () => {
  const locale = makeLocale('pt-BR', 'America/Sao_Paulo')
  const by = (kind: string, name: string, more: object = {}) => {
    const { alerts } = read(told(1, {
      state: 'acknowledged', by: { kind, name }, byAt: '2026-11-25T13:42:00Z', ...more,
    }))
    return alerts[0] as Alert
  }

  test('is a person by name, and a thing by its kind and its name', () => {
    expect(who(by('phone', 'Ana').by, locale)).toBe('Ana')
    expect(who(by('http', 'Ana').by, locale)).toBe('Ana')
    expect(who(by('http', '').by, locale)).toBe('outro programa')
    expect(who(by('cli', 'root').by, locale)).toBe('root (linha de comando)')
    expect(who(by('button', '').by, locale)).toBe('botão')
    expect(who(by('panel', 'Kiosk-1').by, locale)).toBe('painel Kiosk-1')
    expect(who(by('robot', 'R2').by, locale)).toBe('R2')
    expect(who(by('', '').by, locale)).toBe('—')
  })

  test('is said with the time on the kiosk’s wall, and whether the source was told', () => {
    expect(answer(by('phone', 'Ana'), locale)).toBe('Ciente: Ana, 10:42')
    expect(answer(by('button', '', { byAt: null }), locale)).toBe('Ciente: botão, —')
    expect(answer(by('cli', '', { upstream: 'sent' }), locale))
      .toBe('Ciente: linha de comando, 10:42 · fonte avisada')
  })

  test('a life says what came of it, and what nobody heard', () => {
    const { alerts } = read(told(1, { state: 'expired', heard: false, count: 3, age: 0 }))
    const said = life(alerts[0] as Alert, locale)
    expect(said).toContain('ficou sem resposta')
    expect(said).toContain('3×')
    expect(said).toContain('Não soou')
  })

  test('an escalation says whether the call was taken', () => {
    for (const [state, words] of [
      ['', 'Escalado: ninguém respondeu'],
      ['sent', 'Escalado: ninguém respondeu · chamada entregue'],
      ['waiting: nobody', 'Escalado: ninguém respondeu · chamada ainda não entregue'],
      ['given up: nobody', 'Escalado: ninguém respondeu · chamada não entregue'],
    ]) {
      const { alerts } = read(told(1, { escalated: '2026-11-25T13:42:00Z', escalation: state }))
      expect(escalation(alerts[0] as Alert, locale)).toBe(words)
    }
  })

  test('a snooze counts down', () => {
    const { alerts } = readActiveAlerts(
      { alerts: [told(1, { state: 'snoozed', snoozedFor: 300 })] }, monotonic.value)
    expect(putOff(alerts[0] as Alert, locale)).toBe('Adiado, volta em 5:00')
  })
})

test.each([
  ['sent', '', 'fonte avisada'],
  ['waiting', 'central is not connected now',
    'avisando a fonte · central is not connected now'],
  ['failed', 'central refused it: ticket 7 is locked',
    'fonte não avisada · central refused it: ticket 7 is locked'],
])('an acknowledgement is %s, with the reason if there is one', (upstream, detail, said) => {
  const [alert] = read(told(7, {
    state: 'acknowledged', upstream, upstreamDetail: detail,
    by: { kind: 'phone', name: 'Ana' }, byAt: '2026-11-25T13:42:00Z',
  })).alerts
  const words = alert && life(alert, makeLocale('pt-BR', 'America/Sao_Paulo'))
  expect(words).toContain(`Ciente: Ana, 10:42 · ${said}`)
})

test('a reason that has words is told in the language of the room', () => {
  const [alert] = read(told(7, {
    state: 'acknowledged', upstream: 'failed', by: { kind: 'phone', name: 'Ana' },
    byAt: '2026-11-25T13:42:00Z', upstreamDetail: 'GLPI at x doesn\'t let it be written',
    upstreamFault: { code: 'glpi_write', params: { place: 'glpi.example', detail: 'x' } },
  })).alerts
  const words = (language: 'pt-BR' | 'es'): string =>
    alert ? life(alert, makeLocale(language, 'America/Sao_Paulo')) : ''
  expect(words('pt-BR')).toContain('fonte não avisada · O GLPI em glpi.example não deixa gravar')
  expect(words('es')).toContain('El GLPI en glpi.example no deja grabar')
  expect(words('pt-BR')).not.toContain('written')
})

describe('an alert of a program', () => {
  const tickets = { rows: [{ id: '7', assignedTo: 'Ana', entity: 'Matriz' }] } as unknown as Tickets
  const one = (more: object) => readActiveAlerts({ alerts: [told(1, { id: '7', ...more })] }, 0)

  test('is never the ticket that happens to have its id', () => {
    const [ticket, program] = [{}, { ticket: false, entity: 'srv-1' }]
      .map((more) => one(more).alerts.map((alert) => whose(alert, tickets))[0])
    expect(ticket).toEqual({ known: true, assignedTo: 'Ana', entity: 'Matriz' })
    expect(program).toEqual({ known: false, assignedTo: '', entity: 'srv-1' })
  })

  test('says on the phone which one it is of', () => {
    const locale = makeLocale('pt-BR', 'America/Sao_Paulo')
    const lines = one({ ticket: false, source: 'zabbix' }).alerts.map((a) => life(a, locale))
    expect(lines[0]).toContain('zabbix')
  })
})

test('a phone lists the worst first, so that no flood of lesser ones hides it', () => {
  const active = read(
    told(1, { severity: 'low' }), told(2, { severity: 'high', state: 'snoozed' }), told(3),
    told(4, { state: 'acknowledged' }), told(5, { severity: 'high' }))
  expect(numbers(worstFirst(active))).toEqual([3, 2, 5, 1])
})
