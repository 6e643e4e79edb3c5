import type { Key } from '../words/locale'
import type * as wire from './generated'
import type { ViewName } from './screens'
import type { Fault, KioskStatus, Part, Source, SourceFault, SourceStatus } from './wire'

/** What keeps data from coming, in words for who sets the kiosk up: what, and what to do. */

export interface Trouble {
  title: string
  todo: string
  /** The daemon's own line, for who knows more. */
  detail: string
  /** The source that has it; empty for the kiosk's own. */
  source: string
}

type Say = (key: Key, fill?: Record<string, string>) => string

const REASONS = new Map<string, readonly [Key, Key]>([
  ['no_network', ['whyNoNetwork', 'doNoNetwork']], ['no_dns', ['whyNoDns', 'doNoDns']],
  ['unknown_host', ['whyUnknownHost', 'doUnknownHost']],
  ['unreachable', ['whyUnreachable', 'doUnreachable']],
  ['no_answer', ['whyUnreachable', 'doUnreachable']],
  ['connection_refused', ['whyConnectionRefused', 'doConnectionRefused']],
  ['no_tls', ['whyNoTls', 'doNoTls']], ['certificate', ['whyCertificate', 'doCertificate']],
  ['clock', ['whyClock', 'doClock']], ['bad_url', ['whyBadUrl', 'doBadUrl']],
  ['not_found', ['whyNotFound', 'doNotFound']], ['http_error', ['whyHttpError', 'doHttpError']],
  ['redirected', ['whyRedirected', 'doRedirected']],
  ['not_a_helpdesk', ['whyNotAHelpdesk', 'doNotAHelpdesk']],
  ['refused_token', ['whyRefusedToken', 'doRefusedToken']],
  ['token_file', ['whyTokenFile', 'doTokenFile']], ['lost', ['whyLost', 'doLost']],
  ['ack_refused', ['whyAckRefused', 'doAckRefused']],
  ['internal', ['whyInternal', 'doInternal']],
  ['bad_message', ['whyBadMessage', 'doBadMessage']],
  ['fields_missing', ['whyFieldsMissing', 'doFieldsMissing']],
  ['no_update', ['whyNoUpdate', 'doNoUpdate']],
  ['too_many_files', ['whyTooManyFiles', 'doTooManyFiles']],
  ['proxy_away', ['whyProxyAway', 'doProxyAway']],
  ['proxy_refused', ['whyProxyRefused', 'doProxyRefused']],
  ['needs_tls', ['whyNeedsTls', 'doNeedsTls']],
  ['tls_failed', ['whyTlsFailed', 'doTlsFailed']],
  ['certificate_expired', ['whyCertificateExpired', 'doCertificateExpired']],
  ['certificate_name', ['whyCertificateName', 'doCertificateName']],
  ['missing_slash', ['whyMissingSlash', 'doMissingSlash']],
  ['bad_request', ['whyBadRequest', 'doBadRequest']],
  ['not_http', ['whyNotHttp', 'doNotHttp']],
  ['origin_refused', ['whyOriginRefused', 'doOriginRefused']],
  ['forbidden', ['whyForbidden', 'doForbidden']],
  ['silent', ['whySilent', 'doSilent']],
  ['went_silent', ['whyWentSilent', 'doWentSilent']],
  ['hung_up', ['whyHungUp', 'doHungUp']],
  ['server_failed', ['whyServerFailed', 'doServerFailed']],
  ['restarting', ['whyRestarting', 'doRestarting']],
  ['ca_file', ['whyCaFile', 'doCaFile']], ['too_large', ['whyTooLarge', 'doTooLarge']],
  ['glpi_maintenance', ['whyGlpiMaintenance', 'doGlpiMaintenance']],
  ['glpi_database', ['whyGlpiDatabase', 'doGlpiDatabase']],
  ['glpi_update', ['whyGlpiUpdate', 'doGlpiUpdate']],
  ['glpi_path', ['whyGlpiPath', 'doGlpiPath']],
  ['glpi_empty', ['whyGlpiEmpty', 'doGlpiEmpty']],
  ['glpi_error', ['whyGlpiError', 'doGlpiError']],
  ['glpi_garbled', ['whyGlpiGarbled', 'doGlpiGarbled']],
  ['glpi_session', ['whyGlpiSession', 'doGlpiSession']],
  ['glpi_api_off', ['whyGlpiApiOff', 'doGlpiApiOff']],
  ['glpi_address', ['whyGlpiAddress', 'doGlpiAddress']],
  ['glpi_app_token', ['whyGlpiAppToken', 'doGlpiAppToken']],
  ['glpi_user_token', ['whyGlpiUserToken', 'doGlpiUserToken']],
  ['glpi_no_authorization', ['whyGlpiNoAuthorization', 'doGlpiNoAuthorization']],
  ['glpi_right', ['whyGlpiRight', 'doGlpiRight']],
  ['glpi_entity', ['whyGlpiEntity', 'doGlpiEntity']],
  ['glpi_group', ['whyGlpiGroup', 'doGlpiGroup']],
  ['glpi_user', ['whyGlpiUser', 'doGlpiUser']],
  ['glpi_busy', ['whyGlpiBusy', 'doGlpiBusy']],
  ['glpi_moving', ['whyGlpiMoving', 'doGlpiMoving']],
  ['glpi_client', ['whyGlpiClient', 'doGlpiClient']],
  ['glpi_grant', ['whyGlpiGrant', 'doGlpiGrant']],
  ['glpi_password', ['whyGlpiPassword', 'doGlpiPassword']],
  ['glpi_scope', ['whyGlpiScope', 'doGlpiScope']],
  ['glpi_oauth', ['whyGlpiOauth', 'doGlpiOauth']],
  ['glpi_version', ['whyGlpiVersion', 'doGlpiVersion']],
  ['glpi_write', ['whyGlpiWrite', 'doGlpiWrite']],
  ['mqtt_away', ['whyMqttAway', 'doMqttAway']],
  ['mqtt_tls', ['whyMqttTls', 'doMqttTls']],
  ['mqtt_protocol', ['whyMqttProtocol', 'doMqttProtocol']],
  ['mqtt_secret', ['whyMqttSecret', 'doMqttSecret']],
  ['mqtt_refused', ['whyMqttRefused', 'doMqttRefused']],
  ['mqtt_denied', ['whyMqttDenied', 'doMqttDenied']],
  ['mqtt_twin', ['whyMqttTwin', 'doMqttTwin']],
  ['mqtt_lost', ['whyMqttLost', 'doMqttLost']],
  ['shared_source', ['whySharedSource', 'doSharedSource']],
  ['shared_away', ['whySharedAway', 'doSharedAway']],
  ['shared_nothing', ['whySharedNothing', 'doSharedNothing']],
  ['shared_not', ['whySharedNot', 'doSharedNot']],
  ['shared_circle', ['whySharedCircle', 'doSharedCircle']],
  ['shared_unreadable', ['whySharedUnreadable', 'doSharedUnreadable']],
])

/** What may not be read, as the right for it is called in GLPI's profiles. */
const GLPI_RIGHTS = new Map<string, Key>([
  ['Ticket', 'glpiTicket'], ['Project', 'glpiProject'], ['Task', 'glpiProject'],
  ['ProjectState', 'glpiDropdown'], ['User', 'glpiUser'], ['Group', 'glpiGroup'],
  ['Log', 'glpiLog'],
])

const FAULTS = new Map<string, readonly [Key, Key]>([
  ['wifi_password', ['whyWifiPassword', 'doWifiPassword']],
  ['wifi_not_found', ['whyWifiNotFound', 'doWifiNotFound']],
  ['wifi_unsuitable', ['whyWifiUnsuitable', 'doWifiUnsuitable']],
  ['wifi_refused', ['whyWifiRefused', 'doWifiRefused']], ['no_wifi', ['whyNoWifi', 'doNoWifi']],
  ['system_unknown', ['whySystemLine', 'doSystemLine']],
  ['system_value', ['whySystemLine', 'doSystemLine']],
  ['system_missing', ['whySystemMissing', 'doSystemMissing']],
  ['clock', ['whyClock', 'doClock']],
  ['configuration', ['whyConfiguration', 'doConfiguration']],
  ['host_missing', ['whyHostMissing', 'doHostMissing']],
  ['host_unknown', ['whyHostUnknown', 'doHostUnknown']],
  ['port_taken', ['whyPortTaken', 'doPortTaken']],
  ['port_forbidden', ['whyPortForbidden', 'doPortForbidden']],
  ['https_files', ['whyHttpsFiles', 'doHttpsFiles']], ['https_own', ['whyHttpsOwn', 'doHttpsOwn']],
  ['https_expires', ['whyHttpsExpires', 'doHttpsExpires']],
  ['https_expired', ['whyHttpsExpired', 'doHttpsExpires']],
  ['token', ['whyToken', 'doToken']], ['restart', ['whyRestart', 'doRestart']],
  ['state', ['whyState', 'doState']], ['history', ['whyHistory', 'doState']],
  ['past', ['whyPast', 'doInternal']],
  ['alerts', ['whyAlertsKept', 'doState']],
  ['undervoltage', ['whyUndervoltage', 'doUndervoltage']], ['heat', ['whyHeat', 'doHeat']],
  ['command', ['whyCommand', 'doCommand']], ['soundUrl', ['whySoundUrl', 'doSoundUrl']],
  ['soundUnplayable', ['whySoundUnplayable', 'doSoundUnplayable']],
  ['access', ['whyAccess', 'doAccess']], ['hooks', ['whyHooks', 'doHooks']],
  ['hook_left_out', ['whyHookLeftOut', 'doHookLeftOut']],
  ['hook_refused', ['whyHookUnread', 'doHookUnread']], ['logo', ['whyLogo', 'doLogo']],
  ['share_large', ['whyShareLarge', 'doShareLarge']],
  ['page_dead', ['whyPageDead', 'doPageDead']], ['page_blank', ['whyPageBlank', 'doPageBlank']],
  ['page_login', ['whyPageLogin', 'doPageLogin']],
  ['page_elsewhere', ['whyPageElsewhere', 'doPageElsewhere']],
  ['page_frozen', ['whyPageFrozen', 'doPageFrozen']],
  ['page_secret', ['whyPageSecret', 'doPageSecret']],
  ['page_ca_file', ['whyCaFile', 'doPageSecret']],
  ['page_certificate', ['whyCertificate', 'doCertificate']],
  ['page_certificate_expired', ['whyCertificateExpired', 'doPageCertificate']],
  ['page_certificate_name', ['whyCertificateName', 'doPageCertificate']],
  ['page_browser', ['whyPageBrowser', 'doPageBrowser']],
])

/** What to do holds the daemon's line already, or says where it stands. */
const IN_WORDS = new Set<Key>([
  'doConfiguration', 'doToken', 'doState', 'doCommand', 'doSoundUrl', 'doSoundUnplayable',
  'doHttpsFiles', 'doHttpsOwn', 'doAccess', 'doHooks', 'doHookLeftOut',
  'doHookUnread', 'doLogo', 'doPageSecret',
])

const SOUND = new Map<string, readonly [Key, Key]>([
  ['no_card', ['whySoundNoCard', 'doSoundNoCard']],
  ['no_library', ['whySoundLibrary', 'doSoundLibrary']],
  ['card_failed', ['whySoundCard', 'doSoundCard']],
  ['process_lost', ['whySoundProcess', 'doSoundProcess']],
  ['bug', ['whySoundProcess', 'doSoundProcess']],
])
const LINES = new Map<string, Key>([
  ['package', 'doLinePackage'], ['no_pi', 'doLineNoPi'], ['no_access', 'doLineNoAccess'],
  ['folder', 'doLineFolder'], ['busy', 'doLineBusy'], ['settings', 'doLineSettings'],
  ['noisy', 'doLineNoisy'], ['other', 'doLineOther'],
])
const DISPLAY_WORDS: Record<Exclude<wire.DisplayStatus['code'], ''>, Key> = {
  missing: 'doDisplayMissing', missing_wlopm: 'doDisplayNoWlopm',
  missing_wlr_randr: 'doDisplayNoWlrRandr', missing_cec: 'doDisplayNoCecCtl',
  unfit_wlopm: 'doDisplayCantWlopm', unfit_wlr_randr: 'doDisplayCantWlrRandr',
  no_compositor: 'doDisplayNoCompositor', no_output: 'doDisplayNoOutput',
  no_cable: 'doDisplayNoCable', no_cec: 'doDisplayNoCec',
  shell: 'doDisplayShell', failed: 'doDisplayFailed', no_answer: 'doDisplayNoAnswer',
  disobeys: 'doDisplayDisobeys', elsewhere: 'doDisplayElsewhere',
}
const DISPLAY = new Map<string, Key>(Object.entries(DISPLAY_WORDS))

/** What is wrong with sound, buttons and display, one line each, in the wall's words. */
export function ofParts({ sound, buttons, display }: KioskStatus, say: Say): string[] {
  return [ofSound(sound, say), ofButtons(buttons, say), ofDisplay(display, say)].filter(Boolean)
}

/** What is wrong with the sound, in a line; empty while it is well. So are those below. */
export function ofSound(sound: Part, say: Say): string {
  return ofPart('soundFailed', SOUND.get(sound.code), sound, say)
}

export function ofButtons(buttons: Part, say: Say): string {
  const line = LINES.get(buttons.code)
  return ofPart('buttonsFailed', line && ['whyLine', line], buttons, say)
}

export function ofDisplay(display: Part, say: Say): string {
  const screen = DISPLAY.get(display.code)
  return ofPart('displayFailed', screen && ['whyDisplay', screen], display, say)
}

function ofPart(
  failed: Key, keys: readonly [Key, Key] | undefined, part: Part, say: Say,
): string {
  if (part.state !== 'failed') return ''
  const fill = { detail: part.detail, about: part.about || part.detail }
  return keys ? `${say(keys[0], fill)}. ${say(keys[1], fill)}`
    : `${say(failed)}${part.detail ? ` — ${part.detail}` : ''}`
}

const REFUSALS = new Map<string, Key>([
  ['notices_full', 'refusedFull'], ['no_clock', 'refusedClock'], ['role', 'refusedRole'],
  ['not_listed', 'refusedListed'], ['no_panel', 'refusedNoPanel'],
])

/** Why the kiosk did not do what this panel asked. */
export function ofRefusal(
  code: string, detail: string, params: Record<string, string>, say: Say,
): string {
  return say(REFUSALS.get(code) ?? 'refusedOther', { ...params, detail })
}

/** The trouble of a source's link; null while it has none that is known. */
export function ofSource(source: Source, card: boolean, say: Say): Trouble | null {
  const params = { place: source.about, ...source.params }
  return told({ code: source.reason, params, message: source.error }, source, card, say)
}

/** The trouble of one view of a source, which may be the view's alone. */
export function ofView(
  source: Source, view: ViewName, card: boolean, say: Say,
): Trouble | null {
  const fault = source.views[view]?.fault
  return ofSource(source, card, say) ?? (fault ? told(fault, source, card, say) : null)
}

const REMARKS = new Map<string, Key>([
  ['counters_differ', 'remarkCounters'], ['unknown_word', 'remarkWord'],
  ['unreadable', 'remarkUnreadable'], ['no_object', 'remarkNoObject'],
  ['glpi_partial', 'remarkGlpiPartial'],
])

/** What in the data of a view could not be taken as it came, one line each. */
export function remarksOf(source: Source, view: ViewName, say: Say): string[] {
  return (source.views[view]?.remarks ?? []).map((remark) => {
    const key = REMARKS.get(remark.code)
    return key ? say(key, { ...remark.params, ...rightOf(remark, say) }) : remark.message
  })
}

/** A right of GLPI's as its profiles call it. */
function rightOf({ code, params }: SourceFault, say: Say): { what?: string } {
  const right = code.startsWith('glpi_') && GLPI_RIGHTS.get(params['what'] ?? '')
  return right ? { what: say(right) } : {}
}

/** What is wrong at the wall that shares its data, in that reason's own words. */
function thereOf(
  fault: SourceFault, fill: Record<string, string>, say: Say,
): Record<string, string> {
  const [why, todo] = REASONS.get(fault.params['reason'] ?? '') ?? []
  const detail = fault.params['detail'] ?? ''
  return { why: why ? say(why, fill) : detail, todo: todo ? say(todo, fill) : '' }
}

function told(fault: SourceFault, source: Source, card: boolean, say: Say): Trouble | null {
  const keys = REASONS.get(fault.code)
  if (!keys) return null
  let [, todo] = keys
  if (todo === 'doNoNetwork' && card) todo = 'doNoNetworkCard'
  if (todo === 'doRefusedToken' && !source.secretFile) todo = 'doRefusedTokenNone'
  const file = fault.params['file']
    ?? (fault.code === 'token_file' ? source.about : source.secretFile)
  // A name that nobody knows has no port worth naming.
  const at = fault.params['place'] ?? ''
  const place = keys[0] === 'whyUnknownHost' || keys[0] === 'whyNoDns'
    ? at.replace(/:\d+$/, '') : at
  const plain = { ...fault.params, place, file: onCard(file, card), ...rightOf(fault, say) }
  const fill = { ...plain, ...thereOf(fault, plain, say) }
  return {
    title: say(keys[0], fill), todo: say(todo, fill), detail: fault.message, source: source.name,
  }
}

/** What is wrong, in a line; empty for a fault that has no words here. */
export function whyOf(fault: SourceFault, say: Say): string {
  const key = REASONS.get(fault.code)?.[0]
  return key ? say(key, { ...fault.params, ...rightOf(fault, say) }) : ''
}

/** The trouble of a fault; null for one that has no words but its own. */
export function ofFault(fault: Fault, say: Say): Trouble | null {
  const keys = FAULTS.get(fault.code)
    ?? (fault.code.startsWith('mqtt_') ? REASONS.get(fault.code) : undefined)
  if (!keys) return null
  const { about } = fault
  const fill = { about, place: about, file: about, detail: fault.message }
  const detail = IN_WORDS.has(keys[1]) ? '' : fault.message
  return { title: say(keys[0], fill), todo: say(keys[1], fill), detail, source: '' }
}

/** What keeps a view from coming at all, the cause first; empty while it may be on its way. */
export function keeping(
  view: ViewName, sources: SourceStatus | null, kiosk: KioskStatus | null, say: Say,
): Trouble[] {
  const faults = kiosk?.faults.filter((fault) => FAULTS.has(fault.code)) ?? []
  const wifi = faults.filter((fault) => fault.part === 'wifi')
  const others = faults.filter((fault) => fault.part !== 'wifi')
  // What is wrong with the Wi-Fi is why there is no network; a clock is wrong because of both.
  const away = (sources?.sources ?? []).filter((source) =>
    source.views[view] && !(wifi.length > 0 && source.reason === 'no_network'))
  const causes = [
    ...wifi.map((fault) => ofFault(fault, say)),
    ...away.map((source) => ofView(source, view, kiosk?.card ?? false, say)),
  ].filter((trouble) => trouble !== null)
  if (causes.length === 0) return [] // whatever else is wrong, the data may be on its way
  return [...causes, ...others.map((fault) => ofFault(fault, say)).filter((it) => it !== null)]
}

/** Who edits the card in a PC sees its files, and no path of the kiosk's. */
function onCard(file: string, card: boolean): string {
  return card ? file.replace(/^\/boot\/(firmware\/)?/, '') : file
}
