/** Values as they come from strangers, made into what the panel can draw. */

/** Longer than any row shows; a 5,000-character title must not cost layout time. */
const LONGEST = 300

/** A text or a number as one line of text; everything else is empty. */
export function text(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  if (typeof value !== 'string') return ''
  const short = value.length > LONGEST ? cut(value) : value
  // Control characters and line ends would break a row; bidi controls are harmless once isolated.
  return short.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

/** Cuts between characters, never through a surrogate pair. */
function cut(value: string): string {
  const at = value.charCodeAt(LONGEST - 1) >> 10 === 0x36 ? LONGEST - 1 : LONGEST
  return value.slice(0, at) + '…'
}

/** A finite number, also from a numeric text; else null. */
export function number(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.trim() === '') return null
  const read = Number(value)
  return Number.isFinite(read) ? read : null
}

export type Fields = Record<string, unknown>

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields) : {}
}

/** The fields of the daemon's type T, none sure to be there. A name that T lacks is an error. */
export type Loose<T> = { readonly [Name in keyof T]?: unknown }

/** An object that the daemon sent as a T. */
export function sent<T>(value: unknown): Loose<T> {
  return fields(value) as Loose<T>
}

/** The objects of a list that the daemon sent as Ts. */
export function sentList<T>(value: unknown): Loose<T>[] {
  return list(value) as Loose<T>[]
}

/** The objects of a list; what is not an object is left out, what is not a list is empty. */
export function list(value: unknown): Fields[] {
  if (!Array.isArray(value)) return []
  return value.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
}

/** A text field of a row; a dash where something came that the daemon could not read. */
export function textOf(raw: Fields, field: string): string {
  const unreadable = raw['unreadable']
  if (Array.isArray(unreadable) && unreadable.includes(field)) return '—'
  return text(raw[field])
}

/** A word without case, accents and separators: `Em Andamento` and `em_andamento` are one. */
export function plain(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[\s_-]+/g, ' ').trim()
}

/** An unknown word as a person would write it: `awaiting_vendor` is `Awaiting vendor`. */
export function prettify(word: string): string {
  const spaced = word.replace(/[_\s]+/g, ' ').trim()
  return spaced === '' ? '—' : spaced.charAt(0).toLocaleUpperCase() + spaced.slice(1)
}
