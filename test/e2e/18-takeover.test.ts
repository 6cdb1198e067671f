import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { eventually, expectRun, named, pending, startTimes } from './support.ts'
import { startWriter } from './writer.ts'

/** The article's cluster as a playbook; not part of this repository. */
const baseline = resolve(process.env['PGHA_BASELINE'] ?? '../shared/baseline/ansible')

const password = 'postgres-secret'

/** What must not change: which cluster it is, and who started PostgreSQL when. */
const identity = `su postgres -c "psql -Atc 'select system_identifier from pg_control_system()'"`

const hasBaseline = spawnSync('test', ['-f', join(baseline, 'site.yml')]).status === 0

describe.runIf(hasBaseline)("a cluster that the article's playbook has built", () => {
  let lab: Lab
  let identifier: string
  let playbook: string

  const on = async (node: string, command: string) => (await lab.exec(node, command)).stdout.trim()

  beforeAll(async () => {
    lab = await up({ flavor: 'debian12', kind: 'bare', nodes: 3, fresh: true })
    playbook = join(await mkdtemp(join(tmpdir(), 'pgha-takeover-')), 'ansible')
    await cp(baseline, playbook, { recursive: true })
    const hosts = await readFile(join(baseline, 'hosts.ini'), 'utf8')
    await writeFile(join(playbook, 'hosts.ini'), hosts.replaceAll('198.18.1.', `${lab.prefix}.`))
    // What an installed Debian has and a minimal node lacks; the article's own alerts need curl.
    const prepare = 'apt-get update -q && apt-get install -y -q --no-install-recommends cron curl'
    await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, prepare)))
    const play = spawnSync(
      'ansible-playbook',
      ['site.yml', '-i', 'hosts.ini', '--private-key', lab.keyPath],
      {
        cwd: playbook,
        encoding: 'utf8',
        env: { ...process.env, ANSIBLE_LOCAL_TEMP: join(tmpdir(), 'pgha-ansible') },
      },
    )
    expect(play.status, `${play.stdout}${play.stderr}`).toBe(0)
    await eventually(60, async () => {
      const { stdout } = await lab.exec('n1', `curl -s http://${lab.prefix}.11:8008/cluster`)
      return (stdout.match(/"state": "(running|streaming)"/g)?.length ?? 0) === 3 || undefined
    })
    identifier = await on('n1', identity)
  })

  it('is imported, and the plan says what changes and who is restarted', async () => {
    const out = join(playbook, '..', 'pgha')
    await expectRun(0, lab, 'import', 'ansible', join(playbook, 'hosts.ini'), '--out', out)
    const path = join(out, 'inventory.yaml')
    // What Ansible took from ansible.cfg and its command line: keys, and the trust in hosts.
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('user: root', `user: root\n        config_file: ${lab.sshConfigPath}`))
    lab = { ...lab, inventoryPath: path }

    const before = await startTimes(lab)
    const { stdout } = await expectRun(2, lab, 'diff')
    expect(stdout).toContain(
      'service patroni  restart was not started as /usr/bin/patroni /etc/patroni/patroni.yml',
    )
    expect(stdout).toMatch(/Rolling restart of PostgreSQL: \S+, \S+, then switchover, \S+\./)
    expect(await startTimes(lab)).toEqual(before)
    expect(await on('n2', 'ls /var/lib/pgha 2>&1')).toContain('No such file')
  })

  it('is taken over with its data, one member after the other, while clients write', async () => {
    expect(identifier).toMatch(/^\d{19}$/)
    // The article's HAProxy takes a while to find the leader of a cluster that is this young.
    const writer = await eventually(60, () => startWriter(lab, password).catch(() => undefined))
    await new Promise((done) => setTimeout(done, 2000))
    const { stderr } = await expectRun(0, lab, 'apply', '--yes')
    // Some writes after the last step: what it broke would show.
    await new Promise((done) => setTimeout(done, 3000))
    const report = await writer.stop()
    console.log('writer during the take-over', report)

    expect(report.lost).toBe(0)
    expect(report.acknowledged).toBeGreaterThan(200)
    // A switchover, and the address that moves once when keepalived gets its new settings.
    expect(report.longestGapMs).toBeLessThan(30_000)
    for (const { name } of lab.nodes) expect(await on(name, identity)).toBe(identifier)
    expect(stderr).toContain('rolling restart')
  })

  it('is what the inventory says from then on', async () => {
    const before = await startTimes(lab)
    expect(named(await pending(lab))).toEqual([])
    expect((await expectRun(0, lab, 'apply', '--yes')).stdout).toContain('Nothing to do')
    expect(await startTimes(lab)).toEqual(before)
    await expectRun(0, lab, 'verify')
    const command = `tr '\\0' ' ' </proc/$(systemctl show -p MainPID patroni | cut -d= -f2)/cmdline`
    for (const { name } of lab.nodes) expect(await on(name, command)).toContain('/etc/patroni/patroni.yml')
  })
})
