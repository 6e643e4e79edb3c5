import { computed } from 'vue'
import { secondsPast } from '../clock'
import { criticals } from '../logic/alerts'
import { countdown } from '../logic/times'
import { useWall } from '../wall'
import { useScreens } from './titles'

/** A Pi's HDMI sound card as its sockets are labelled; other cards as the system calls them. */
const cardName = (card: string) =>
  card.replace(/^vc4hdmi(\d?)$/, (_, socket) => `HDMI ${Number(socket) + 1}`)

/**
 * What the kiosk says of its sound and its rotation, in words. The clock is asked only while
 * something counts down, so that nothing is drawn again for nothing.
 */
export function useKiosk() {
  const { kiosk, locale, active, turning } = useWall()
  const { called } = useScreens()
  const left = (seconds: number | null | undefined) =>
    (seconds ? Math.max(0, seconds - secondsPast(kiosk.value?.received ?? 0)) : 0)

  const muted = computed(() => left(kiosk.value?.sound.muted))
  const mutedWords = computed(() => locale.value.say('muted', { left: countdown(muted.value) }))

  const sound = computed(() => {
    const { say } = locale.value
    const now = kiosk.value?.sound
    if (!now) return '—'
    if (now.state === 'failed') return say('soundFailed')
    if (now.state === 'opening') return say('soundOpening')
    if (now.state === 'off') return say('soundOff')
    if (muted.value > 0) return mutedWords.value
    if (now.quiet) return say('quiet')
    return say('soundOk') + (now.card ? `: ${cardName(now.card)}` : '')
  })

  /** Empty without a rotation; the seconds until the next turn only where they are wanted. */
  function rotation(counting: boolean): string {
    const { say } = locale.value
    const now = turning.value
    if (!now) return ''
    if (now.paused) {
      // While something critical stands, the pause begins anew every second.
      const seconds = criticals(active.value).length > 0 ? 0 : left(now.seconds)
      return seconds > 0 ? say('rotationPausedFor', { left: countdown(seconds) })
        : say('rotationPaused')
    }
    if (!now.next) return say('rotationAlone')
    const screen = called(now.next)
    const seconds = counting ? left(now.seconds) : 0
    return seconds > 0 ? say('rotationNextIn', { screen, left: countdown(seconds) })
      : say('rotationNext', { screen })
  }

  return { muted, mutedWords, sound, rotation }
}
