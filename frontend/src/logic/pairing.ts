import { type Fields, number, text } from './text'

/** How a phone is let in, while the wall shows it. */
export interface Pairing {
  /** Six digits, to be typed. */
  digits: string
  /** The page where they are typed, as a person reads it. */
  page: string
  /** What the QR code holds: the page and a secret that is good once. */
  code: string
  /** SHA-256 of a certificate that no phone knows yet, in groups; empty: there is none. */
  fingerprint: string[]
  /** Monotonic ms until which it is good. */
  until: number
}

/** Null: nobody is let in now. */
export function readPairing(message: Fields, now: number): Pairing | null {
  const digits = text(message['digits'])
  if (!/^\d{6}$/.test(digits)) return null
  const given: unknown[] = Array.isArray(message['urls']) ? message['urls'] : []
  const urls = given.map(text).filter((url) => /^https?:\/\//.test(url))
  // Not every phone knows a name that ends in .local; each knows an address.
  const code = urls.find((url) => !url.includes('.local')) ?? urls[0] ?? ''
  return {
    digits, code, page: code.split('#')[0] ?? '',
    fingerprint: text(message['fingerprint']).replaceAll(':', ' ').match(/.{1,24}/g) ?? [],
    until: now + 1000 * (number(message['seconds']) ?? 0),
  }
}

/** What a phone sends: the digits as typed, or the secret of a QR code. */
export type Claim = { code: string; name: string }
export type Outcome = 'let in' | 'wrong' | 'too often' | 'away'

/** Asks kioskd to let this browser in. Its answer sets the cookie. */
export async function claim(asked: Claim, fetch: typeof window.fetch): Promise<Outcome> {
  try {
    const answer = await fetch('/api/pair/claim', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked),
    })
    if (answer.ok) return 'let in'
    return answer.status === 429 ? 'too often' : 'wrong'
  } catch {
    return 'away'
  }
}
