/**
 * The socket to kioskd. It never gives up: full-jitter waits, capped, grown only while links do
 * not last. It believes a link only while something is heard on it.
 */

export interface Socket {
  send(text: string): void
  close(): void
}

export interface SocketEvents {
  open(): void
  message(data: unknown): void
  close(): void
}

export interface LinkParts {
  open(on: SocketEvents): Socket
  /** Monotonic ms. */
  now(): number
  /** 0 ≤ n < 1. */
  random(): number
  /** The socket stands: time to introduce oneself. */
  greet(): void
  receive(frame: unknown): void
  /** `connected` may have changed. */
  changed(): void
}

const PING_EVERY = 10_000
const SILENCE = 25_000
const PATIENCE = 10_000
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 15_000
const STABLE = 30_000

export class Link {
  /** True from the first message on a socket until it is lost. */
  connected = false
  /** When something was last heard, on whichever socket; null: never. */
  heard: number | null = null

  private socket: Socket | null = null
  private standing = false
  private begun = 0
  private pinged = 0
  private failures = 0
  private retryAt = 0
  private forget: () => void = () => undefined

  constructor(private readonly parts: LinkParts) {}

  /** To be called once a second: opens, pings, notices silence. */
  tick(): void {
    const now = this.parts.now()
    if (!this.socket) {
      if (now >= this.retryAt) this.connect(now)
    } else if (!this.connected) {
      if (now - this.begun >= PATIENCE) this.lose()
    } else if (this.heard !== null && now - this.heard >= SILENCE) {
      this.lose()
    } else if (now - this.pinged >= PING_EVERY) {
      this.pinged = now
      this.send({ type: 'ping' })
    }
  }

  /** The network came back: do not wait for the rest of the pause. */
  hurry(): void {
    if (!this.socket) this.retryAt = 0
  }

  /** False when there is no socket to say it on. */
  send(message: object): boolean {
    if (!this.socket || !this.standing) return false
    this.socket.send(JSON.stringify(message))
    return true
  }

  private connect(now: number): void {
    this.begun = now
    this.pinged = now
    this.standing = false
    // What a socket says after it was let go belongs to nobody.
    let current = true
    const own = (act: () => void) => () => { if (current) act() }
    this.forget = () => { current = false }
    try {
      this.socket = this.parts.open({
        open: own(() => {
          this.standing = true
          this.parts.greet()
        }),
        message: (data) => { if (current) this.hear(data) },
        close: own(() => this.lose()),
      })
    } catch {
      // WebSocket's constructor throws on what it will not even try; waiting is all we can do.
      this.wait(now)
    }
  }

  private hear(data: unknown): void {
    this.heard = this.parts.now()
    const first = !this.connected
    this.connected = true
    this.parts.receive(data)
    if (first) this.parts.changed()
  }

  /** Lets go of the socket at once: a half-open one may take minutes to close. */
  private lose(): void {
    const socket = this.socket
    if (!socket) return
    this.forget()
    this.socket = null
    this.standing = false
    socket.close()
    const now = this.parts.now()
    if (this.connected && now - this.begun >= STABLE) this.failures = 0
    this.connected = false
    this.wait(now)
    this.parts.changed()
  }

  private wait(now: number): void {
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures)
    this.failures = Math.min(this.failures + 1, 10)
    this.retryAt = now + ceiling * this.parts.random()
  }
}
