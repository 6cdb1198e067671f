import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { expectRun, named, pending, pgha, startTimes } from './support.ts'

/** Connections that sshd of a node has accepted since it began, by its own journal. */
async function logins(lab: Lab, node: string): Promise<number> {
  const { stdout } = await lab.exec(
    node,
    `journalctl -q --no-pager -u ssh -o cat | grep -c '^Accepted publickey'`,
  )
  return Number(stdout.trim())
}

describe('selection', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', nodes: 3 })
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('--tags haproxy touches nothing else', async () => {
    await lab.exec('n1', `sed -i '1i # drift' /etc/haproxy/haproxy.cfg; rm /etc/keepalived/notify.sh`)
    const before = await startTimes(lab)
    const run = await expectRun(0, lab, 'apply', '--yes', '--tags', 'haproxy', '--json')
    const { changes } = JSON.parse(run.stdout) as { readonly changes: Parameters<typeof named>[0] }
    expect(named(changes)).toEqual(['n1 file /etc/haproxy/haproxy.cfg', 'n1 service haproxy'])
    expect(await startTimes(lab)).toEqual(before)
    expect(named(await pending(lab))).toEqual(['n1 file /etc/keepalived/notify.sh'])
    expect(named(await pending(lab, '--skip-tags', 'keepalived'))).toEqual([])
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('--limit n2 contacts no other node over SSH, and says how it sees the cluster', async () => {
    await lab.exec('n1', 'rm /etc/keepalived/notify.sh')
    await lab.exec('n2', 'rm /etc/keepalived/notify.sh')
    const before = await Promise.all(['n1', 'n2', 'n3'].map((node) => logins(lab, node)))
    const run = await expectRun(0, lab, 'apply', '--yes', '--limit', 'n2')
    const after = await Promise.all(['n1', 'n2', 'n3'].map((node) => logins(lab, node)))
    expect(after).toEqual([before[0], (before[1] ?? 0) + 1, before[2]])
    expect(run.stderr).toMatch(/limited to n2.*n1, n3/)
    expect(named(await pending(lab))).toEqual(['n1 file /etc/keepalived/notify.sh'])
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('refuses what names nothing before it contacts anything', async () => {
    const before = await logins(lab, 'n1')
    const limit = await expectRun(4, lab, 'diff', '--limit', 'n9')
    expect(limit.stderr).toContain('n9')
    const tag = await expectRun(4, lab, 'diff', '--tags', 'haprxy')
    expect(tag.stderr).toContain('did you mean "haproxy"?')
    expect(await logins(lab, 'n1')).toBe(before)
  })

  it('gives the second operator the name of the first', async () => {
    const holder = `exec 9>>/run/pgha.lock; flock 9; printf '%s' '{"user":"ann","host":"desk","pid":7,"command":"apply","since":"2026-11-22T10:00:00Z"}' >/run/pgha.lock; sleep 8`
    const held = lab.exec('n2', holder)
    try {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      const run = await expectRun(5, lab, 'apply', '--yes')
      expect(run.stderr).toMatch(/ann@desk/)
      // Reading takes no lock.
      await expectRun(0, lab, 'diff')
    } finally {
      await held
    }
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('is called healthy by several operators at once', async () => {
    await Promise.all([1, 2, 3].map(() => expectRun(0, lab, 'verify')))
  })

  it('fails before anything is touched when a node cannot be reached, unless it is skipped by name', async () => {
    await lab.exec('n1', 'rm /etc/keepalived/notify.sh')
    try {
      await lab.exec('n3', 'systemctl stop ssh.socket ssh.service')
      const failed = await pgha(lab, 'apply', '--yes')
      expect(failed.code).toBe(1)
      expect(failed.stderr).toContain('n3')
      expect((await lab.exec('n1', 'test -e /etc/keepalived/notify.sh')).code).toBe(1)
      await expectRun(0, lab, 'apply', '--yes', '--skip-unreachable', 'n3')
      expect((await lab.exec('n1', 'test -e /etc/keepalived/notify.sh')).code).toBe(0)
      await lab.exec('n2', 'systemctl stop ssh.socket ssh.service')
      const refused = await pgha(lab, 'apply', '--yes', '--skip-unreachable', 'n2,n3')
      expect(refused.code).toBe(6)
      expect(refused.stderr).toContain('1 of 3 DCS servers')
    } finally {
      await lab.exec('n2', 'systemctl start ssh')
      await lab.exec('n3', 'systemctl start ssh')
    }
    await expectRun(0, lab, 'apply', '--yes')
  })
})
