import { appendFileSync } from 'node:fs'

import type { Arena } from '../drill/arena.ts'
import type { Random } from '../drill/random.ts'
import { PghaError } from '../shared/errors.ts'
import { clusterOf } from './cluster-of.ts'
import { linesTo, settingOf } from './drill-nodes.ts'
import type { RunOptions } from './options.ts'
import type { RunSite } from './site.ts'

export interface ArenaOptions extends RunOptions {
  /** A node heals itself so many seconds after pgha should have done it. */
  readonly graceSeconds: number
  readonly writers: number
  /** Average pause of a writer after an acknowledgement, in ms. */
  readonly thinkMs: number
  /** A file that gets each acknowledgement, before the client's next write. */
  readonly ackLog: string | undefined
}

/** Connects a site to a drill; `close` ends all lines to its nodes. */
export function openArena(
  site: RunSite,
  random: Random,
  options: ArenaOptions,
): { readonly arena: Arena; readonly close: () => Promise<void> } {
  const [lines, eyes] = [linesTo(site, options, true), linesTo(site, options, false)]
  const cluster = clusterOf(site, { connections: lines, failures: [] })
  const arena: Arena = {
    ...{ cluster, watched: { ...cluster, connections: eyes }, random, folder: site.folder },
    ...{ graceSeconds: options.graceSeconds, writers: options.writers, thinkMs: options.thinkMs },
    ...{ signal: options.stop?.signal, ...powerOf(site) },
    settingOf: (host) => settingOf(site, host),
    tell: (text) => {
      options.emit({ kind: 'live', text })
    },
    pulse: (text) => {
      options.emit({ kind: 'pulse', text })
    },
    ...ackLogTo(options.ackLog),
  }
  const close = async () => {
    await Promise.all([...lines.values(), ...eyes.values()].map((line) => line.close()))
  }
  return { arena, close }
}

/** A cluster marked as production is drilled only when the operator names it. */
export function refuseProduction({ hosts }: RunSite, on: string | undefined): void {
  const scope = hosts[0]?.vars.patroni.scope ?? ''
  if (on !== undefined && on !== scope) {
    throw new PghaError('input', `--on ${on} is not this cluster: its scope is ${scope}`)
  }
  const marked = hosts.find(({ vars }) => vars.environment === 'production')
  if (marked === undefined || on === scope) return
  const source = marked.sourceOf(['environment'])
  throw new PghaError('refused', `${scope} is marked as production: a drill breaks it on purpose`, {
    ...(source === undefined ? {} : { source }),
    hint: `if you mean it, say --on ${scope}`,
  })
}

function powerOf({ hosts }: RunSite): Pick<Arena, 'power' | 'loopWaitSeconds'> {
  const [host] = hosts
  return {
    power: host?.vars.drill.power ?? {},
    loopWaitSeconds: host?.vars.patroni.loop_wait ?? 0,
  }
}

function ackLogTo(file: string | undefined): Pick<Arena, 'onAck'> {
  if (file === undefined) return {}
  return {
    onAck: (attempt) => {
      appendFileSync(file, `${JSON.stringify(attempt)}\n`)
    },
  }
}
