import { isZone, localDay } from '../logic/times'
import { plain, prettify } from '../logic/text'
import { en } from './en'
import { es } from './es'
import { type Key, ptBR, type Words } from './pt-BR'

export type { Key } from './pt-BR'

export const LANGUAGES: Record<string, Words> = { 'pt-BR': ptBR, en, es }

/** `pt`, `pt_PT`, `EN-us`: the nearest of ours; Portuguese when there is none. */
function nearest(language: string): string {
  const start = language.toLowerCase().split(/[-_]/)[0] ?? ''
  const ours = Object.keys(LANGUAGES)
  return ours.find((name) => name.toLowerCase().split('-')[0] === start) ?? 'pt-BR'
}

// The daemon turns the words that helpdesks use into these.
const STATUS = new Map<string, Key>([
  ['new', 'statusNew'],
  ...([
    'open', 'assigned', 'planned', 'in_progress', 'pending', 'solved', 'closed', 'planning',
    'testing', 'on_hold', 'done', 'cancelled',
  ] as const).map((word) => [word, word] as const),
])

const ACTIVITY = new Map<string, Key>(Object.entries({
  assignment: 'activityAssignment', progress: 'activityProgress', closed: 'activityClosed',
  new: 'activityNew', escalation: 'activityEscalation',
} as const))

export type Locale = ReturnType<typeof makeLocale>

/** Words, numbers and dates of one language and zone; an unknown zone is the browser's. */
export function makeLocale(wanted: string, wantedZone: string) {
  const language = nearest(wanted)
  const words = LANGUAGES[language] ?? ptBR
  const zone = isZone(wantedZone)
    ? wantedZone : new Intl.DateTimeFormat().resolvedOptions().timeZone
  const plurals = new Intl.PluralRules(language)
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always' })
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const times = new Intl.DateTimeFormat(language, {
    timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  })
  const shortTimes = new Intl.DateTimeFormat(language, {
    timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  })
  const moments = new Intl.DateTimeFormat(language, {
    timeZone: zone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit',
    hourCycle: 'h23',
  })
  const days = new Intl.DateTimeFormat(language, {
    timeZone: zone, weekday: 'long', day: 'numeric', month: 'long',
  })
  const dates = new Intl.DateTimeFormat(language, {
    timeZone: 'UTC', day: 'numeric', month: 'short',
  })
  const years = new Intl.DateTimeFormat(language, {
    timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric',
  })

  /** The text of a key; `n` chooses the plural and fills `{n}`, other fields fill their names. */
  function say(key: Key, fill: Record<string, string | number> = {}): string {
    const found = words[key]
    let text: string
    if (typeof found === 'string') text = found
    else {
      // The rules count 0 as singular in Portuguese; people write "0 chamados".
      const n = Number(fill['n'] ?? 0)
      text = n !== 0 && plurals.select(n) === 'one' ? found.one : found.other
    }
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = fill[name]
      if (value === undefined) return whole
      return typeof value === 'number' ? numbers.format(value) : value
    })
  }

  /** `há 2 minutos`; under a minute in seconds. */
  function ago(seconds: number): string {
    if (seconds < 60) return relative.format(-Math.floor(seconds), 'second')
    if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute')
    if (seconds < 48 * 3600) return relative.format(-Math.floor(seconds / 3600), 'hour')
    return relative.format(-Math.floor(seconds / 86_400), 'day')
  }

  return {
    language,
    zone,
    say,
    ago,
    status: (word: string) => {
      const key = STATUS.get(word)
      return key ? say(key) : prettify(word)
    },
    activity: (word: string) => {
      const key = ACTIVITY.get(plain(word))
      return key ? say(key) : prettify(word)
    },
    number: (value: number | null) => (value === null ? '—' : numbers.format(value)),
    /** 92 is 92 %. */
    percent: (value: number | null) => (value === null ? '—' : percents.format(value / 100)),
    clock: (now: number) => times.format(now),
    /** Hours and minutes. */
    time: (at: number) => shortTimes.format(at),
    /** Day and time of day, short. */
    moment: (at: number) => moments.format(at),
    date: (now: number) => days.format(now),
    /** The date of a due day, counted in days from today. */
    dueDate(days: number, now: number) {
      const format = Math.abs(days) < 300 ? dates : years
      return format.format((localDay(now, zone) + days) * 86_400_000)
    },
  }
}
