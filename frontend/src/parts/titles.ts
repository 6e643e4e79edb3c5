import { computed } from 'vue'
import { isView, REMOTE, type Screen, screenOf } from '../logic/screens'
import { prettify } from '../logic/text'
import { useWall } from '../wall'

/** The screens that one may switch to, and what they are called. */
export function useScreens() {
  const { locale, settings } = useWall()
  const screens = computed(() => [...settings.value.screens, REMOTE])

  function titleOf(screen: Screen): string {
    if (screen.title) return screen.title
    const { name } = screen
    if (isView(name) || name === 'remote' || name === 'trends') return locale.value.say(name)
    return prettify(name)
  }

  /** What a screen that somebody named is called; a name that this panel does not know stays. */
  function called(name: string): string {
    const found = screenOf(name, settings.value.screens)
    return found ? titleOf(found) : name
  }

  return { screens, titleOf, called }
}
