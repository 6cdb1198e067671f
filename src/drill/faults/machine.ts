import { type Fault, fault } from './fault.ts'
import { nodeFolder } from './shell.ts'

const timeServices = 'chrony chronyd ntpd ntpsec systemd-timesyncd'
const walFolder = 'w=$(data_dir)/pg_wal; [ -d "$w" ] || w=$(data_dir)/pg_xlog'

// PostgreSQL ends when it needs a new segment, and it keeps some for the future: they are used up until then.
const useUpSegments = (port: number) => `user=$(stat -c %U "$(data_dir)")
psql=$(command -v psql || ls /usr/pgsql-*/bin/psql /usr/lib/postgresql/*/bin/psql 2>/dev/null | tail -n 1)
case $w in *pg_xlog) next=pg_switch_xlog ;; *) next=pg_switch_wal ;; esac
left=100
while [ $left -gt 0 ] && timeout 5 su "$user" -s /bin/sh -c "'$psql' -XqAt -p ${port} -d postgres -c 'select $next()'" >/dev/null 2>&1
do left=$((left - 1)); sleep 0.1; done; true`

const leaderLost = {
  ...{ promised: 'leader-lost' as const, lasts: true, lossWindowMs: 1_000, redundancySeconds: 120 },
}

/** Whole nodes. A node is switched off by the commands of `drill.power`. */
export const machineFaults: readonly Fault[] = [
  fault('node-off', "the leader's node loses power", { kind: 'power', down: 'off', up: 'on' }, leaderLost),
  fault('node-freeze', "the leader's node hangs", { kind: 'power', down: 'freeze', up: 'thaw' }, leaderLost),
  fault(
    'node-reboot',
    "the leader's node reboots without a shutdown",
    { kind: 'power', down: 'reboot' },
    { ...leaderLost, lasts: false },
  ),
  fault(
    'vip-node-off',
    'the node that holds the VIP loses power',
    { kind: 'power', down: 'off', up: 'on' },
    { ...leaderLost, victim: 'vip-holder' },
  ),
  fault(
    'all-off',
    'all nodes lose power',
    { kind: 'power', down: 'off', up: 'on' },
    { ...leaderLost, victim: 'all', redundancySeconds: 180 },
  ),
  fault(
    'wal-disk-full',
    "the disk with the leader's WAL is full",
    {
      kind: 'script',
      needs: () => `${walFolder}
[ "$(stat -L -c %d "$w")" != "$(stat -c %d /)" ] ||
  { echo "pg_wal is on the root file system: filling that would break more than PostgreSQL"; exit 1; }
[ "$(stat -L -c %d "$w")" != "$(stat -L -c %d "$(data_dir)")" ] ||
  { echo "pg_wal is on the disk of the data: when that is full, statements fail and PostgreSQL stays, nobody takes over"; exit 1; }
[ "$(df -Pk "$w/" | awk 'NR==2 {print $4}')" -lt 20971520 ] ||
  { echo "pg_wal has more than 20 GB free: filling that would take too long"; exit 1; }`,
      inject: ({ postgresPort }) => `${walFolder}
(cd "$w/" && pwd -P) >${nodeFolder}/full
dd if=/dev/zero of="$w/pgha-drill-fill" bs=1M 2>/dev/null
${useUpSegments(postgresPort)}`,
      heal: () => `[ ! -e ${nodeFolder}/full ] || rm -f "$(cat ${nodeFolder}/full)/pgha-drill-fill"
systemctl start patroni`,
    },
    { promised: 'leader-lost', lasts: true, redundancySeconds: 120 },
  ),
  fault(
    'clock-step',
    "the leader's clock jumps ahead by 60 s",
    {
      kind: 'script',
      needs: () =>
        `date -s "@$(date +%s)" >/dev/null 2>&1 || { echo "the clock cannot be set here"; exit 1; }`,
      inject: () => `for u in ${timeServices}; do
  systemctl is-active -q $u && { echo $u >>${nodeFolder}/clocks; systemctl stop $u; }
done
echo "$(cut -d. -f1 /proc/uptime) $(date +%s)" >${nodeFolder}/clock
date -s "@$(($(date +%s) + 60))" >/dev/null`,
      heal: () => `[ -e ${nodeFolder}/clock ] || exit 0
read -r up at <${nodeFolder}/clock
date -s "@$((at + $(cut -d. -f1 /proc/uptime) - up))" >/dev/null
[ ! -e ${nodeFolder}/clocks ] || xargs systemctl start <${nodeFolder}/clocks
rm -f ${nodeFolder}/clock ${nodeFolder}/clocks`,
    },
    { promised: 'none', lasts: true, mayMove: false },
  ),
]
