import { computed, inject, type InjectionKey, shallowRef } from 'vue'
import * as alerts from './logic/alerts'
import { type Dashboard, readDashboard } from './logic/dashboard'
import type { Store } from './logic/keep'
import { Link, type Socket, type SocketEvents } from './logic/link'
import { type Pairing, readPairing } from './logic/pairing'
import { type Project, readProjects } from './logic/projects'
import { type Fields, fields, text } from './logic/text'
import { REMOTE, screenOf, type ViewName, VIEWS } from './logic/screens'
import { markNew, readTickets, type Tickets } from './logic/tickets'
import { readTrends, type Trends } from './logic/trends'
import { ofRefusal } from './logic/trouble'
import {
  DEFAULTS, type KioskStatus, type Notice, originsOf, params, readFrame, readKioskStatus,
  readSettings, readSourceStatus, type Settings, type SourceStatus,
} from './logic/wire'
import { makeLocale } from './words/locale'

/** Everything one page knows: the daemon's messages as refs, and what the page may ask for. */

export interface WallParts {
  clientId: string
  /** A phone that controls stays the controller, whatever is switched. */
  controller: boolean
  firstScreen: string | null
  openSocket(on: SocketEvents): Socket
  kept: Store
  /** Monotonic ms. */
  now(): number
  /** Wall clock, ms since the epoch. */
  date(): number
  random(): number
  /** Calls back once a frame is on the glass; never while the page is hidden or empty. */
  afterPaint(then: () => void): void
  /** Loads the page of another build. False: that was tried already. */
  reload(build: string): boolean
  play(url: string): Promise<void>
}

export type Wall = ReturnType<typeof createWall>
export const wallKey: InjectionKey<Wall> = Symbol('wall')

export function useWall(): Wall {
  const wall = inject(wallKey)
  if (!wall) throw new Error('no wall was provided to this component')
  return wall
}

const KEPT = 'kioskd.state'
const PERSON = 'kioskd.person'
const SAVE_EVERY = 60_000
const PAINTED_EVERY = 5_000
/** The daemon closes a panel that says too much at once. */
const MOST_TOLD = 50
/** What was answered here comes back when the daemon has not said the same by then. */
const ANSWERED_FOR = 5_000

const UPDATES = new Map<string, ViewName>([
  ['tickets_update', 'tickets'], ['projects_update', 'projects'],
  ['dashboard_update', 'dashboard'],
])

export function createWall(parts: WallParts) {
  const settings = shallowRef<Settings>(DEFAULTS)
  const tickets = shallowRef<Tickets | null>(null)
  const projects = shallowRef<Project[] | null>(null)
  const dashboard = shallowRef<Dashboard | null>(null)
  const trends = shallowRef<Trends | null>(null)
  const newSince = shallowRef<ReadonlyMap<string, number>>(new Map())
  const told = shallowRef<alerts.ActiveAlerts>(alerts.NONE)
  /** Answered on this page, and until when that is believed. */
  const answered = shallowRef<ReadonlyMap<number, number>>(new Map())
  const active = computed(() => alerts.without(told.value, new Set(answered.value.keys())))
  const history = shallowRef<readonly alerts.Alert[] | null>(null)
  const person = shallowRef(parts.kept.get(PERSON) ?? '')
  /** The name that was asked for last; empty: none was. */
  const screen = shallowRef(parts.controller ? 'remote' : parts.firstScreen ?? '')
  /** A name that nobody knows, or none, is the first screen. */
  const shown = computed(() => find(screen.value)
    ?? settings.value.screens[0] ?? REMOTE)
  const find = (name: string) =>
    screenOf(name, settings.value.screens, settings.value.ownScreens)
  const sources = shallowRef<SourceStatus | null>(null)
  const kiosk = shallowRef<KioskStatus | null>(null)
  /** How this panel turns: with all the others, or through its own list. */
  const turning = computed(() => (settings.value.ownScreens
    ? kiosk.value?.panels.find((panel) => panel.clientId === parts.clientId)?.rotation ?? null
    : kiosk.value?.rotation ?? null))
  const connected = shallowRef(false)
  const heard = shallowRef<number | null>(null)
  /** Monotonic ms at which each view came. */
  const held = shallowRef<Partial<Record<ViewName, number>>>({})
  const complaint = shallowRef('')
  const pairing = shallowRef<Pairing | null>(null)
  /** What this page may do; empty until the daemon has said it. */
  const role = shallowRef('')
  const oldBuild = shallowRef('')
  const browserSilent = shallowRef(false)
  const locale = computed(() => makeLocale(settings.value.language, settings.value.timeZone))

  const frames: Partial<Record<ViewName | 'settings', string | undefined>> = {}
  let origins: Partial<Record<ViewName, string>> = {}
  const unsent = new Map<number, object>()
  let dirty = false
  let savedAt = -Infinity
  let paintedAt = -Infinity

  const link = new Link({
    open: parts.openSocket,
    now: parts.now,
    random: parts.random,
    greet() {
      link.send({
        type: 'identify', clientId: parts.clientId, availableScreens: [...VIEWS, REMOTE.name],
        controller: parts.controller,
        timestamp: new Date(parts.date()).toISOString(),
      })
      for (const answer of [...unsent.values()].slice(-MOST_TOLD)) link.send(answer)
      for (const number of unsent.keys()) believe(number, parts.now() + ANSWERED_FOR)
      unsent.clear()
      paintedAt = -Infinity
    },
    receive,
    changed() {
      connected.value = link.connected
      heard.value = link.heard
    },
  })

  function receive(frame: unknown): void {
    const message = readFrame(frame)
    if (!message) return
    const type = message['type'] as string
    const view = UPDATES.get(type)
    if (view) return takeUpdate(view, message, frame as string)
    if (alerts.isAlert(type)) return sound(text(fields(message['data'])['soundUrl']))
    switch (type) {
      case 'active_alerts': return takeAlerts(alerts.readActiveAlerts(message, parts.now()))
      case 'alert_history': history.value = alerts.readAlerts(message, parts.now()); return
      case 'settings': return takeSettings(message, frame as string)
      case 'source_status': return takeSources(readSourceStatus(message, parts.now()))
      case 'kiosk_status': kiosk.value = readKioskStatus(message, parts.now()); return
      case 'remote_switch': show(text(message['target'])); return
      case 'trends': trends.value = readTrends(message, parts.now()); return
      case 'pairing': pairing.value = readPairing(message, parts.now()); return
      case 'session': role.value = text(message['role']); return
      case 'error': complaint.value = ofRefusal(
        text(message['code']), text(message['message']), params(message['params']),
        locale.value.say)
    }
  }

  function takeUpdate(view: ViewName, message: Fields, frame: string, at = parts.now()): void {
    const zone = locale.value.zone
    if (view === 'tickets') {
      const next = readTickets(message, zone)
      newSince.value = markNew(newSince.value, tickets.value, next, parts.now())
      tickets.value = next
    } else if (view === 'projects') {
      projects.value = readProjects(message, parts.date(), zone)
    } else {
      dashboard.value = readDashboard(message, zone)
    }
    held.value = { ...held.value, [view]: at }
    frames[view] = frame
    dirty = true
  }

  /** What came from elsewhere than a view does now, says nothing any more. */
  function takeSources(status: SourceStatus): void {
    sources.value = status
    const now = originsOf(status)
    for (const view of VIEWS) {
      if (frames[view] !== undefined && origins[view] !== now[view]) forget(view)
    }
    origins = now
  }

  function forget(view: ViewName): void {
    if (view === 'tickets') {
      tickets.value = null
      newSince.value = new Map()
    } else if (view === 'projects') {
      projects.value = null
    } else {
      dashboard.value = null
    }
    held.value = { ...held.value, [view]: undefined }
    frames[view] = undefined
    dirty = true
  }

  function takeSettings(message: Fields, frame: string): void {
    const zone = locale.value.zone
    settings.value = readSettings(message)
    frames.settings = frame
    dirty = true
    if (locale.value.zone !== zone) reread()
    const { build } = settings.value
    oldBuild.value = build && build !== __BUILD__ && !parts.reload(build) ? build : ''
  }

  /** Naive times mean something else in another zone. */
  function reread(): void {
    for (const view of VIEWS) {
      const message = readFrame(frames[view])
      if (message) takeUpdate(view, message, frames[view] as string, held.value[view])
    }
  }

  function takeAlerts(next: alerts.ActiveAlerts): void {
    told.value = next
    const known = new Set(next.alerts.filter(alerts.isActive).map((alert) => alert.number))
    const still = [...answered.value].filter(([number]) => known.has(number))
    if (still.length < answered.value.size) answered.value = new Map(still)
  }

  function believe(number: number, until: number): void {
    answered.value = new Map(answered.value).set(number, until)
  }

  function sound(url: string): void {
    if (!settings.value.panelsPlaySound || !url) return
    parts.play(url).then(
      () => { browserSilent.value = false },
      () => { browserSilent.value = true },
    )
  }

  function show(target: string): void {
    if (parts.controller || !find(target)) return
    if (target === screen.value) return
    screen.value = target
    paintedAt = -Infinity
    dirty = true
  }

  /** Asks for a screen everywhere, or on the panels of one id; alone in the dark, only here. */
  function switchTo(target: string, clientId?: string): void {
    const sent = link.send({ type: 'remote_switch', target, ...(clientId ? { clientId } : {}) })
    if (!sent && (!clientId || clientId === parts.clientId)) show(target)
  }

  /** Seen to, one alert or all that call. Off this page at once, told now or when it is back. */
  function acknowledge(alert?: alerts.Alert): void {
    answer(alert, { type: 'acknowledge' })
  }

  /** Out of the way for so many seconds, or until a time of tomorrow such as `08:00`. */
  function snooze(alert: alerts.Alert | undefined, time: number | string): void {
    const when = typeof time === 'number' ? { seconds: time } : { tomorrow: time }
    answer(alert, { type: 'snooze', ...when })
  }

  function answer(alert: alerts.Alert | undefined, message: object): void {
    const by = person.value.trim()
    const said = by ? { ...message, by } : message
    const meant = alert ? [alert] : alerts.calling(active.value)
    const sent = alert ? link.send({ ...said, number: alert.number }) : link.send(said)
    for (const { number } of meant) {
      if (!sent) unsent.set(number, { ...said, number })
      believe(number, sent ? parts.now() + ANSWERED_FOR : Infinity)
    }
  }

  function callMe(name: string): void {
    person.value = name
    parts.kept.set(PERSON, name)
  }

  function tick(): void {
    const now = parts.now()
    link.tick()
    heard.value = link.heard
    const still = [...answered.value].filter(([, until]) => until > now)
    if (still.length < answered.value.size) answered.value = new Map(still)
    if (dirty && now - savedAt >= SAVE_EVERY) save()
    if (connected.value && now - paintedAt >= PAINTED_EVERY) {
      paintedAt = now
      parts.afterPaint(() => {
        link.send({ type: 'painted', screen: shown.value.name, build: __BUILD__ })
      })
    }
  }

  /** Writes what a reload redraws: seldom while it runs, and once as the page goes. */
  function save(): void {
    if (!dirty) return
    const shift = parts.date() - parts.now()
    const times = Object.fromEntries(
      VIEWS.flatMap((view) => {
        const at = held.value[view]
        return at === undefined ? [] : [[view, at + shift]]
      }))
    parts.kept.set(KEPT, JSON.stringify({ frames, times, origins, screen: screen.value }))
    dirty = false
    savedAt = parts.now()
  }

  /** Redraws the last state before the daemon has said a word; it stays marked with its age. */
  function restore(): void {
    const state = readFrameless(parts.kept.get(KEPT))
    const kept = fields(state['frames'])
    const message = readFrame(kept['settings'])
    if (message) settings.value = readSettings(message)
    if (message) frames.settings = kept['settings'] as string
    for (const view of VIEWS) {
      const update = readFrame(kept[view])
      const at = fields(state['times'])[view]
      if (!update || typeof at !== 'number') continue
      const old = Math.max(0, parts.date() - at)
      takeUpdate(view, update, kept[view] as string, parts.now() - old)
      origins[view] = text(fields(state['origins'])[view])
    }
    if (!parts.firstScreen) show(text(state['screen']))
    dirty = false
  }

  return {
    clientId: parts.clientId, controller: parts.controller,
    settings, locale, tickets, projects, dashboard, trends, newSince, active, history, person,
    shown, turning, sources, kiosk, connected, heard, held, complaint, pairing, role, oldBuild,
    browserSilent, switchTo, acknowledge, snooze, callMe, tick, save, restore, receive,
    hurry: () => link.hurry(),
    mute: (seconds: number) => link.send({ type: 'mute', seconds }),
    /** False: nobody heard it. */
    tell: (words: string, seconds: number, look: Notice['look']) => {
      const by = person.value.trim()
      return link.send({ type: 'notice', text: words, seconds, look, ...(by ? { by } : {}) })
    },
    endNotice: (number: number) => link.send({ type: 'end_notice', number }),
    askHistory: () => link.send({ type: 'request_alert_history' }),
    pair: () => link.send({ type: 'pair' }),
    testSound: () => link.send({ type: 'test_sound' }),
    simulate: (event: object) => link.send({ type: 'simulate', ...event }),
  }
}

function readFrameless(kept: string | null): Fields {
  if (kept === null) return {}
  try {
    return fields(JSON.parse(kept))
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
