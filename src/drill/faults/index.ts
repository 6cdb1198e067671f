import { balancerFaults } from './balancers.ts'
import { dcsFaults } from './dcs.ts'
import { type Fault, fault } from './fault.ts'
import { machineFaults } from './machine.ts'
import { networkFaults } from './network.ts'
import { processFaults, standbyFaults } from './processes.ts'

/** What pgha does itself to a healthy cluster. */
const planned: readonly Fault[] = [
  fault(
    'switchover',
    'a planned switchover',
    { kind: 'call', call: 'switchover' },
    { victim: 'cluster', promised: 'switchover' },
  ),
  fault(
    'rolling-restart',
    'a rolling restart, as an apply does it that changes what only a restart takes',
    { kind: 'call', call: 'rolling-restart' },
    { victim: 'cluster', promised: 'switchover' },
  ),
]

/** All faults, in the order in which a suite runs them: mild ones first. */
export const faults: readonly Fault[] = [
  ...planned,
  ...processFaults,
  ...balancerFaults,
  ...dcsFaults,
  ...standbyFaults,
  ...networkFaults,
  ...machineFaults,
]

/** Faults by the name of a suite; `soak` is all of them again and again, in an order of its own. */
export const suites: Readonly<Record<string, readonly string[]>> = {
  smoke: ['switchover', 'patroni-kill', 'postmaster-kill', 'haproxy-kill'],
  standard: [
    ...['switchover', 'patroni-stop', 'patroni-kill', 'patroni-kill-hold', 'patroni-freeze'],
    ...['postmaster-kill', 'haproxy-kill', 'haproxy-freeze', 'keepalived-stop', 'dcs-server-lost'],
    ...['dcs-majority-lost', 'replica-lost', 'leader-cut-off', 'node-off'],
  ],
  full: faults.map(({ id }) => id),
  soak: faults.map(({ id }) => id),
}
