import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { agentToken } from '../shared/consul-token.ts'
import { sh } from '../transport/shell.ts'

/** A server of Consul as its raft has it. */
export interface ConsulPeer {
  readonly name: string
  /** With its port. */
  readonly address: string
  readonly isVoter: boolean
}

export interface ConsulPeerWant {
  /** The agent's name in Consul: that of its host. */
  readonly name: string
  /** Nobody answers there: it is removed before anybody joins. */
  readonly isLost: boolean
}

/** Consul as an agent of a node that stays sees it; undefined where none answers. */
export type ConsulPeerState =
  | {
      readonly peers: readonly ConsulPeer[]
      /** Names of agents that live. */
      readonly alive: readonly string[]
      /** Names of all agents that have not left. */
      readonly known: readonly string[]
    }
  | undefined

/** Whether this is a voter that nobody reaches any more. */
export function isLost({ type, want }: Resource): boolean {
  return type.kind === absentPeerType.kind && (want as ConsulPeerWant).isLost
}

/** No such voter in Consul's raft. */
export function absentPeer(want: ConsulPeerWant): Resource {
  return resource(absentPeerType, want.name, want)
}

/** No such agent among Consul's members; its node must be stopped before. */
export function absentAgent(want: ConsulPeerWant): Resource {
  return resource(absentAgentType, want.name, want)
}

const token = `${agentToken}
peers() { timeout 10 consul operator raft list-peers 2>/dev/null; }
agents() { timeout 10 consul members 2>/dev/null; }`

const fragment = `command -v consul >/dev/null || exit 0
${token}
peers | awk 'NR > 1 { print "P|" $1 "|" $3 "|" $5 }'
agents | awk 'NR > 1 { print "A|" $1 "|" $3 }'`

function stateOf(printed: string): ConsulPeerState {
  const lines = printed.split('\n').map((line) => line.split('|'))
  const peers = lines.flatMap(([mark, name = '', address = '', voter]) =>
    mark === 'P' ? [{ name, address, isVoter: voter === 'true' }] : [],
  )
  const agents = lines.flatMap(([mark, name = '', status = '']) => (mark === 'A' ? [{ name, status }] : []))
  if (peers.length === 0) return undefined
  return {
    peers,
    alive: agents.filter(({ status }) => status === 'alive').map(({ name }) => name),
    known: agents.filter(({ status }) => status !== 'left').map(({ name }) => name),
  }
}

/**
 * Raft has a new majority at once, before the server is stopped: its loss is then none. Where the removed one led, the new
 * leader takes its live agent in again, without a vote at first: that is no difference, it goes with the agent.
 */
export const absentPeerType: ResourceType<ConsulPeerWant, ConsulPeerState> = {
  kind: 'dcs-peer',
  probe: () => fragment,
  parse: (printed, wants) => wants.map(() => stateOf(printed)),
  diff(want, state) {
    const peer = peerOf(want, state)
    const isTakenIn = peer?.isVoter === false && state?.alive.includes(want.name) === true
    if (isTakenIn) return undefined
    return (
      peer && { verb: 'remove', summary: `${peer.isVoter ? 'voter' : 'server'} ${peer.address} of Consul` }
    )
  },
  steps: (todo) =>
    todo.map(({ want, state }) => ({
      what: `consul operator raft remove-peer ${want.name}`,
      script: `${token}\n${removal(peerOf(want, state)?.address ?? '')}\n${untilLed}`,
    })),
}

/** Consul's servers take a live agent for one of theirs again: it is forgotten when its node is silent. */
export const absentAgentType: ResourceType<ConsulPeerWant, ConsulPeerState> = {
  kind: 'dcs-agent',
  probe: () => fragment,
  parse: (printed, wants) => wants.map(() => stateOf(printed)),
  diff: ({ name }, state) =>
    state?.known.includes(name) === true
      ? { verb: 'remove', summary: 'from the members of Consul' }
      : undefined,
  steps: (todo) =>
    todo.map(({ want: { name } }) => ({
      what: `consul force-leave ${name}`,
      script: `${token}
isKnown() { agents | awk -v name=${sh(name)} '$1 == name && $3 != "left" { found = 1 } END { exit !found }'; }
left=60
while isKnown; do
  [ $left -gt 0 ] || { echo ${sh(`the Consul of ${name} is still alive`)} >&2; exit 1; }
  timeout 10 consul force-leave -prune ${sh(name)} >/dev/null 2>&1
  left=$((left - 1)); sleep 1
done
again=$(peers | awk -v name=${sh(name)} '$1 == name { print $3 }')
[ -z "$again" ] || timeout 10 consul operator raft remove-peer -address="$again"
${untilLed}`,
    })),
}

function peerOf({ name }: ConsulPeerWant, state: ConsulPeerState): ConsulPeer | undefined {
  return state?.peers.find((peer) => peer.name === name)
}

function removal(address: string): string {
  return `timeout 10 consul operator raft remove-peer ${sh(`-address=${address}`)} || exit`
}

// The removed server may have led.
const untilLed = `left=30
until peers | grep -q ' leader '; do
  [ $left -gt 0 ] || { echo 'Consul has no leader' >&2; exit 1; }
  left=$((left - 1)); sleep 1
done`
