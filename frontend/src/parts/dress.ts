import { accentOf, isLight, type Look } from '../logic/look'

/** Gives this page the room's look, as it is at a time. */
export function dress(look: Look, now: number, zone: string): void {
  const { classList, style } = document.documentElement
  const light = isLight(look, now, zone)
  const accent = accentOf(look, light)
  classList.toggle('light', light)
  for (const name of ['accent', 'told'] as const) {
    if (accent) style.setProperty(`--${name}`, accent[name])
    else style.removeProperty(`--${name}`)
  }
}
