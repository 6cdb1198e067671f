import { type Act, type Fault, fault, type Setting } from './fault.ts'
import { blockScript, type Rule, unblockScript } from './packet-filter.ts'

// nft first: where it is, iptables may be a shim over it.
const needs = () => `if command -v nft >/dev/null; then
  nft add table ip pgha_try 2>&1 && nft delete table ip pgha_try || { echo "nft does not work here"; exit 1; }
elif ! command -v iptables >/dev/null; then echo "neither nft nor iptables is installed"; exit 1; fi`

const chains = ['input', 'output'] as const

/** SSH to this node stays open, or nobody could look, and heal before the time is up. */
function exceptSsh({ sshPort }: Setting): readonly Rule[] {
  return [
    { chain: 'input', protocol: 'tcp', port: { side: 'destination', number: sshPort }, verdict: 'pass' },
    { chain: 'output', protocol: 'tcp', port: { side: 'source', number: sshPort }, verdict: 'pass' },
  ]
}

/** Both ways, whoever connected to whom. */
function onPorts(
  numbers: readonly number[],
  protocols: readonly ('tcp' | 'udp')[],
  peers: readonly (string | undefined)[],
): readonly Rule[] {
  const sides = ['source', 'destination'] as const
  return peers.flatMap((peer) =>
    numbers.flatMap((number) =>
      protocols.flatMap((protocol) =>
        chains.flatMap((chain) =>
          sides.map((side): Rule => ({
            ...{ chain, protocol, port: { side, number }, verdict: 'drop' },
            ...(peer === undefined ? {} : { peer }),
          })),
        ),
      ),
    ),
  )
}

function partition(rulesOf: (setting: Setting) => readonly Rule[], isWhole = false): Act {
  const inject = (setting: Setting) => blockScript(rulesOf(setting), isWhole ? setting.vip : undefined)
  return { kind: 'script', needs, inject, heal: unblockScript }
}

/** The network of the leader. */
export const networkFaults: readonly Fault[] = [
  fault(
    'leader-cut-off',
    'the leader is cut off from everybody',
    partition(
      (setting) => [...exceptSsh(setting), ...chains.map((chain): Rule => ({ chain, verdict: 'drop' }))],
      true,
    ),
    { promised: 'leader-lost', lasts: true, inside: true, lossWindowMs: 1_000, redundancySeconds: 120 },
  ),
  fault(
    'leader-deaf',
    'the leader hears nobody, while all hear it',
    partition((setting) => [...exceptSsh(setting), { chain: 'input', verdict: 'drop' }]),
    { promised: 'leader-lost', lasts: true, inside: true, lossWindowMs: 1_000, redundancySeconds: 120 },
  ),
  fault(
    'leader-cut-from-dcs',
    'the leader is cut off from the other servers of the DCS only',
    partition(({ dcs }) => onPorts(dcs.ports, ['tcp', 'udp'], [undefined])),
    { promised: 'leader-lost', lasts: true, inside: true, redundancySeconds: 120 },
  ),
  fault(
    'leader-cut-from-replicas',
    'the leader is cut off from PostgreSQL of the replicas only',
    // By the user, on the replicas: HAProxy beside them goes on leading clients to the leader.
    partition(({ postgresPort, others }) =>
      others.map((peer) => ({
        ...{ chain: 'output', owner: 'postgres', peer, protocol: 'tcp', verdict: 'drop' },
        port: { side: 'destination', number: postgresPort },
      })),
    ),
    {
      ...{ victim: 'replicas', promised: 'none', promisedSync: 'leader-lost' },
      ...{ lasts: true, mayMove: false },
    },
  ),
  fault(
    'network-slow',
    'the network of the leader delays by 100 ms and loses 1 %',
    {
      kind: 'script',
      needs: ({ others }) => `${deviceTo(others)}
command -v tc >/dev/null || { echo "tc is not installed"; exit 1; }
tc qdisc add dev "$d" root netem delay 1ms 2>/dev/null && tc qdisc del dev "$d" root ||
  { echo "this kernel has no netem"; exit 1; }`,
      inject: ({ others }) => `${deviceTo(others)}
tc qdisc add dev "$d" root netem delay 100ms 20ms loss 1%`,
      heal: ({ others }) => `${deviceTo(others)}
tc qdisc del dev "$d" root netem 2>/dev/null || true`,
    },
    { promised: 'none', lasts: true, mayMove: false },
  ),
]

function deviceTo([peer = '127.0.0.1']: readonly string[]): string {
  return `d=$(ip -o route get ${peer} | sed -n 's/.* dev \\([^ ]*\\) .*/\\1/p')`
}
