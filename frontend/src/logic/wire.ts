import type * as wire from './generated'
import { type Look, readLook } from './look'
import { PLAIN, readScreens, type Screen, type ViewName, VIEWS } from './screens'
import { type Fields, fields, list, type Loose, number, sent, sentList, text } from './text'
import { parseTime } from './times'

/** What the daemon says about itself, read from messages that may lack anything. */

/** A frame as an object with a type; null when it is something else. */
export function readFrame(frame: unknown): Fields | null {
  if (typeof frame !== 'string') return null
  try {
    const message = fields(JSON.parse(frame))
    return typeof message['type'] === 'string' ? message : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

export interface Settings extends Look {
  kioskId: string
  name: string
  language: string
  timeZone: string
  version: string
  build: string
  development: boolean
  bannerSeconds: number
  criticalSeconds: number
  panelsPlaySound: boolean
  /** How large everything is; 1 is as drawn. */
  scale: number
  /** Per cent of the screen that each edge leaves free. */
  margin: number
  /** Whether the room has one, at /logo. */
  logo: boolean
  /** Between which one turns. */
  screens: readonly Screen[]
  /** Whether they are all that this panel shows. */
  ownScreens: boolean
}

export const DEFAULTS: Settings = {
  kioskId: '', name: '', language: 'pt-BR', timeZone: 'America/Sao_Paulo', version: '', build: '',
  development: false, bannerSeconds: 20, criticalSeconds: 300, panelsPlaySound: false,
  scale: 1, margin: 0, theme: 'dark', lightFrom: '07:00', lightTo: '18:00', accent: '', logo: false,
  screens: PLAIN, ownScreens: false,
}

function within(value: unknown, least: number, most: number, other: number): number {
  const found = number(value)
  return found !== null && found >= least && found <= most ? found : other
}

export function readSettings(message: Loose<wire.Settings>): Settings {
  const orElse = (key: 'name' | 'language' | 'timeZone') => text(message[key]) || DEFAULTS[key]
  return {
    kioskId: text(message.kioskId),
    name: orElse('name'),
    language: orElse('language'),
    timeZone: orElse('timeZone'),
    version: text(message.version),
    build: text(message.build),
    development: message.development === true,
    bannerSeconds: number(message.bannerSeconds) ?? DEFAULTS.bannerSeconds,
    criticalSeconds: number(message.criticalSeconds) ?? DEFAULTS.criticalSeconds,
    panelsPlaySound: message.panelsPlaySound === true,
    scale: within(message.scale, 0.75, 1.3, 1),
    margin: within(message.margin, 0, 10, 0),
    ...readLook(message),
    logo: message.logo === true,
    screens: readScreens(message.screens),
    ownScreens: message.ownScreens === true,
  }
}

export interface ViewAge {
  /** Seconds since its source confirmed it, at the moment of the message. */
  age: number | null
  stale: boolean
  restored: boolean
  /** Where it comes from: equal for one source at one address. */
  origin: string
  /** Why this view can't be had though its source answers; null: it can. */
  fault: SourceFault | null
  /** What in the data that is shown could not be taken as it came. */
  remarks: SourceFault[]
}

/** A fault as a code with its parameters, and as the daemon's own line of English. */
export interface SourceFault {
  code: string
  params: Record<string, string>
  message: string
}

export interface Source {
  name: string
  kind: string
  state: string
  /** Seconds in that state, at the moment of the message. */
  seconds: number
  error: string
  /** Why it gives nothing, as a code; empty while all is well, or when no code is known. */
  reason: string
  /** What the reason is about: host and port, or a file. */
  about: string
  /** What its words are filled with. */
  params: Record<string, string>
  /** The file with its secret; empty: it has none. */
  secretFile: string
  views: Partial<Record<ViewName, ViewAge>>
}

export interface SourceStatus {
  /** Monotonic ms at which the message came. */
  received: number
  sources: Source[]
}

/** Where each view comes from now; not in it: nowhere. */
export function originsOf({ sources }: SourceStatus): Partial<Record<ViewName, string>> {
  const origins: Partial<Record<ViewName, string>> = {}
  for (const { views } of sources) {
    for (const view of VIEWS) if (views[view]) origins[view] = views[view].origin
  }
  return origins
}

export function readSourceStatus(message: Loose<wire.SourcesStatus>, now: number): SourceStatus {
  const sources = sentList<wire.SourceStatus>(message.sources).map((raw): Source => {
    const views: Partial<Record<ViewName, ViewAge>> = {}
    for (const view of VIEWS) {
      const held = fields(raw.views)[view]
      if (held === undefined || held === null) continue
      const { age, stale, restored, origin, fault, remarks } = sent<wire.ViewStatus>(held)
      views[view] = {
        age: number(age), stale: stale === true, restored: restored === true,
        origin: text(origin), fault: readFault(fault),
        remarks: list(remarks).map(readFault).filter((it) => it !== null),
      }
    }
    return {
      name: text(raw.name), kind: text(raw.kind), state: text(raw.state),
      seconds: number(raw.seconds) ?? 0, error: text(raw.error),
      reason: text(raw.reason), about: text(raw.about), params: params(raw.params),
      secretFile: text(raw.secretFile), views,
    }
  })
  return { received: now, sources }
}

export function readFault(raw: unknown): SourceFault | null {
  const found = sent<wire.FaultStatus>(raw)
  const code = text(found.code)
  return code ? { code, params: params(found.params), message: text(found.message) } : null
}

export function params(raw: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fields(raw)).map(([name, value]) => [name, text(value)]))
}

export interface PanelInfo {
  panel: string
  clientId: string
  address: string
  screen: string
  /** Seconds since it last proved that it paints; null: never. */
  painted: number | null
  /** The list of its own; empty: it shows every screen. */
  screens: string[]
  /** How it turns through that list. */
  rotation: Rotation | null
}

export interface Part {
  state: string
  /** One line of English, for who knows more. */
  detail: string
  /** Why it failed, and what that is about; mostly empty. */
  code: string
  about: string
}

export interface Rotation {
  /** What comes next; null: nothing else has anything to say. */
  next: string | null
  paused: boolean
  /** Until the next turn, or until a pause ends, at the moment of the message; null: not known. */
  seconds: number | null
}

/** Who asked for something; an empty kind: nobody knows. */
export interface By {
  kind: string
  name: string
  /** The wall at which it was, if another one shares the alert with this. */
  kiosk?: string
}

/** What somebody tells the room. Times in ms since the epoch. */
export interface Notice {
  number: number
  text: string
  look: 'strip' | 'full'
  by: By
  shown: boolean
  from: number | null
  until: number | null
  /** What was left of its time at the moment of the message; null: only dates are known. */
  seconds: number | null
}

export interface KioskStatus {
  /** Whether the page /fleet shows the other kiosks here. */
  fleet: boolean
  /** Monotonic ms at which the message came. */
  received: number
  screen: string | null
  /** Null: the screens do not rotate. */
  rotation: Rotation | null
  /**
   * `muted`: seconds left at the moment of the message; `quiet`: inside the quiet hours;
   * `unheard`: alerts that made no sound since then; `broken`: a critical alert ended the mute;
   * `card`: which one plays, where the daemon knows.
   */
  sound: Part & {
    muted: number; quiet: boolean; unheard: number; broken: boolean; card: string
  }
  panels: PanelInfo[]
  buttons: Part & { count: number }
  display: Part
  remote: Remote
  /** It runs from the ready-made card, on which system.txt lies. */
  card: boolean
  faults: Fault[]
  notices: Notice[]
  hooks: Hook[]
}

/** A webhook: what came, and what was refused last. */
export interface Hook {
  name: string
  count: number
  /** Seconds since the last post that was taken; null: none was. */
  last: number | null
  /** The last refusal: its HTTP status and why; empty: there was none. */
  refusal: string
  refusedAgo: number | null
}

/** Where a phone reaches the remote page. */
export interface Remote {
  /** `local`: from no other machine · `token`: with the access token · `open` */
  access: string
  urls: string[]
}

export interface Fault {
  part: string
  message: string
  /** A code to be put into words, and what it is about; mostly empty. */
  code: string
  about: string
}

function part(
  raw: Loose<wire.SoundStatus & wire.ButtonsStatus & wire.DisplayStatus>,
): Part {
  return {
    state: text(raw.state), detail: text(raw.detail),
    code: text(raw.code), about: text(raw.about),
  }
}

function texts(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.map(text).filter(Boolean) : []
}

function rotation(raw: unknown): Rotation | null {
  if (raw === null || raw === undefined) return null
  const { next, paused, seconds } = sent<wire.RotationStatus>(raw)
  return {
    next: text(next) || null, paused: paused === true, seconds: number(seconds),
  }
}

function readNotice(raw: Loose<wire.NoticeStatus>): Notice {
  const by = sent<wire.Actor>(raw.by)
  return {
    number: number(raw.number) ?? 0, text: text(raw.text),
    look: raw.look === 'full' ? 'full' : 'strip',
    by: { kind: text(by.kind), name: text(by.name) }, shown: raw.shown === true,
    from: parseTime(raw.from, 'UTC'), until: parseTime(raw.until, 'UTC'),
    seconds: number(raw.seconds),
  }
}

export function readKioskStatus(message: Loose<wire.KioskStatus>, now: number): KioskStatus {
  const sound = sent<wire.SoundStatus>(message.sound)
  const buttons = sent<wire.ButtonsStatus>(message.buttons)
  const remote = sent<wire.RemoteStatus>(message.remote)
  return {
    received: now,
    screen: text(message.screen) || null,
    rotation: rotation(message.rotation),
    sound: {
      ...part(sound), muted: number(sound.muted) ?? 0, quiet: sound.quiet === true,
      unheard: number(sound.unheard) ?? 0, broken: sound.broken === true, card: text(sound.card),
    },
    panels: sentList<wire.PanelStatus>(message.panels).map((raw) => ({
      panel: text(raw.panel), clientId: text(raw.clientId), address: text(raw.address),
      screen: text(raw.screen), painted: number(raw.painted),
      screens: texts(raw.screens), rotation: rotation(raw.rotation),
    })),
    buttons: { ...part(buttons), count: number(buttons.count) ?? 0 },
    display: part(sent<wire.DisplayStatus>(message.display)),
    remote: { access: text(remote.access), urls: texts(remote.urls) },
    card: message.card === true,
    fleet: message.fleet === true,
    faults: sentList<wire.PartFault>(message.faults).map((raw) => ({
      part: text(raw.part), message: text(raw.message),
      code: text(raw.code), about: text(raw.about),
    })),
    notices: sentList<wire.NoticeStatus>(message.notices).map(readNotice),
    hooks: sentList<wire.HookStatus>(message.hooks).map((raw) => ({
      name: text(raw.name), count: number(raw.count) ?? 0, last: number(raw.last),
      refusal: text(raw.refusal), refusedAgo: number(raw.refusedAgo),
    })),
  }
}
