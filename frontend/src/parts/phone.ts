import { computed } from 'vue'
import { useWall } from '../wall'

/** How a phone gets to the remote page, in words; empty while nobody knows. */
export function usePhone() {
  const { kiosk, locale } = useWall()
  return computed(() => {
    const { access, urls } = kiosk.value?.remote ?? { access: '', urls: [] }
    const { say } = locale.value
    if (access === 'local') return say('phoneLocal')
    // The name, if the network knows it, and the address, which every phone can open.
    const url = urls.slice(0, 2).join(' · ')
    if (!url) return ''
    return access === 'token' ? say('phoneToken', { url }) : url
  })
}
