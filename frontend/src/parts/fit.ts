import { onBeforeUnmount, type Ref, shallowRef, watch } from 'vue'

/** The size of an element in rem, followed as it changes: what a screen may fill. */
export function useRoom(element: Readonly<Ref<HTMLElement | null>>) {
  const tall = shallowRef(0)
  const wide = shallowRef(0)

  function measure(): void {
    if (!element.value) return
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const { height, width } = element.value.getBoundingClientRect()
    tall.value = height / rem
    wide.value = width / rem
  }

  const observer = new ResizeObserver(measure)
  watch(element, (now, before) => {
    if (before) observer.unobserve(before)
    if (!now) return
    measure()
    observer.observe(now)
  }, { flush: 'post', immediate: true })
  onBeforeUnmount(() => observer.disconnect())
  return { tall, wide }
}
