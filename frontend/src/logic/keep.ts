/** What survives a reload. A browser may refuse any of it; the panel must not care. */

export interface Store {
  get(key: string): string | null
  set(key: string, value: string): void
}

/** Wraps a storage that may be missing or throw on every touch. */
export function store(open: () => Storage): Store {
  const attempt = <T>(act: (storage: Storage) => T): T | null => {
    try {
      return act(open())
    } catch {
      // Blocked, full, or switched off by policy: a panel without a memory is still a panel.
      return null
    }
  }
  return {
    get: (key) => attempt((storage) => storage.getItem(key)),
    set: (key, value) => void attempt((storage) => storage.setItem(key, value)),
  }
}

const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * The panel's own id: from the address, else the one kept, else a new one that is kept in the
 * storage and in the window's name, which outlives a reload even where storage throws.
 */
export function panelId(
  query: URLSearchParams, kept: Store, named: { name: string }, prefix: string,
  random: () => number,
): string {
  // The daemon's own names are of that form already: kioskd/config/names.py, names.json.
  const given = (query.get('id') ?? query.get('clientId') ?? '').trim().slice(0, 64)
  if (given) return given
  const own = new RegExp(`^${prefix}-[${LETTERS}]{5}$`)
  const key = `kioskd.${prefix}`
  for (const candidate of [kept.get(key), named.name]) {
    if (candidate && own.test(candidate)) return candidate
  }
  const letter = () => LETTERS.charAt(Math.floor(random() * LETTERS.length))
  const fresh = `${prefix}-${Array.from({ length: 5 }, letter).join('')}`
  kept.set(key, fresh)
  named.name = fresh
  return fresh
}
