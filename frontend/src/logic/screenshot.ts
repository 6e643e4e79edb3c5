import { number } from './text'

/** What the screen showed at one moment, or why there is no picture of it. */
export type Screenshot =
  | { image: Blob; whole: boolean; /** Milliseconds of the epoch. */ taken: number }
  | { reason: string }

/** Asks the daemon for a picture; `reason` is a code, and empty when nobody answered. */
export async function takeScreenshot(fetch: typeof window.fetch): Promise<Screenshot> {
  try {
    const answer = await fetch('/api/screenshot')
    if (!answer.ok) return { reason: answer.headers.get('X-Reason') ?? '' }
    return {
      image: await answer.blob(),
      whole: answer.headers.get('X-Picture-Of') === 'screen',
      taken: number(Date.parse(answer.headers.get('X-Taken') ?? '')) ?? 0,
    }
  } catch {
    return { reason: '' }
  }
}
