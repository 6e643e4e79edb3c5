import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  keeping, ofFault, ofParts, ofRefusal, ofSource, remarksOf, whyOf,
} from '../src/logic/trouble'
import { readKioskStatus, readSourceStatus, type Source } from '../src/logic/wire'
import { LANGUAGES, makeLocale } from '../src/words/locale'

// The codes as the daemon has them: one without words here would be English on the wall.
const daemon = readFileSync('../kioskd/core/faults.py', 'utf8')
const REMARKS = ['counters_differ', 'unknown_word', 'unreadable', 'no_object', 'glpi_partial']
const REASONS = [...(/Code = Literal\[([^\]]*)\]/.exec(daemon)?.[1] ?? '').matchAll(/"(\w+)"/g)]
  .map((found) => found[1] ?? '').filter((code) => !REMARKS.includes(code))
const CODES = [
  'wifi_password', 'wifi_not_found', 'wifi_unsuitable', 'wifi_refused', 'no_wifi',
  'system_unknown', 'system_value', 'system_missing', 'clock', 'configuration',
  'host_missing', 'host_unknown', 'port_taken', 'port_forbidden', 'token', 'restart', 'state',
  'alerts', 'soundUrl', 'soundUnplayable', 'command', 'access', 'hooks', 'hook_left_out',
  'hook_refused',
  'undervoltage', 'heat', 'https_files', 'https_own', 'https_expires', 'https_expired',
]
// Every parameter that the daemon's own texts are filled with.
const PARAMS = {
  ...Object.fromEntries([...daemon.matchAll(/\{(\w+)[!}]/g)].map((found) => [found[1], 'x'])),
  place: 'desk.example:443',
}
const { say } = makeLocale('en', 'UTC')

const sources = (...found: Record<string, unknown>[]) => readSourceStatus({ sources: found }, 0)
const source = (more: Record<string, unknown>) => sources({
  name: 'central', error: 'a line', about: 'desk.example:443', views: { tickets: {} }, ...more,
}).sources[0] as Source
const kiosk = (more: Record<string, unknown>) => readKioskStatus(more, 0)
const wifi = { part: 'wifi', message: 'm', code: 'wifi_password', about: 'IT' }

describe.each(Object.keys(LANGUAGES))('in %s', (language) => {
  const words = makeLocale(language, 'UTC').say

  test.each(REASONS)('%s says what is wrong and what to do', (reason) => {
    const found = ofSource(source({ reason, secretFile: '/t', params: PARAMS }), false, words)
    expect(found?.title).toBeTruthy()
    expect(found?.todo).toBeTruthy()
    expect(`${found?.title} ${found?.todo}`).not.toMatch(/[{}]/)
  })

  test.each(CODES)('%s says what is wrong and what to do', (code) => {
    const found = ofFault({ part: 'p', message: 'm', code, about: 'IT' }, words)
    expect(`${found?.title} ${found?.todo}`).not.toMatch(/[{}]|undefined/)
  })
})

test('no two causes have the same words, but those that ask for the same', () => {
  const titles = REASONS.map((reason) => ofSource(source({ reason }), false, say)?.title)
  expect(new Set(titles).size).toBe(REASONS.length - 1)
})

test('a reason that is not known leaves the line of the daemon', () => {
  expect(ofSource(source({ reason: 'eaten_by_a_dog' }), false, say)).toBeNull()
  expect(ofSource(source({ reason: null }), false, say)).toBeNull()
  expect(ofFault({ part: 'x', message: 'm', code: 'eaten', about: '' }, say)).toBeNull()
})

test.each([
  ['notices_full', 'Há avisos demais: encerre um antes'],
  ['no_clock', 'O relógio do quiosque ainda não está certo'],
  ['role', 'Este aparelho não tem permissão para isso'],
  ['not_listed', 'Hall só mostra: redes, aviso'],
  ['no_panel', 'Nenhum painel conectado se chama Hall'],
  ['', 'O quiosque recusou o pedido: `text` must not be empty'],
])('a refusal with the code "%s" is told in the panel\'s language', (code, words) => {
  const portuguese = makeLocale('pt-BR', 'UTC').say
  const params = { panel: 'Hall', screens: 'redes, aviso' }
  expect(ofRefusal(code, '`text` must not be empty', params, portuguese)).toBe(words)
})

test('the file of the token is named as the person sees it', () => {
  const refused = source({ reason: 'refused_token', secretFile: '/boot/firmware/token.txt' })
  expect(ofSource(refused, true, say)?.todo).toContain('file token.txt')
  expect(ofSource(refused, false, say)?.todo).toContain('/boot/firmware/token.txt')
  const none = source({ reason: 'refused_token', secretFile: null })
  expect(ofSource(none, true, say)?.todo).toContain('auth in kioskd.yaml')
  const missing = source({ reason: 'token_file', about: '/boot/firmware/t', secretFile: '/x' })
  expect(ofSource(missing, true, say)?.todo).toContain('file t is missing')
})

test('a name that nobody knows has no port', () => {
  expect(ofSource(source({ reason: 'unknown_host' }), false, say)?.title)
    .toBe('There is no desk.example')
})

test('a fault of one view is told with its parameters, though its source answers', () => {
  const params = {
    message: 'tickets_update', missing: 'assignedTo', present: 'assigned_to',
    fields: '{assignedTo: assigned_to}',
  }
  const fault = { code: 'fields_missing', params, message: 'a line' }
  const broken = { state: 'connected', reason: null, views: { tickets: { fault }, projects: {} } }
  const [found] = keeping('tickets', sources(broken), kiosk({}), say)
  expect(found?.title).toBe('Fields are missing in the helpdesk\'s data: assignedTo')
  expect(found?.todo).toContain('assigned_to')
  expect(found?.detail).toBe('a line')
  expect(keeping('projects', sources(broken), kiosk({}), say)).toEqual([])
})

describe('what keeps a view from coming', () => {
  const away = { name: 'a', reason: 'no_network', about: 'x:1', views: { tickets: {} } }

  test('is nothing while it may be on its way', () => {
    expect(keeping('tickets', null, null, say)).toEqual([])
    expect(keeping('tickets', sources({ views: { tickets: {} } }), kiosk({}), say)).toEqual([])
  })

  test('is the trouble of its own source, and of no other', () => {
    const other = { name: 'b', reason: 'lost', about: 'y:1', views: { projects: {} } }
    const found = keeping('tickets', sources(away, other), kiosk({}), say)
    expect(found.map(({ source: name }) => name)).toEqual(['a'])
  })

  test('is the Wi-Fi, and not the network that is missing because of it', () => {
    const found = keeping('tickets', sources(away), kiosk({ faults: [wifi], card: true }), say)
    expect(found.map(({ title }) => title)).toEqual(['The Wi-Fi IT refuses the password'])
  })

  test('is told before what follows from it', () => {
    const clock = { part: 'clock', message: 'm', code: 'clock', about: '' }
    const said = { part: 'configuration', message: 'kioskd.yaml:7:3: x', code: 'configuration' }
    const found = keeping('tickets', sources(away), kiosk({ faults: [clock, said] }), say)
    expect(found.map(({ title }) => title)).toEqual([
      'No network', 'The kiosk\'s clock is wrong', 'Error in the file kioskd.yaml',
    ])
    expect(found[2]?.todo).toContain('kioskd.yaml:7:3')
  })

  test('names the card only where there is one', () => {
    const on = (card: boolean) => keeping('tickets', sources(away), kiosk({ card }), say)[0]?.todo
    expect(on(true)).toContain('system.txt')
    expect(on(false)).not.toContain('system.txt')
  })
})

test('what in the data could not be taken as it came is a line each, in the wall\'s words', () => {
  const message = 'a line'
  const remarks = [
    { code: 'unknown_word', params: { field: 'priority', count: '3', examples: 'P7' }, message },
    { code: 'counters_differ', params: { said: 'critical 0', counted: 'critical 1' }, message },
    { code: 'glpi_partial', params: { profile: 'Observer', what: 'Ticket' }, message },
    { code: 'of_tomorrow', params: {}, message },
  ]
  const words = makeLocale('pt-BR', 'UTC').say
  expect(remarksOf(source({ views: { tickets: { remarks } } }), 'tickets', words)).toEqual([
    'priority: 3 em palavra desconhecida (P7); indique em words, no kioskd.yaml.',
    'O helpdesk conta critical 0, e as linhas dizem critical 1: valem as linhas.',
    'Só uma parte: falta ao perfil Observer do GLPI o direito Chamados, “Ver todos chamados”.',
    'a line',
  ])
  expect(remarksOf(source({}), 'tickets', words)).toEqual([])
})

test('what is wrong with a part is said in the language of the wall, with what to do', () => {
  const status = readKioskStatus({
    sound: { state: 'failed', detail: 'no sound card (any driver)', code: 'no_card' },
    buttons: { state: 'failed', detail: 'GPIO17: busy', code: 'busy', about: 'GPIO17' },
    display: { state: 'failed', detail: 'no cec-ctl', code: 'missing_cec', about: 'cec-ctl' },
  }, 0)
  const [sound, buttons, display] = ofParts(status, makeLocale('pt-BR', 'UTC').say)
  expect(sound).toMatch(/^Nenhuma placa de som\. Ligue a TV .*kioskd sound list$/)
  expect(buttons).toMatch(/^Botões com falha: GPIO17\. Outro programa usa esse pino/)
  expect(display).toMatch(/^A tela não pode .*Falta o programa cec-ctl\. .* install v4l-utils$/)
})

test.each(['package', 'no_pi', 'no_access', 'folder', 'busy', 'settings', 'noisy', 'other'])(
  'a line that is %s is told without a word of English on a Portuguese wall', (code) => {
    const buttons = { state: 'failed', detail: 'said in English', code, about: 'GPIO17' }
    const [said = ''] = ofParts(readKioskStatus({ buttons }, 0), makeLocale('pt-BR', 'UTC').say)
    expect(said).toMatch(/^Botões com falha: GPIO17\. \p{Lu}/u)
    expect(said).not.toMatch(/English|[{}]/)
  })

test.each([
  'missing', 'missing_wlopm', 'missing_wlr_randr', 'missing_cec', 'unfit_wlopm',
  'unfit_wlr_randr', 'no_compositor', 'no_output', 'no_cable', 'no_cec', 'shell', 'failed',
  'no_answer', 'disobeys', 'elsewhere',
])('a display that is %s is told without a word of English on a Portuguese wall', (code) => {
  const display = { state: 'failed', detail: 'said in English', code, about: 'HDMI-A-1' }
  const [said = ''] = ofParts(readKioskStatus({ display }, 0), makeLocale('pt-BR', 'UTC').say)
  expect(said).toMatch(/^A tela não pode ser ligada e desligada\. \p{Lu}/u)
  expect(said).not.toMatch(/English|[{}]|the |is not/)
})

test('an acknowledgement that was not taken is told, with the reason of who refused it', () => {
  const params = { place: 'central', detail: 'bloqueado por Bob' }
  const fault = { code: 'ack_refused', params, message: 'central refused it: bloqueado por Bob' }
  expect(whyOf(fault, makeLocale('pt-BR', 'UTC').say))
    .toBe('central não aceitou o ciente: bloqueado por Bob')
})

test('a part of which no code is known is told in the words of the daemon', () => {
  const status = readKioskStatus({ sound: { state: 'failed', detail: 'odd' } }, 0)
  expect(ofParts(status, say)).toEqual(['Sound failed — odd'])
})
