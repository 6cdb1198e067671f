import type { Event } from '../engine/events.ts'
import type { Palette } from './palette.ts'

/** A step that takes longer is announced again and again, so that nobody wonders which node hangs. */
const heartbeatMs = 10_000
/** Shorter waits at a gate are nobody's business. */
const quietWaitMs = 1_000

/** Lines of progress, one per event, made for people and log files alike. Only a pulse is drawn over itself, by `draw`. */
export class Progress {
  readonly #write: (line: string) => void
  readonly #draw: (text: string) => void
  readonly #colors: Palette
  readonly #running = new Map<string, number>()
  #lastWait = ''
  #lastLive = 0
  #heart: NodeJS.Timeout | undefined

  constructor(
    write: (line: string) => void,
    colors: Palette,
    draw: (text: string) => void = () => undefined,
  ) {
    this.#write = write
    this.#draw = draw
    this.#colors = colors
  }

  show(event: Event): void {
    const line = this.#lineOf(event)
    if (line !== undefined) this.#write(line)
  }

  stop(): void {
    clearInterval(this.#heart)
  }

  #lineOf(event: Event): string | undefined {
    const { dim, bold, yellow, green, red } = this.#colors
    switch (event.kind) {
      case 'stage':
        return bold(`${event.stage}: ${event.hosts.join(' ')}`)
      case 'step-start':
        this.#begin(`${event.host}  ${event.what}`)
        return undefined
      case 'step-end':
        this.#running.delete(`${event.host}  ${event.what}`)
        return `  ${event.code === 0 ? green('done') : red('FAIL')} ${event.host}  ${event.what} ${dim(seconds(event.ms))}`
      case 'step-lost':
        this.#running.delete(`${event.host}  ${event.what}`)
        return `  ${red('LOST')} ${event.host}  ${event.what} ${dim(seconds(event.ms))}`
      case 'gate-wait':
        return this.#waitLine(event.gate, event.waitingFor, event.ms)
      case 'gate-open':
        return `  ${green('gate')} ${event.gate} ${dim(seconds(event.ms))}`
      case 'warning':
        return `${yellow('warning')}  ${event.text}`
      case 'note':
        return event.text
      case 'pulse':
        this.#draw(event.text)
        return undefined
      case 'live':
        return this.#liveLine(event.text)
      case 'connected':
      case 'run-start':
      case 'run-end':
        return undefined
    }
  }

  #begin(step: string): void {
    this.#running.set(step, Date.now())
    this.#heart ??= setInterval(() => {
      this.#beat()
    }, heartbeatMs).unref()
  }

  #beat(): void {
    for (const [step, startedMs] of this.#running) {
      const ms = Date.now() - startedMs
      if (ms >= heartbeatMs)
        this.#write(`  ${this.#colors.dim('....')} ${step} ${this.#colors.dim(seconds(ms))}`)
    }
  }

  /** The same again, or less than a second later, is nobody's business. */
  #liveLine(text: string): string | undefined {
    const now = Date.now()
    const about = text.replaceAll(/\d+/g, '')
    if (about === this.#lastWait || now - this.#lastLive < quietWaitMs) return undefined
    this.#lastWait = about
    this.#lastLive = now
    return `  ${this.#colors.dim(text)}`
  }

  #waitLine(gate: string, waitingFor: string, ms: number): string | undefined {
    const about = `${gate}: ${waitingFor} ${Math.floor(ms / heartbeatMs)}`
    if (ms < quietWaitMs || about === this.#lastWait) return undefined
    this.#lastWait = about
    return `  ${this.#colors.dim('wait')} ${gate}: waiting for ${waitingFor} ${this.#colors.dim(seconds(ms))}`
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
