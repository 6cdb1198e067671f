import { basename } from 'node:path'

import type { Disruption } from '../../engine/disruption.ts'
import type { Difference, Verb } from '../../engine/resource.ts'
import { inputsHash } from './marker.ts'
import type { Input, ServiceWant } from './service.ts'
import type { ServiceState } from './state.ts'

/** One thing that a unit needs, and why. */
export interface Need {
  readonly verb: Verb
  readonly reason: string
  /** Whom it disturbs, where the verb alone does not tell. */
  readonly disruption?: Disruption
}

/** What a unit needs, as one verb and all its reasons. */
export function diffService(want: ServiceWant, state: ServiceState): Difference | undefined {
  const needs = needsOf(want, state)
  const [first] = needs
  if (first === undefined) return undefined
  const { verb, disruption } = first
  const summary = needs.map((need) => need.reason).join(', ')
  return { verb, summary, ...(disruption === undefined ? {} : { disruption }) }
}

/** All that a unit needs, the most urgent first. */
export function needsOf(want: ServiceWant, state: ServiceState): readonly Need[] {
  if (want.masked) return maskNeeds(state)
  return [...runNeeds(want, state), ...bootNeeds(want, state), ...(state.isUnitStale ? [reread] : [])]
}

/** `run`, as it disturbs nothing: systemd only reads its files. */
const reread: Need = { verb: 'run', reason: 'systemd has not read the changed unit yet' }

function maskNeeds(state: ServiceState): readonly Need[] {
  const stop: Need = { verb: 'stop', reason: `${state.active} → stopped` }
  const mask: Need = { verb: 'disable', reason: `${state.atBoot || state.load} → masked` }
  return [...(isUp(state) ? [stop] : []), ...(state.load === 'masked' ? [] : [mask])]
}

function runNeeds(want: ServiceWant, state: ServiceState): readonly Need[] {
  if (!want.running) return isUp(state) ? [{ verb: 'stop', reason: `${state.active} → stopped` }] : []
  if (state.active !== 'active' && state.active !== 'reloading') {
    return [{ verb: 'start', reason: `${state.load === 'not-found' ? 'not there' : state.active} → running` }]
  }
  const restart = otherStart(want, state) ?? (want.mayRestart ? restartReason(want, state) : undefined)
  if (restart !== undefined) return [{ verb: 'restart', reason: restart }]
  const reload = owedReason(want.reloadInputs, state, 'reload')
  if (reload === undefined) return []
  if (want.clients === undefined || !cutsClients(want.clients.sha256, state))
    return [{ verb: 'reload', reason: reload }]
  return [{ verb: 'reload', reason: `${reload}; ${want.clients.cut}`, disruption: 'restart-service' }]
}

/** What clients depend on is to be written still, or is written and not read yet. */
function cutsClients(wanted: string, { clients, marker }: ServiceState): boolean {
  return clients !== wanted || (marker?.clients ?? wanted) !== wanted
}

function otherStart({ startedAs }: ServiceWant, { commandLine }: ServiceState): string | undefined {
  if (startedAs === undefined || commandLine === undefined) return undefined
  const { words } = startedAs
  // For a moment after its start a process is still systemd's own (`(patroni)`, `.../systemd-executor ...`).
  const isAtWork = commandLine.includes(`/${basename(words[0] ?? '')}`)
  if (!isAtWork || commandLine.endsWith(words.join(''))) return undefined
  return `was not started as ${words.join(' ')}`
}

function restartReason(want: ServiceWant, state: ServiceState): string | undefined {
  if (state.programReplaced) return 'runs a program that a package has replaced'
  return owedReason(want.restartInputs, state, 'restart')
}

// `systemctl enable` and `disable` leave such units as they are.
const fixedAtBoot = ['static', 'alias', 'indirect', 'generated']

function bootNeeds({ enabled }: ServiceWant, { atBoot }: ServiceState): readonly Need[] {
  if (fixedAtBoot.includes(atBoot) || enabled === (atBoot === 'enabled')) return []
  if (!enabled) return [{ verb: 'disable', reason: 'enabled → disabled' }]
  return [{ verb: 'enable', reason: `${atBoot || 'not enabled'} → enabled` }]
}

function isUp(state: ServiceState): boolean {
  return ['active', 'reloading', 'activating', 'deactivating'].includes(state.active)
}

/**
 * Why the process runs with other inputs than it should, or undefined when it does not: its marker says so, an input is
 * still to be written (the process may have read what is there now), or one is younger than the last (re)start or
 * reload. Without a marker, on a node that pgha takes over, the age of the process counts.
 */
function owedReason(
  inputs: readonly Input[],
  state: ServiceState,
  kind: 'restart' | 'reload',
): string | undefined {
  if (inputs.length === 0) return undefined
  const { marker } = state
  const since = marker?.writtenAt ?? state.startedAt ?? 0
  const younger = inputs.filter((input) => {
    const disk = state.disk.get(input.path)
    return disk?.sha256 !== input.sha256 || disk.modifiedAt > since
  })
  const isOther = marker !== undefined && marker[kind] !== inputsHash(inputs)
  if (younger.length === 0 && !isOther) return undefined
  const named = younger.length > 0 ? younger : inputs
  return `${named.map((input) => input.path).join(', ')} newer than the process`
}
