// What a person would see of a page, measured. Evaluates to a list of complaints and facts.
() => {
  const rgba = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number)
    return [r, g, b, a]
  }
  const over = (top, under, opacity = 1) => {
    const a = (top[3] ?? 1) * opacity
    return [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a))
  }
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => {
      const s = v / 255
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m)
    return (x + 0.05) / (y + 0.05)
  }
  /** Background and text colour of the last of a chain of elements, groups' opacity included. */
  const seen = (chain, at, backdrop) => {
    const style = getComputedStyle(chain[at])
    const ground = over(rgba(style.backgroundColor), backdrop)
    const result = at === chain.length - 1
      ? [ground, over(rgba(style.color), ground)] : seen(chain, at + 1, ground)
    const opacity = Number(style.opacity)
    return opacity < 1 ? result.map((colour) => over(colour, backdrop, opacity)) : result
  }

  const texts = []
  const complaints = []
  const walker = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const text = node.data.trim()
    const element = node.parentElement
    if (!text || !element.checkVisibility() || element.closest('option')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    const chain = []
    for (let up = element; up; up = up.parentElement) chain.unshift(up)
    const [ground, colour] = seen(chain, 0, [0, 0, 0])
    const shortened = element.closest('.line, .name, .title, .owners')
    const shown = shortened ? shortened.getBoundingClientRect() : box
    texts.push({
      text: text.slice(0, 60), box: shown, element, shortened,
      size: parseFloat(getComputedStyle(element).fontSize), contrast: contrast(ground, colour),
      row: Boolean(element.closest('.body .row, .project, .people li, .activity li')),
      priority: Boolean(element.closest('.mark, .counter, .tone, .kind')),
    })
    const scrolls = document.documentElement.classList.contains('phone')
    if (shown.left < -0.5 || shown.right > innerWidth + 0.5
      || (!scrolls && (shown.top < -0.5 || shown.bottom > innerHeight + 0.5))) {
      complaints.push(`off the screen: ${text}`)
    }
    for (let up = element; up && !scrolls; up = up.parentElement) {
      const look = getComputedStyle(up)
      const cuts = look.overflow !== 'visible' || /paint|strict|content/.test(look.contain)
      if (up === shortened || !cuts) continue
      const hull = up.getBoundingClientRect()
      if (shown.top < hull.top - 1 || shown.bottom > hull.bottom + 1 || shown.left < hull.left - 1
        || shown.right > hull.right + 1) complaints.push(`cut by ${up.className}: ${text}`)
    }
    // A text must stay on its own card, tile or button.
    const card = element.closest('.card, .banner, button, li')
    if (card) {
      const hull = card.getBoundingClientRect()
      if (shown.bottom > hull.bottom + 1 || shown.right > hull.right + 1 || shown.top < hull.top - 1) {
        complaints.push(`out of its ${card.className || card.tagName}: ${text}`)
      }
    }
  }
  for (const [at, one] of texts.entries()) {
    for (const other of texts.slice(at + 1)) {
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue
      if (one.shortened && one.shortened === other.shortened) continue
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top)
      // Line boxes of stacked lines may touch; letters do not.
      if (wide > 1 && high > Math.min(one.size, other.size) * 0.4) {
        complaints.push(`on top of each other: ${one.text} / ${other.text}`)
      }
    }
  }
  return {
    complaints,
    texts: texts.map(({ text, size, contrast, row, priority }) =>
      ({ text, size, contrast, row, priority })),
  }
}
