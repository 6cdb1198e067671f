import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { expectRun, named, pending, startTimes } from './support.ts'

describe('drift', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', nodes: 3 })
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('is named exactly, mended exactly, and costs PostgreSQL nothing', async () => {
    const before = await startTimes(lab)
    await lab.exec('n2', `sed -i 's/maxconn 800/maxconn 801/' /etc/haproxy/haproxy.cfg`)
    await lab.exec('n3', 'systemctl stop keepalived')
    // Of the packages that pgha wants, the one whose removal takes no unit with it.
    await lab.exec('n1', 'dpkg --remove --force-depends python3-consul')
    const patch = `curl -s -u patroni:lab-rest -X PATCH -d '{"maximum_lag_on_failover": 5}' http://${lab.prefix}.11:8008/config`
    await lab.exec('n1', patch)

    const drifts = [
      'n1 dcs-config cluster-pgsql',
      'n1 package python3-consul',
      'n2 file /etc/haproxy/haproxy.cfg',
      'n3 service keepalived',
    ]
    // The reload of the HAProxy whose file is mended is announced too: it is what the mending will do.
    const announced = [...drifts, 'n2 service haproxy'].toSorted()
    const found = await pending(lab)
    expect(named(found)).toEqual(announced)
    expect(found.find(({ resource }) => resource === 'service haproxy')?.verb).toBe('reload')
    const { stdout } = await expectRun(2, lab, 'diff')
    expect(stdout).toContain('Plan: 4 changes, 1 reload.')

    const applied = await expectRun(0, lab, 'apply', '--yes', '--json')
    const { changes } = JSON.parse(applied.stdout) as { readonly changes: typeof found }
    expect(named(changes)).toEqual(announced)

    const after = await startTimes(lab)
    const restarted = Object.keys(after).filter((unit) => after[unit] !== before[unit])
    expect(restarted).toEqual(['n3 keepalived'])
    await expectRun(0, lab, 'diff')
  })

  it('leaves keys of the DCS alone that the inventory does not name', async () => {
    const patch = `curl -s -u patroni:lab-rest -X PATCH -d '{"postgresql": {"parameters": {"log_min_duration_statement": 250}}}' http://${lab.prefix}.12:8008/config`
    await lab.exec('n2', patch)
    await expectRun(0, lab, 'diff')
    await expectRun(0, lab, 'apply', '--yes', '-e', 'patroni.maximum_lag_on_failover=2097152')
    const { stdout } = await lab.exec('n2', `curl -s http://${lab.prefix}.12:8008/config`)
    expect(JSON.parse(stdout)).toMatchObject({
      maximum_lag_on_failover: 2_097_152,
      postgresql: { parameters: { log_min_duration_statement: 250 } },
    })
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('finds a reload that a crash left owed', async () => {
    await lab.exec('n1', 'rm -f /var/lib/pgha/units/haproxy.service && touch /etc/haproxy/haproxy.cfg')
    const found = await pending(lab)
    expect(found.map(({ host, resource, verb }) => `${host} ${resource} ${verb}`)).toEqual([
      'n1 service haproxy reload',
    ])
    await expectRun(0, lab, 'apply', '--yes')
    await expectRun(0, lab, 'diff')
  })

  it('keeps what it replaced, for root only', async () => {
    const { stdout } = await lab.exec(
      'n2',
      'find /var/backups/pgha -name haproxy.cfg | wc -l; stat -c %a /var/backups/pgha',
    )
    const [copies, mode] = stdout.trim().split('\n')
    expect(Number(copies)).toBeGreaterThan(0)
    expect(mode).toBe('700')
  })

  it('refuses a file that its program would not read, and leaves the old one', async () => {
    const { stdout: before } = await lab.exec('n1', 'sha256sum /etc/haproxy/haproxy.cfg')
    const run = await expectRun(
      1,
      lab,
      'apply',
      '--yes',
      '--limit',
      'n1',
      '-e',
      'haproxy.client_timeout=9999999h',
    )
    expect(run.stderr).toContain('/etc/haproxy/haproxy.cfg')
    expect(run.stderr).toContain('did not pass')
    const { stdout: after } = await lab.exec(
      'n1',
      'sha256sum /etc/haproxy/haproxy.cfg; ls -A /etc/haproxy | grep -c pgha',
    )
    expect(after).toBe(`${before}0\n`)
  })
})
