import { ofFault } from '../logic/trouble'
import type { Fault } from '../logic/wire'
import type { Key, Locale } from './locale'

/** The words of the page about all kiosks, which no wall loads. */

const ptBR = {
  title: 'Todos os quiosques',
  count: '{n} quiosques',
  away: '{n} fora',
  troubled: '{n} com problema',
  allWell: 'Tudo em ordem',
  onlyTroubled: 'Só os que têm problema',
  group: 'Grupo',
  everyGroup: 'Todos os grupos',
  kiosk: 'Quiosque',
  state: 'Estado',
  online: 'no ar',
  offline: 'fora',
  picture: 'Imagem',
  proved: 'aparece',
  notProved: 'não aparece',
  unknown: 'não se sabe',
  oldest: 'Dado mais antigo',
  version: 'Versão',
  file: 'Arquivo da frota',
  ownFile: 'só o próprio',
  unfit: '{file}, não serve',
  spoke: 'Última notícia',
  none: 'nenhuma',
  orders: 'Ordens',
  to: 'Para',
  everyone: 'todos os quiosques',
  groupOf: 'grupo {name}',
  doSwitch: 'Trocar a tela',
  notice: 'Aviso',
  doNotice: 'Avisar por 30 min',
  doMute: 'Silenciar 30 min',
  doUnmute: 'Voltar o som',
  doAcknowledge: 'Encerrar os alertas',
  sure: 'Encerrar os alertas agora',
  asking: 'Esperando as respostas…',
  done: '{done} de {n} obedeceram',
  noAnswer: 'não respondeu',
  refused: 'recusou: {said}',
  notGiven: 'A ordem não foi dada. {said}',
  waiting: 'Chamando o broker…',
  off: 'Este quiosque não usa um broker MQTT. Escreva a seção mqtt no arquivo dele.',
  blind: 'Este quiosque não pode ver os outros. Escreva mqtt.fleet no arquivo dele: '
    + 'a documentação (docs/pt-BR/fleet.md) diz como.',
  mayNot: 'Este aparelho não tem permissão para isso. Libere-o com: kioskd pair --role admin',
  noKioskd: 'Sem resposta deste quiosque; haverá nova tentativa',
  old: 'A lista é de antes.',
} as const

export type FleetWords = { readonly [K in keyof typeof ptBR]: string }
export type FleetKey = keyof FleetWords

const en: FleetWords = {
  title: 'All kiosks',
  count: '{n} kiosks',
  away: '{n} away',
  troubled: '{n} with a problem',
  allWell: 'All is well',
  onlyTroubled: 'Only those with a problem',
  group: 'Group',
  everyGroup: 'All groups',
  kiosk: 'Kiosk',
  state: 'State',
  online: 'online',
  offline: 'away',
  picture: 'Picture',
  proved: 'shown',
  notProved: 'not shown',
  unknown: 'not known',
  oldest: 'Oldest data',
  version: 'Version',
  file: "Fleet's file",
  ownFile: 'its own only',
  unfit: '{file}, does not fit',
  spoke: 'Last heard',
  none: 'none',
  orders: 'Orders',
  to: 'For',
  everyone: 'every kiosk',
  groupOf: 'group {name}',
  doSwitch: 'Change the screen',
  notice: 'Notice',
  doNotice: 'Tell for 30 min',
  doMute: 'Mute for 30 min',
  doUnmute: 'Sound again',
  doAcknowledge: 'End the alerts',
  sure: 'End the alerts now',
  asking: 'Waiting for the answers…',
  done: '{done} of {n} did it',
  noAnswer: 'no answer',
  refused: 'refused: {said}',
  notGiven: 'The order was not given. {said}',
  waiting: 'Calling the broker…',
  off: 'This kiosk uses no MQTT broker. Write the section mqtt into its file.',
  blind: 'This kiosk may not see the others. Write mqtt.fleet into its file: '
    + 'docs/fleet.md says how.',
  mayNot: 'This device may not do that. Let it in with: kioskd pair --role admin',
  noKioskd: 'This kiosk does not answer; the page tries again',
  old: 'The list is from before.',
}

const es: FleetWords = {
  title: 'Todos los quioscos',
  count: '{n} quioscos',
  away: '{n} ausentes',
  troubled: '{n} con problemas',
  allWell: 'Todo en orden',
  onlyTroubled: 'Solo los que tienen problemas',
  group: 'Grupo',
  everyGroup: 'Todos los grupos',
  kiosk: 'Quiosco',
  state: 'Estado',
  online: 'en línea',
  offline: 'ausente',
  picture: 'Imagen',
  proved: 'se ve',
  notProved: 'no se ve',
  unknown: 'no se sabe',
  oldest: 'Dato más antiguo',
  version: 'Versión',
  file: 'Archivo de la flota',
  ownFile: 'solo el propio',
  unfit: '{file}, no encaja',
  spoke: 'Última noticia',
  none: 'ninguna',
  orders: 'Órdenes',
  to: 'Para',
  everyone: 'todos los quioscos',
  groupOf: 'grupo {name}',
  doSwitch: 'Cambiar la pantalla',
  notice: 'Aviso',
  doNotice: 'Avisar por 30 min',
  doMute: 'Silenciar 30 min',
  doUnmute: 'Volver el sonido',
  doAcknowledge: 'Terminar las alertas',
  sure: 'Terminar las alertas ahora',
  asking: 'Esperando las respuestas…',
  done: '{done} de {n} obedecieron',
  noAnswer: 'no respondió',
  refused: 'rechazó: {said}',
  notGiven: 'La orden no se dio. {said}',
  waiting: 'Llamando al broker…',
  off: 'Este quiosco no usa un broker MQTT. Escriba la sección mqtt en su archivo.',
  blind: 'Este quiosco no puede ver los otros. Escriba mqtt.fleet en su archivo: '
    + 'docs/fleet.md dice cómo.',
  mayNot: 'Este aparato no tiene permiso para eso. Déjelo entrar con: kioskd pair --role admin',
  noKioskd: 'Este quiosco no responde; habrá otro intento',
  old: 'La lista es de antes.',
}

export const FLEET: Record<string, FleetWords> = { 'pt-BR': ptBR, en, es }

export type FleetSay = ReturnType<typeof fleetSay>

/** A text of the page in a language of ours, with its gaps filled. */
export function fleetSay(language: string) {
  const words = FLEET[language] ?? ptBR
  return (key: FleetKey, fill: Record<string, string | number> = {}): string =>
    words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole))
}

/** The screens that every kiosk has, unless its file names others. */
export const SCREENS: readonly string[] = ['tickets', 'projects', 'dashboard']

/** What a screen is called; one of a kiosk's own is called as its file has it. */
export function screenWords(screen: string, say: Locale['say']): string {
  return SCREENS.includes(screen) ? say(screen as Key) : screen || '—'
}

/** What is wrong with a kiosk, in a line. */
export function faultWords(fault: Fault, say: Locale['say']): string {
  return ofFault(fault, say)?.title ?? `${fault.part}: ${fault.message}`
}
