import { type Fault, fault } from './fault.ts'

const startPatroni = () => 'systemctl start patroni'
const contPostgres = 'p=$(postmaster); kill -CONT "$p" $(pgrep -P "$p")'

/** Processes of the leader. */
export const processFaults: readonly Fault[] = [
  fault(
    'patroni-stop',
    'Patroni of the leader is stopped, as before maintenance',
    { kind: 'script', inject: () => 'systemctl stop patroni', heal: startPatroni },
    { promised: 'patroni-stopped', lasts: true },
  ),
  fault(
    'patroni-kill',
    'Patroni of the leader is killed; systemd restarts it',
    { kind: 'script', inject: () => 'p=$(main_pid patroni) && kill -9 "$p"', heal: startPatroni },
    { promised: 'patroni-killed', mayMove: false },
  ),
  fault(
    'patroni-kill-hold',
    'Patroni of the leader is killed and stays down; its PostgreSQL goes on alone',
    {
      kind: 'script',
      inject: () => 'p=$(main_pid patroni) && keep_down patroni && kill -9 "$p"',
      heal: () => 'let_up patroni',
    },
    { promised: 'patroni-hung', lasts: true, inside: true },
  ),
  fault(
    'patroni-freeze',
    'Patroni of the leader hangs; its PostgreSQL goes on alone',
    {
      kind: 'script',
      inject: () => 'p=$(main_pid patroni) && kill -STOP "$p"',
      heal: () => 'p=$(main_pid patroni) && kill -CONT "$p"; systemctl start patroni',
    },
    { promised: 'patroni-hung', lasts: true, inside: true },
  ),
  fault(
    'postmaster-kill',
    'PostgreSQL of the leader is killed',
    { kind: 'script', inject: () => 'p=$(postmaster) && kill -9 "$p"', heal: startPatroni },
    { promised: 'postmaster-killed' },
  ),
  fault(
    'backends-freeze',
    "all processes of the leader's PostgreSQL hang",
    {
      kind: 'script',
      inject: () => 'p=$(postmaster) && kill -STOP "$p" $(pgrep -P "$p")',
      heal: () => `${contPostgres}; systemctl start patroni`,
    },
    { promised: 'leader-lost', lasts: true, redundancySeconds: 120 },
  ),
]

/** Standbys. */
export const standbyFaults: readonly Fault[] = [
  standbyLoss('replica-lost', 'a replica is killed and stays down', 'replica'),
  standbyLoss('sync-standby-lost', 'the synchronous standby is killed and stays down', 'sync-standby'),
]

function standbyLoss(id: string, what: string, victim: Fault['victim']): Fault {
  const inject = () =>
    'p=$(main_pid patroni) && q=$(postmaster) && keep_down patroni && kill -9 "$p" && kill -9 "$q"'
  return fault(
    id,
    what,
    { kind: 'script', inject, heal: () => 'let_up patroni' },
    { victim, promised: 'none', promisedSync: 'leader-lost', lasts: true, mayMove: false },
  )
}
