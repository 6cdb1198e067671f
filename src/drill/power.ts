import { type ChildProcess, spawn } from 'node:child_process'

import { PghaError } from '../shared/errors.ts'
import type { PowerVerb } from './faults/fault.ts'

/** Commands of the operator that switch a node: run by /bin/sh on this machine, with PGHA_HOST and PGHA_ADDRESS set. */
export type PowerCommands = Readonly<Partial<Record<PowerVerb, string | undefined>>>

export interface PowerNode {
  readonly host: string
  readonly address: string
}

const hookSeconds = 120

/** Runs a command for a node and waits for its end; another exit code than 0 is an error with what it printed. */
export async function switchPower(
  commands: PowerCommands,
  verb: PowerVerb,
  node: PowerNode,
  folder: string,
): Promise<void> {
  const command = commands[verb]
  if (command === undefined) throw new Error(`no drill.power.${verb}`)
  const child = start(command, node, folder, false)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2_000)))
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), hookSeconds * 1000)
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => {
      resolve(null)
    })
    child.on('close', resolve)
  })
  clearTimeout(timer)
  if (code === 0) return
  throw new PghaError('failed', `drill.power.${verb} for ${node.host} ended with ${code ?? 'a signal'}`, {
    host: node.host,
    evidence: said.trim().split('\n').slice(-3),
    hint: `run it by hand: PGHA_HOST=${node.host} PGHA_ADDRESS=${node.address} ${command}`,
  })
}

/** The same after `seconds`, by a process that outlives this one. `cancel` takes it back. */
export function switchPowerLater(
  commands: PowerCommands,
  verb: PowerVerb,
  node: PowerNode,
  folder: string,
  seconds: number,
): { readonly cancel: () => void } {
  const child = start(`sleep ${seconds}; ${commands[verb] ?? 'true'}`, node, folder, true)
  child.on('error', () => undefined)
  child.unref()
  return {
    cancel: () => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has run and is gone.
      }
    },
  }
}

// Node's own secrets are nobody's business: the command gets a small environment.
function start(command: string, node: PowerNode, folder: string, isDetached: boolean): ChildProcess {
  const { PATH, HOME, DOCKER_HOST } = process.env
  return spawn('/bin/sh', ['-c', command], {
    cwd: folder,
    detached: isDetached,
    stdio: isDetached ? 'ignore' : ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH, HOME, LC_ALL: 'C', PGHA_HOST: node.host, PGHA_ADDRESS: node.address },
      ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }),
    },
  })
}
