import './styles/base.css'
import { createApp } from 'vue'
import App from './App.vue'
import { startClock } from './clock'
import { panelId, store } from './logic/keep'
import PairScreen from './screens/PairScreen.vue'
import { createWall, wallKey } from './wall'

const address = new URL(location.href)
const query = address.searchParams
const path = address.pathname.split('/').filter(Boolean).pop() ?? ''
const controller = path === 'remote'
const kept = store(() => localStorage)
if (controller || path === 'pair' || path === 'fleet') {
  document.documentElement.classList.add('phone')
}

// An access token has become a cookie by now; it need not stay on a screen or in a history.
// The build that asked for this page is kept only while it differs from ours.
const asked = query.get('build')
query.delete('token')
if (asked === __BUILD__) query.delete('build')
history.replaceState(null, '', address)

const wanted = query.get('screen') ?? path

const wall = createWall({
  clientId: panelId(query, kept, window, controller ? 'Phone' : 'Panel', Math.random),
  controller,
  firstScreen: /^[a-z0-9_-]{1,32}$/.test(wanted) ? wanted : null,
  openSocket(on) {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/dashboard_control/`)
    socket.onopen = on.open
    socket.onmessage = (event) => on.message(event.data)
    socket.onclose = on.close
    return socket
  },
  kept,
  now: () => performance.now(),
  date: () => Date.now(),
  random: Math.random,
  afterPaint(then) {
    if (document.visibilityState !== 'visible') return
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if ((document.querySelector('main')?.offsetHeight ?? 0) > 0) then()
    }))
  },
  reload(build) {
    if (asked === build) return false // it was asked for once, and this old page came
    wall.save()
    query.set('build', build)
    location.replace(address)
    return true
  },
  play: (url) => new Audio(new URL(url, location.origin).href).play(),
})

if (path === 'pair') createApp(PairScreen).mount('#app')
else if (path === 'fleet') void showFleet()
else show()

/** Loaded only where it is asked for: no wall carries it. */
async function showFleet(): Promise<void> {
  const { default: FleetScreen } = await import('./screens/FleetScreen.vue')
  createApp(FleetScreen).mount('#app')
}

function show(): void {
  wall.restore()
  wall.tick() // the socket connects while the page is drawn for the first time
  const app = createApp(App).provide(wallKey, wall)
  app.config.errorHandler = (error) => {
    // A page that cannot draw is worse than one that starts again, without the data that broke it.
    console.error(error)
    kept.set('kioskd.state', '')
    setTimeout(() => location.reload(), 10_000)
  }
  app.mount('#app')

  window.addEventListener('pagehide', wall.save)
  window.addEventListener('online', wall.hurry)
  startClock(wall.tick)
}
