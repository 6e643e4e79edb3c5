import type * as wire from './generated'
import { type Loose, text } from './text'
import { zoneOffset } from './times'

/** Light or dark, and the room's own colour made readable on it. */

export interface Look {
  theme: 'dark' | 'light' | 'auto'
  lightFrom: string
  lightTo: string
  /** Empty: the panel's own. */
  accent: string
}

export type Told = Pick<wire.Appearance, 'theme' | 'lightFrom' | 'lightTo' | 'accent'>

export function readLook({ theme, lightFrom, lightTo, accent }: Loose<Told>): Look {
  return {
    theme: theme === 'light' || theme === 'auto' ? theme : 'dark',
    lightFrom: text(lightFrom), lightTo: text(lightTo), accent: text(accent),
  }
}

/** A Pi without a clock believes in 1970 or in last year. */
const CLOCK_STARTS = Date.UTC(2024, 0)
const DAY = 24 * 60

function minutes(time: string, other: number): number {
  const found = /^(\d\d?):(\d\d)$/.exec(time)
  return found ? (Number(found[1]) * 60 + Number(found[2])) % DAY : other
}

export function isLight({ theme, lightFrom, lightTo }: Look, now: number, zone: string): boolean {
  if (theme !== 'auto') return theme === 'light'
  if (now < CLOCK_STARTS) return false
  const from = minutes(lightFrom, 7 * 60)
  const to = minutes(lightTo, 18 * 60)
  const at = Math.floor((now + zoneOffset(now, zone)) / 60_000) % DAY
  return from < to ? at >= from && at < to : at >= from || at < to
}

export type Colour = readonly [number, number, number]

/** As `base.css` has them: what an accent stands on, text on it, and what a notice lies on. */
const GROUNDS = {
  dark: { raised: '#1e2832', surface: '#131a22', towards: '#ffffff' },
  light: { raised: '#dde4ec', surface: '#ffffff', towards: '#000000' },
}
/** WCAG 2.2, 1.4.3: text of any size. */
const READABLE = 4.5

export function parse(hex: string): Colour | null {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex)
  if (!found) return null
  const [, r = '', g = '', b = ''] = found
  return [parseInt(r, 16), parseInt(g, 16), parseInt(b, 16)]
}

function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** `share` of `over`, the rest of `under`. */
function mixed(over: Colour, under: Colour, share: number): Colour {
  const at = (i: 0 | 1 | 2) => Math.round(over[i] * share + under[i] * (1 - share))
  return [at(0), at(1), at(2)]
}

function written(colour: Colour): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

/** The room's colour as it is used: never too pale to be read. Null: it has none. */
export function accentOf(
  { accent }: Pick<Look, 'accent'>, light: boolean,
): { accent: string; told: string } | null {
  const wanted = parse(accent)
  const ground = GROUNDS[light ? 'light' : 'dark']
  const [raised, surface, towards] = [ground.raised, ground.surface, ground.towards].map(parse)
  if (!wanted || !raised || !surface || !towards) return null
  let colour = wanted
  for (let step = 1; step <= 50 && contrast(colour, raised) < READABLE; step += 1) {
    colour = mixed(towards, wanted, step / 50)
  }
  return { accent: written(colour), told: written(mixed(colour, surface, 0.16)) }
}
