import { ofFault, ofParts, ofSource, ofView } from '../logic/trouble'
import { VIEWS } from '../logic/screens'
import type { Source } from '../logic/wire'
import type { Wall } from '../wall'
import type { Key } from '../words/locale'

/** Short breaks of a source are everyday life; a wall does not fuss about them. */
const CALM = 15

export const SOURCE_STATES = new Map<string, Key>([
  ['connected', 'connected'], ['connecting', 'sourceConnecting'], ['offline', 'offline'],
  ['refused', 'refused'],
])

/**
 * Lines for a person about what does not work; the time is asked only if something does not.
 * `told`: what keeps data from coming is said elsewhere.
 */
export function troubles(wall: Wall, now: () => number, told = false): string[] {
  const { say, ago } = wall.locale.value
  const lines: string[] = []
  const status = wall.kiosk.value
  for (const fault of status?.faults ?? []) {
    const known = ofFault(fault, say)
    if (!known) lines.push(`${fault.part}: ${fault.message}`)
    else if (!told) lines.push(`${known.title}. ${known.todo}`)
  }
  const sources = wall.sources.value
  for (const source of told ? [] : sources?.sources ?? []) {
    const trouble = describe(source, sources?.received ?? 0)
    if (trouble) lines.push(trouble)
    else if (source.state === 'connected') lines.push(...failedViews(source))
  }
  if (status) lines.push(...ofParts(status, say))
  if (wall.oldBuild.value) lines.push(say('oldBuild', { build: wall.oldBuild.value }))
  if (wall.browserSilent.value) lines.push(say('browserSilent'))
  return lines

  /** The views of a source that answers, and gives nothing that could be shown of them. */
  function failedViews(source: Source): string[] {
    return VIEWS.flatMap((view) => {
      const fault = source.views[view]?.fault
      if (!fault) return []
      const known = ofView(source, view, status?.card ?? false, say)
      return [`${say(view)}: ${known ? `${known.title}. ${known.todo}` : fault.message}`]
    })
  }

  function describe(source: Source, received: number): string {
    const key = SOURCE_STATES.get(source.state)
    if (!key || key === 'connected') return ''
    const seconds = source.seconds + Math.max(0, now() - received) / 1000
    if (key !== 'refused' && seconds < CALM) return ''
    const words = say('sourceTrouble', { name: source.name, state: say(key), ago: ago(seconds) })
    const known = ofSource(source, status?.card ?? false, say)
    return join(words, known ? `${known.title}. ${known.todo}` : source.error)
  }
}

/** What is wrong, and the line that explains it. */
export function join(what: string, detail: string): string {
  return detail ? `${what} — ${detail}` : what
}
