import { onBeforeUnmount, type Ref, shallowRef, watch } from 'vue'

/**
 * How many items of at least `height` rem (plus `gap`) stand above each other in an element,
 * and how many of `width` rem side by side. Follows the element's size.
 */
export function useFit(
  element: Readonly<Ref<HTMLElement | null>>,
  least: () => { height: number; gap: number; width?: number },
) {
  const down = shallowRef(0)
  const across = shallowRef(1)

  function measure(): void {
    if (!element.value) return
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const { height, gap, width } = least()
    const many = (room: number, size: number) =>
      Math.max(1, Math.floor((room / rem + gap + 0.01) / (size + gap)))
    down.value = many(element.value.clientHeight, height)
    if (width) across.value = many(element.value.clientWidth, width)
  }

  const observer = new ResizeObserver(measure)
  watch(element, (now, before) => {
    if (before) observer.unobserve(before)
    if (!now) return
    measure()
    observer.observe(now)
  }, { flush: 'post', immediate: true })
  onBeforeUnmount(() => observer.disconnect())
  return { down, across }
}
