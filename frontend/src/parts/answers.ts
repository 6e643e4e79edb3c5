import { monotonic, secondsPast } from '../clock'
import type { Alert } from '../logic/alerts'
import { whyOf } from '../logic/trouble'
import type { By } from '../logic/wire'
import { countdown } from '../logic/times'
import type { Key, Locale } from '../words/locale'

/** Who answered an alert, and what became of it, in words. */

const KINDS = new Map<string, Key>([
  ['button', 'byButton'], ['phone', 'byPhone'], ['panel', 'byPanel'], ['http', 'byHttp'],
  ['cli', 'byCli'], ['mqtt', 'byMqtt'], ['upstream', 'byUpstream'],
])
const UPSTREAM = new Map<string, Key>([
  ['sent', 'toldSource'], ['waiting', 'tellingSource'], ['failed', 'sourceNotTold'],
])

/** These ask in the name of a person; a button or a panel has a name of its own. */
const PERSONS = ['phone', 'http']

/** A person by name, anything else by its kind and its name; and at which wall, if another. */
export function who(by: By, locale: Locale): string {
  const here = whoHere(by, locale)
  return by.kiosk ? `${here} · ${by.kiosk}` : here
}

function whoHere({ kind, name }: By, { say }: Locale): string {
  const key = KINDS.get(kind)
  if (name && (PERSONS.includes(kind) || !key)) return name
  const word = key ? say(key) : '—'
  if (!name) return word
  return kind === 'cli' ? `${name} (${word})` : `${word} ${name}`
}

/** `Ciente: Ana, 10:42`, and whether its source was told. */
export function answer(alert: Alert, locale: Locale): string {
  const { say, time } = locale
  const at = alert.byAt === null ? '—' : time(alert.byAt)
  const told = UPSTREAM.get(alert.upstream)
  const words = say('acknowledged', { who: who(alert.by, locale), time: at })
  return told ? `${words} · ${say(told)}` : words
}

/** `Escalado: ninguém respondeu`, and what became of the call that went out. */
export function escalation(alert: Alert, { say }: Locale): string {
  if (!alert.escalation) return say('escalated')
  const waits = alert.escalation.startsWith('waiting') ? 'callWaiting' : 'callGivenUp'
  return `${say('escalated')} · ${say(alert.escalation === 'sent' ? 'callSent' : waits)}`
}

/** `Adiado, volta em 4:58`. */
export function putOff(alert: Alert, { say }: Locale): string {
  const left = Math.round((alert.until ?? 0) - monotonic.value) // the clock's tick counts it down
  return say('snoozed', { left: countdown(left / 1000) })
}

/** Its life in a line: when it came and what became of it. */
export function life(alert: Alert, locale: Locale): string {
  const { say, ago } = locale
  const lines = [ago(secondsPast(alert.raised))]
  if (!alert.ticket && alert.source) lines.push(alert.source)
  if (alert.by.kind && alert.state === 'acknowledged') lines.push(answer(alert, locale))
  const why = alert.upstreamFault ? whyOf(alert.upstreamFault, locale.say) : ''
  if (why || alert.upstreamDetail) lines.push(why || alert.upstreamDetail)
  if (alert.state === 'resolved') lines.push(say('wasResolved'))
  if (alert.state === 'expired') lines.push(say('wasExpired'))
  if (alert.state === 'snoozed') lines.push(putOff(alert, locale))
  if (alert.times > 1) lines.push(say('timesSeen', { n: alert.times }))
  if (!alert.heard) lines.push(say('notHeard'))
  if (alert.escalated) lines.push(escalation(alert, locale))
  return lines.join(' · ')
}
