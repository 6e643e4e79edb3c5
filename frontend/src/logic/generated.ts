/** Made by `make types` of kioskd/core/status.py: what the daemon sends. Do not edit. */

export type Code =
  | 'bad_message'
  | 'bad_url'
  | 'ca_file'
  | 'certificate'
  | 'clock'
  | 'connection_refused'
  | 'counters_differ'
  | 'fields_missing'
  | 'http_error'
  | 'internal'
  | 'lost'
  | 'no_answer'
  | 'no_dns'
  | 'no_network'
  | 'no_object'
  | 'no_tls'
  | 'no_update'
  | 'not_a_helpdesk'
  | 'not_found'
  | 'redirected'
  | 'refused_token'
  | 'token_file'
  | 'too_large'
  | 'unknown_host'
  | 'unknown_word'
  | 'unreachable'
  | 'unreadable'

export interface PartFault {
  part: string
  message: string
  code: string
  about: string
}

export interface FaultStatus {
  code: Code
  params: Record<string, string>
  message: string
}

export interface ViewStatus {
  age: number | null
  stale: boolean
  restored: boolean
  origin: string
  fault: FaultStatus | null
  remarks: FaultStatus[]
}

export interface SourceStatus {
  name: string
  kind: string
  state: 'connected' | 'connecting' | 'offline' | 'refused'
  since: string
  seconds: number
  error: string | null
  reason: Code | null
  about: string
  params: Record<string, string>
  secretFile: string | null
  views: Partial<Record<'dashboard' | 'projects' | 'tickets', ViewStatus>>
}

export interface SoundPart {
  state: 'failed' | 'off' | 'ok' | 'opening'
  detail: string
}

export interface SoundStatus {
  state: 'failed' | 'off' | 'ok' | 'opening'
  detail: string
  muted: number
  quiet: boolean
}

export interface ButtonsStatus {
  state: 'failed' | 'off' | 'ok'
  detail: string
  count: number
}

export interface DisplayStatus {
  state: 'failed' | 'off' | 'on'
  detail: string
}

export interface RemoteStatus {
  access: 'local' | 'open' | 'token'
  urls: string[]
}

export interface RotationStatus {
  screen: 'dashboard' | 'projects' | 'remote' | 'tickets' | null
  next: 'dashboard' | 'projects' | 'remote' | 'tickets' | null
  paused: boolean
  seconds: number
}

export interface PanelStatus {
  panel: number
  clientId: string
  address: string
  screen: string | null
  painted: number | null
}

export interface PanelDetail {
  panel: number
  clientId: string
  address: string
  screen: string | null
  painted: number | null
  build: string
  waiting: number
}

export interface KioskStatus {
  type: 'kiosk_status'
  screen: 'dashboard' | 'projects' | 'remote' | 'tickets' | null
  rotation: RotationStatus | null
  sound: SoundStatus
  panels: PanelStatus[]
  buttons: ButtonsStatus
  display: DisplayStatus
  remote: RemoteStatus
  card: boolean
  faults: PartFault[]
  timestamp: string
}

export interface SourcesStatus {
  type: 'source_status'
  sources: SourceStatus[]
  timestamp: string
}

export interface Settings {
  type: 'settings'
  kioskId: string
  name: string
  language: 'en' | 'es' | 'pt-BR'
  timeZone: string
  version: string
  build: string
  development: boolean
  staleAfter: Partial<Record<'dashboard' | 'projects' | 'tickets', number>>
  bannerSeconds: number
  criticalSeconds: number
  panelsPlaySound: boolean
  timestamp: string
}

export interface Status {
  kioskId: string
  version: string
  build: string
  uptime: number
  sources: SourceStatus[]
  tickets: Record<string, number>
  alerts: string[]
  dropped: number
  unknown: Record<string, number>
  screen: 'dashboard' | 'projects' | 'remote' | 'tickets' | null
  rotation: RotationStatus | null
  sound: SoundStatus
  panels: PanelDetail[]
  buttons: ButtonsStatus
  display: DisplayStatus
  remote: RemoteStatus
  card: boolean
  faults: PartFault[]
}
