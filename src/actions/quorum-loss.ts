import type { DcsPeer } from '../cluster/consul-peers.ts'

/** A server of the DCS that is to leave. */
export interface LeavingPeer {
  readonly name: string
  /** Nobody reaches it: it is removed before anybody joins. */
  readonly isLost: boolean
  readonly isForced: boolean
}

export interface QuorumContext {
  readonly peers: readonly DcsPeer[]
  readonly leaving: readonly LeavingPeer[]
  /** Names of the servers of the inventory; those that are no peers yet join before the living leave. */
  readonly staying: readonly string[]
}

/**
 * Why the DCS could not stand this: at each step a majority of those that vote must live, before a removal (it has to be
 * agreed on) and after it; and at the end a majority of today's servers must be left. Empty when it can. Pure.
 */
export function quorumLoss({ peers, leaving, staying }: QuorumContext): readonly string[] {
  const today = peers.filter(({ isVoter }) => isVoter).map(({ name }) => name)
  const going = leaving.filter(({ name }) => today.includes(name))
  if (going.length === 0) return []
  const alive = new Set(peers.filter(({ isAlive }) => isAlive).map(({ name }) => name))
  const undead = going.filter(({ name, isLost }) => isLost && alive.has(name))
  const joining = staying.filter((name) => !today.includes(name))
  let voters = today
  const reasons = undead.map(
    ({ name }) => `${name} cannot be reached over SSH, but it is alive in Consul (or has died just now)`,
  )
  for (const isLost of [true, false]) {
    if (!isLost) for (const name of joining) alive.add(name)
    if (!isLost) voters = [...voters, ...joining]
    for (const { name, isForced } of going.filter((one) => one.isLost === isLost)) {
      if (!hasQuorum(voters, alive)) reasons.push(`${countText(voters, alive)}: nobody can be removed now`)
      voters = voters.filter((one) => one !== name)
      if (!isForced && !hasQuorum(voters, alive))
        reasons.push(`without ${name} ${countText(voters, alive)}, which is no majority`)
    }
  }
  const isForced = going.every((one) => one.isForced)
  if (!isForced && voters.length < majority(today.length)) {
    const names = going.map(({ name }) => name).join(' and ')
    reasons.push(
      `without ${names} ${voters.length} of ${today.length} servers of the DCS would be left: less than their quorum`,
    )
  }
  return [...new Set(reasons)]
}

function majority(servers: number): number {
  return Math.floor(servers / 2) + 1
}

function hasQuorum(voters: readonly string[], alive: ReadonlySet<string>): boolean {
  return voters.filter((name) => alive.has(name)).length >= majority(voters.length)
}

function countText(voters: readonly string[], alive: ReadonlySet<string>): string {
  return `${voters.filter((name) => alive.has(name)).length} of ${voters.length} servers of the DCS live`
}
