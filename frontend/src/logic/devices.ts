import { type Fields, fields, number, text } from './text'

/** A phone or a browser that was let in. */
export interface Device {
  id: string
  name: string
  role: string
  /** Seconds since it was last heard of. */
  idle: number
  /** It is the one that this page runs on. */
  current: boolean
}

export function readDevices(body: Fields): Device[] {
  const given: unknown[] = Array.isArray(body['devices']) ? body['devices'] : []
  return given.map(fields).map((each) => ({
    id: text(each['id']), name: text(each['name']), role: text(each['role']),
    idle: number(each['idle']) ?? 0, current: each['current'] === true,
  }))
}

/** Null: it could not be had. */
export async function listDevices(fetch: typeof window.fetch): Promise<Device[] | null> {
  try {
    const answer = await fetch('/api/devices')
    return answer.ok ? readDevices(fields(await answer.json())) : null
  } catch {
    return null
  }
}

/** Whether it is let in no more. */
export async function revokeDevice(id: string, fetch: typeof window.fetch): Promise<boolean> {
  try {
    const answer = await fetch('/api/devices/revoke', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id }),
    })
    return answer.ok
  } catch {
    return false
  }
}
