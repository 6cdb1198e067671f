import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { expectRun, pending, startTimes } from './support.ts'

/** Debian 12 and EL 7 start with their packages installed, Debian 13 (last, it stays for the scenarios after) from bare nodes. */
const starts = [
  { flavor: 'debian12', kind: 'ready' },
  { flavor: 'el7', kind: 'ready' },
  { flavor: 'debian13', kind: 'bare' },
] as const

/** What a dry run must not touch: all of /etc, the packages, the units. */
const fingerprint =
  '{ find /etc /usr/local /var/lib/pgha /var/backups/pgha -xdev -type f -exec sha256sum {} + 2>/dev/null; dpkg -l 2>/dev/null || rpm -qa; systemctl list-units --all --no-legend --plain --type=service -o json 2>/dev/null | tr -d " "; } | grep -v -e session -e systemd-tmpfiles -e apt-daily -e user@ | sort | sha256sum'

describe.each(starts)('the main path on $flavor from $kind nodes', ({ flavor, kind }) => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor, kind, nodes: 3, fresh: true })
  })

  it('shows a plan that touches nothing', async () => {
    const before = await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, fingerprint)))
    const { stdout } = await expectRun(2, lab, 'diff')
    const after = await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, fingerprint)))
    expect(after.map((one) => one.stdout)).toEqual(before.map((one) => one.stdout))
    expect(stdout).toContain('file /etc/haproxy/haproxy.cfg')
    expect(stdout).not.toMatch(/lab-rest|lab-superuser|lab-replication|lab-vrrp/)
  })

  it('builds a healthy cluster that is what the plan said', async () => {
    const planned = await pending(lab)
    const { stdout } = await expectRun(0, lab, 'apply', '--yes', '--json')
    const { changes, health } = JSON.parse(stdout) as {
      readonly changes: typeof planned
      readonly health: readonly { readonly ok: boolean }[]
    }
    const names = (list: typeof planned) => list.map(({ host, resource }) => `${host} ${resource}`).toSorted()
    expect(names(changes)).toEqual(names(planned))
    expect(health.length).toBeGreaterThan(5)
    expect(health.every(({ ok }) => ok)).toBe(true)
  })

  it('changes nothing when run again', async () => {
    const before = await startTimes(lab)
    const { stdout } = await expectRun(0, lab, 'apply', '--yes')
    expect(stdout).toContain('Nothing to do')
    expect(await startTimes(lab)).toEqual(before)
    await expectRun(0, lab, 'diff')
  })

  it('is proved by verify, check by check with figures', async () => {
    const { stdout } = await expectRun(0, lab, 'verify', '--json')
    const { healthy, checks } = JSON.parse(stdout) as {
      readonly healthy: boolean
      readonly checks: readonly { readonly check: string; readonly figures: Record<string, unknown> }[]
    }
    expect(healthy).toBe(true)
    expect(checks.map(({ check }) => check)).toEqual([
      'nodes reachable',
      'one leader',
      'all members stream',
      'one timeline',
      'synchronous standbys',
      'DCS quorum',
      'HAProxy routes',
      'VIP held once',
      'write through the VIP',
    ])
    expect(checks.find(({ check }) => check === 'all members stream')?.figures).toMatchObject({
      members: 3,
      streaming: 2,
    })
  })

  it('keeps secrets out of process lists, logs and world-readable files', async () => {
    const secrets = 'lab-rest\\|lab-superuser\\|lab-replication\\|lab-vrrp'
    for (const { name } of lab.nodes) {
      const leaks = await lab.exec(
        name,
        `grep -rlsa -e '${secrets}' /etc /usr/local /var/lib/pgha /var/backups /tmp /run/pgha* 2>/dev/null | xargs -r stat -c '%a %n' | grep -v '^[67]00 ' ; journalctl -q --no-pager | grep -c -e '${secrets}'`,
      )
      expect(leaks.stdout.trim()).toBe('0')
    }
  })
})
