import { describe, expect, test } from 'vitest'
import { LANGUAGES, makeLocale } from '../src/words/locale'
import { ptBR } from '../src/words/pt-BR'

const fills = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

describe.each(Object.keys(LANGUAGES))('the words of %s', (language) => {
  const words = LANGUAGES[language] as Record<string, unknown>

  test('have the same keys as the Portuguese ones', () => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(ptBR).sort())
  })

  test('have the same gaps to fill, and no empty text', () => {
    for (const [key, original] of Object.entries(ptBR)) {
      const shapes = (value: unknown) => (typeof value === 'string' ? [value]
        : Object.values(value as object)) as string[]
      expect(shapes(words[key]).map(fills), key).toEqual(shapes(original).map(fills))
      for (const text of shapes(words[key])) expect(text.trim(), key).not.toBe('')
    }
  })

  test('speak of late and coming dates, and of what is past', () => {
    const { say, ago } = makeLocale(language, 'America/Sao_Paulo')
    for (const text of [say('late', { n: 3 }), say('dueIn', { n: 5 }), ago(120)]) {
      expect(text).not.toMatch(/[{}]/)
    }
  })
})

describe('pt-BR', () => {
  const locale = makeLocale('pt-BR', 'America/Sao_Paulo')

  test.each([[0, 'chamados'], [1, 'chamado'], [3, 'chamados']])(
    '%i tickets', (n, words) => expect(locale.say('assignedWord', { n })).toBe(words))

  test('says since when the connection is lost', () => {
    expect(locale.say('lost', { ago: locale.ago(130) })).toBe('Sem conexão há 2 minutos')
  })

  test('writes numbers, percents and the time of the configured zone', () => {
    expect(locale.number(1234.5)).toBe('1.234,5')
    expect(locale.percent(88.5)).toBe('88,5%')
    expect(locale.number(null)).toBe('—')
    expect(locale.clock(Date.parse('2026-11-25T03:04:05Z'))).toBe('00:04:05')
  })

  test('translates the status words it knows and shows the others as they are', () => {
    expect(locale.status('in_progress')).toBe('Em andamento')
    expect(locale.status('planned')).toBe('Planejado')
    expect(locale.status('awaiting_vendor')).toBe('Awaiting vendor')
    expect(locale.status('constructor')).toBe('Constructor')
    expect(locale.status('')).toBe('—')
  })
})

test.each([['pt', 'pt-BR'], ['pt_PT', 'pt-BR'], ['EN-us', 'en'], ['es-MX', 'es'], ['de', 'pt-BR'],
  ['', 'pt-BR']])('the language %s is served by %s', (wanted, ours) => {
  expect(makeLocale(wanted, 'UTC').language).toBe(ours)
})

test('a zone that does not exist falls back instead of throwing', () => {
  expect(makeLocale('en', 'Mars/Base').clock(0)).toMatch(/^\d\d:\d\d:\d\d$/)
})
