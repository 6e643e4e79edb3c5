/** A picture that is ready to be drawn, as an address of this page alone; or why there is none. */
export type Picture = { address: string } | { reason: string }

/** The picture of a screen. It is drawn only when it could be decoded. */
export async function loadPicture(
  screen: string, fetch: typeof window.fetch, decode: (address: string) => Promise<void>,
): Promise<Picture> {
  try {
    const answer = await fetch(`/screens/${encodeURIComponent(screen)}`)
    if (!answer.ok) return { reason: (await answer.text()).trim() }
    const address = URL.createObjectURL(await answer.blob())
    try {
      await decode(address)
      return { address }
    } catch {
      URL.revokeObjectURL(address)
      return { reason: '' }
    }
  } catch {
    return { reason: '' }
  }
}
