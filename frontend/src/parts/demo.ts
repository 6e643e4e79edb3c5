import { computed, type ComputedRef } from 'vue'
import { useWall } from '../wall'

/** Whether any of what the panel shows is invented: then every screen says so. */
export function useDemo(): ComputedRef<boolean> {
  const { sources } = useWall()
  return computed(() => sources.value?.sources.some((source) => source.kind === 'demo') ?? false)
}
