/** Made by `make types` of what the daemon sends. Do not edit. */

export type Code =
  | 'ack_refused'
  | 'bad_message'
  | 'bad_request'
  | 'bad_url'
  | 'ca_file'
  | 'certificate'
  | 'certificate_expired'
  | 'certificate_name'
  | 'clock'
  | 'connection_refused'
  | 'counters_differ'
  | 'fields_missing'
  | 'forbidden'
  | 'glpi_address'
  | 'glpi_api_off'
  | 'glpi_app_token'
  | 'glpi_busy'
  | 'glpi_client'
  | 'glpi_database'
  | 'glpi_empty'
  | 'glpi_entity'
  | 'glpi_error'
  | 'glpi_garbled'
  | 'glpi_grant'
  | 'glpi_group'
  | 'glpi_maintenance'
  | 'glpi_moving'
  | 'glpi_no_authorization'
  | 'glpi_oauth'
  | 'glpi_partial'
  | 'glpi_password'
  | 'glpi_path'
  | 'glpi_right'
  | 'glpi_scope'
  | 'glpi_session'
  | 'glpi_update'
  | 'glpi_user'
  | 'glpi_user_token'
  | 'glpi_version'
  | 'glpi_write'
  | 'http_error'
  | 'hung_up'
  | 'internal'
  | 'lost'
  | 'missing_slash'
  | 'mqtt_away'
  | 'mqtt_denied'
  | 'mqtt_lost'
  | 'mqtt_protocol'
  | 'mqtt_refused'
  | 'mqtt_secret'
  | 'mqtt_tls'
  | 'mqtt_twin'
  | 'needs_tls'
  | 'no_answer'
  | 'no_dns'
  | 'no_network'
  | 'no_object'
  | 'no_tls'
  | 'no_update'
  | 'not_a_helpdesk'
  | 'not_found'
  | 'not_http'
  | 'origin_refused'
  | 'proxy_away'
  | 'proxy_refused'
  | 'redirected'
  | 'refused_token'
  | 'restarting'
  | 'server_failed'
  | 'shared_away'
  | 'shared_circle'
  | 'shared_not'
  | 'shared_nothing'
  | 'shared_source'
  | 'shared_unreadable'
  | 'silent'
  | 'tls_failed'
  | 'token_file'
  | 'too_large'
  | 'too_many_files'
  | 'unknown_host'
  | 'unknown_word'
  | 'unreachable'
  | 'unreadable'
  | 'went_silent'

export interface Actor {
  kind: 'button' | 'cli' | 'http' | 'motion' | 'mqtt' | 'panel' | 'phone' | 'rotation' | 'upstream'
  name: string
  kiosk: string
}

export interface AlertStatus {
  number: number
  id: string
  kind: 'critical_alert' | 'new_ticket_alert' | 'project_update_alert'
  ticket: boolean
  severity: string
  title: string
  description: string
  source: string
  entity: string
  assignedTo: string
  link: string
  state: 'acknowledged' | 'active' | 'displaced' | 'expired' | 'resolved' | 'snoozed'
  raised: string | null
  age: number
  count: number
  standing: boolean
  heard: boolean
  by: Actor | null
  byAt: string | null
  snoozedFor: number | null
  ended: string | null
  resolved: string | null
  escalated: string | null
  escalation: string
  upstream: '' | 'failed' | 'sent' | 'waiting'
  upstreamDetail: string
  upstreamFault: Fault | null
}

export interface ActiveAlertsStatus {
  type: 'active_alerts'
  total: number
  displaced: number
  alerts: AlertStatus[]
  timestamp: string
}

export interface AlertHistory {
  type: 'alert_history'
  alerts: AlertStatus[]
  timestamp: string
}

export interface Fault {
  code: Code
  params: Record<string, string>
}

export interface ToldSource {
  name: string
  state: string
}

export interface Told {
  name: string
  version: string
  groups: string[]
  oldest: number | null
  activeAlerts: number
  faults: PartFault[]
  sources: ToldSource[]
  file: string
  fileFits: boolean
  timestamp: string
}

export interface Seen {
  kiosk: string
  online: boolean
  screen: string | null
  proved: boolean | null
  told: Told | null
}

export interface FleetStatus {
  state: 'blind' | 'connecting' | 'failed' | 'off' | 'ready'
  fault: FaultStatus | null
  kiosks: Seen[]
  language: 'en' | 'es' | 'pt-BR'
  timeZone: string
  name: string
  timestamp: string
}

export interface Order {
  command: 'acknowledge' | 'mute' | 'notice' | 'switch'
  kiosk: string | null
  group: string | null
  screen: string | null
  text: string | null
  seconds: number | null
  by: string
}

export interface Outcome {
  kiosk: string
  ok: boolean
  away: boolean
  said: string
}

export interface RemoteSwitch {
  type: 'remote_switch'
  target: string
  timestamp: string
}

export interface Acknowledge {
  type: 'acknowledge'
  ids: string[]
  by: string
  timestamp: string
}

export interface AlertResolved {
  type: 'alert_resolved'
  ids: string[]
  timestamp: string
}

export interface Error {
  type: 'error'
  message: string
  code: string
  params: Record<string, string>
  timestamp: string
}

export interface Pong {
  type: 'pong'
  timestamp: string
}

export interface ClientIp {
  type: 'client_ip_response'
  client_ip: string
  timestamp: string
}

export interface Session {
  type: 'session'
  role: 'admin' | 'control' | 'view'
  by: string
  name: string
  timestamp: string
}

export interface Pairing {
  type: 'pairing'
  digits: string | null
  urls: string[]
  fingerprint: string
  seconds: number
  role: 'admin' | 'control' | 'view' | null
  timestamp: string
}

export interface Identify {
  type: 'identify'
  clientId: string
  timestamp: string
}

export interface RequestData {
  type: 'request_data'
  view: 'dashboard' | 'projects' | 'tickets'
  timestamp: string
}

export interface UpstreamAcknowledge {
  type: 'acknowledge'
  id: string
  by: string
  at: string | null
  clientId: string
  timestamp: string
}

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
  definitions: Record<string, string>
}

export interface SoundPart {
  state: 'failed' | 'off' | 'ok' | 'opening'
  detail: string
  code: '' | 'bug' | 'card_failed' | 'no_card' | 'no_library' | 'process_lost'
  card: string
  chosen: string
}

export interface SoundStatus {
  state: 'failed' | 'off' | 'ok' | 'opening'
  detail: string
  muted: number
  quiet: boolean
  unheard: number
  broken: boolean
  code: '' | 'bug' | 'card_failed' | 'no_card' | 'no_library' | 'process_lost'
  card: string
  volume: number
  chosen: string
}

export interface CardStatus {
  id: string
  name: string
  chosen: boolean
  trying: boolean
}

export interface CardsStatus {
  cards: CardStatus[]
  title: string
  note: string
  hear: string
}

export interface ButtonsStatus {
  state: 'failed' | 'off' | 'ok'
  detail: string
  count: number
  code: '' | 'busy' | 'folder' | 'no_access' | 'no_pi' | 'noisy' | 'other' | 'package' | 'settings'
  about: string
}

export interface KeysStatus {
  state: 'failed' | 'off' | 'ok' | 'opening'
  detail: string
  devices: string[]
}

export interface DisplayStatus {
  state: 'failed' | 'off' | 'on'
  detail: string
  code:
    | ''
    | 'disobeys'
    | 'elsewhere'
    | 'failed'
    | 'missing'
    | 'missing_cec'
    | 'missing_wlopm'
    | 'missing_wlr_randr'
    | 'no_answer'
    | 'no_cable'
    | 'no_cec'
    | 'no_compositor'
    | 'no_output'
    | 'shell'
    | 'unfit_wlopm'
    | 'unfit_wlr_randr'
  about: string
}

export interface RemoteStatus {
  access: 'local' | 'open' | 'token'
  urls: string[]
}

export interface BoardStatus {
  model: string
  temperature: number | null
  undervoltage: boolean | null
  throttled: boolean | null
  earlier: boolean | null
}

export interface ClockStatus {
  doubted: number | null
  asked: number | null
}

export interface RotationStatus {
  screen: string | null
  next: string | null
  paused: boolean
  seconds: number
}

export interface PanelStatus {
  panel: number
  clientId: string
  address: string
  screen: string | null
  painted: number | null
  screens: string[]
  rotation: RotationStatus | null
}

export interface PanelDetail {
  panel: number
  clientId: string
  address: string
  screen: string | null
  painted: number | null
  screens: string[]
  rotation: RotationStatus | null
  build: string
  waiting: number
}

export interface HookStatus {
  name: string
  preset: string
  count: number
  last: number | null
  refused: number
  refusal: string
  refusedAgo: number | null
}

export interface NoticeStatus {
  number: number
  text: string
  look: 'full' | 'strip'
  by: Actor
  shown: boolean
  from: string | null
  until: string | null
  seconds: number | null
}

export interface CertificateStatus {
  fingerprint: string
  expires: number
  own: boolean
}

export interface BrokerStatus {
  state: 'connected' | 'connecting' | 'offline' | 'refused'
  place: string
  user: string
  protocol: string
  seconds: number
  fault: FaultStatus | null
  shares: ('dashboard' | 'projects' | 'tickets')[]
}

export interface FleetFileStatus {
  number: number
  by: string
  at: string
  trying: boolean
  fits: boolean
  mark: string
}

export interface KioskStatus {
  type: 'kiosk_status'
  screen: string | null
  rotation: RotationStatus | null
  sound: SoundStatus
  panels: PanelStatus[]
  buttons: ButtonsStatus
  display: DisplayStatus
  remote: RemoteStatus
  card: boolean
  faults: PartFault[]
  notices: NoticeStatus[]
  hooks: HookStatus[]
  fleet: boolean
  timestamp: string
}

export interface SourcesStatus {
  type: 'source_status'
  sources: SourceStatus[]
  timestamp: string
}

export interface FilterStatus {
  groups: string[]
  entities: string[]
  priorities: string[]
  statuses: string[]
  assignees: string[]
}

export interface ScreenStatus {
  name: string
  kind: string
  title: string
  filter: FilterStatus | null
  columns: string[]
  density: string
  text: string
}

export interface Appearance {
  theme: 'auto' | 'dark' | 'light'
  lightFrom: string
  lightTo: string
  timeZone: string
  accent: string
  logo: boolean
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
  scale: number
  margin: number
  theme: 'auto' | 'dark' | 'light'
  lightFrom: string
  lightTo: string
  accent: string
  logo: boolean
  screens: ScreenStatus[]
  ownScreens: boolean
  timestamp: string
}

export interface Status {
  kioskId: string
  version: string
  build: string
  uptime: number
  sources: SourceStatus[]
  tickets: Record<string, number>
  alerts: AlertStatus[]
  activeAlerts: number
  dropped: number
  unknown: Record<string, number>
  screen: string | null
  rotation: RotationStatus | null
  sound: SoundStatus
  panels: PanelDetail[]
  buttons: ButtonsStatus
  display: DisplayStatus
  remote: RemoteStatus
  card: boolean
  faults: PartFault[]
  board: BoardStatus
  clock: ClockStatus
  hooks: HookStatus[]
  notices: NoticeStatus[]
  certificate: CertificateStatus | null
  broker: BrokerStatus | null
  fleetFile: FleetFileStatus | null
  browserRestarts: number
  keys: KeysStatus
  scripts: Record<string, string>
  panelsUnseen: string[]
}

export interface FigureTrend {
  points: (number | null)[]
  yesterday: number | null
  latest: number | null
}

export interface FigureTrends {
  critical: FigureTrend | null
  high: FigureTrend | null
  medium: FigureTrend | null
  low: FigureTrend | null
  total: FigureTrend | null
  openTickets: FigureTrend | null
  avgResponseTime: FigureTrend | null
  resolutionRate: FigureTrend | null
  customerSatisfaction: FigureTrend | null
  surveyCount: FigureTrend | null
}

export interface TrendDay {
  day: string
  opened: number | null
  closed: number | null
  whole: boolean
}

export interface TrendHour {
  opened: number | null
  days: number
}

export interface TrendsStatus {
  type: 'trends'
  recording: boolean
  since: string | null
  figures: FigureTrends
  days: TrendDay[]
  backlog: (number | null)[]
  hours: TrendHour[]
  timestamp: string
}
