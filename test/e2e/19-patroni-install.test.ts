import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { type PinnedWheels, wheelsOf } from './article/wheels.ts'
import { eventually, expectRun, startTimes } from './support.ts'

/** How Patroni's process was started, and the version that is installed. */
const running = `tr '\\0' ' ' </proc/$(systemctl show -p MainPID patroni | cut -d= -f2)/cmdline; echo; /opt/patroni/bin/patroni --version`

describe.each(['debian13', 'debian12', 'el7'] as const)('Patroni by pip on %s', (flavor) => {
  let lab: Lab
  let wheels: PinnedWheels

  const by = (install: Readonly<Record<string, unknown>>): readonly string[] => [
    '-e',
    `patroni.install=${JSON.stringify(install)}`,
  ]
  const pip = () => by({ method: 'pip', requirements: wheels.requirements, wheels: wheels.folder })
  const on = async (node: string, command: string) => (await lab.exec(node, command)).stdout.trim()

  beforeAll(async () => {
    lab = await up({ flavor, kind: 'ready', nodes: 3, fresh: true })
    wheels = await wheelsOf(lab, await mkdtemp(join(tmpdir(), 'pgha-wheels-')))
  })

  it('becomes a healthy cluster from the wheels of the operator, without an index', async () => {
    await expectRun(0, lab, 'apply', '--yes', ...pip())
    await eventually(30, () => expectRun(0, lab, 'verify', ...pip()).catch(() => undefined))
    for (const { name } of lab.nodes) {
      const [command, version] = (await on(name, running)).split('\n')
      expect(command).toMatch(
        /^\/opt\/patroni\/bin\/python3? \/opt\/patroni\/bin\/patroni \/etc\/patroni\/patroni.yml/,
      )
      expect(`patroni[consul]==${version?.replace('patroni ', '')}`).toBe(wheels.requirements[0])
    }
  })

  it('is nothing to do a second time', async () => {
    const before = await startTimes(lab)
    await expectRun(0, lab, 'diff', ...pip())
    const { stdout } = await expectRun(0, lab, 'apply', '--yes', ...pip())
    expect(stdout).toContain('Nothing to do')
    expect(await startTimes(lab)).toEqual(before)
  })

  it('is installed again when its program is gone, and nothing is restarted for it', async () => {
    const before = await startTimes(lab)
    await on('n2', 'rm /opt/patroni/bin/patroni')
    const { stdout } = await expectRun(2, lab, 'diff', ...pip())
    expect(stdout).toContain('python-venv /opt/patroni')
    await expectRun(0, lab, 'apply', '--yes', ...pip())
    expect(await startTimes(lab)).toEqual(before)
    await expectRun(0, lab, 'diff', ...pip())
  })

  // See docs/testing.md. pip of Debian 13 builds in an environment of its own, for which the mirror has no setuptools.
  it.runIf(flavor !== 'debian13')('changes to a ref of git, from there to another, and back', async () => {
    const script = await readFile(join(import.meta.dirname, 'article/patroni-git.sh'), 'utf8')
    const install = flavor === 'el7' ? 'yum -y install git' : 'apt-get update; apt-get install -y git'
    for (const { name } of lab.nodes) {
      expect(await lab.exec(name, `{ ${install}; } >/dev/null 2>&1\n${script}`)).toMatchObject({ code: 0 })
    }
    const git = (ref: string) =>
      by({
        method: 'git',
        git: { url: 'file:///srv/git/patroni.git', ref },
        requirements: wheels.requirements,
        wheels: wheels.folder,
      })
    const before = await startTimes(lab)
    for (const ref of ['one', 'two']) {
      await expectRun(0, lab, 'apply', '--yes', ...git(ref))
      const said = `/opt/patroni/bin/python3 -c 'import patroni.lab; print(patroni.lab.ref)'`
      for (const { name } of lab.nodes) expect(await on(name, said)).toBe(ref)
      await expectRun(0, lab, 'diff', ...git(ref))
    }
    await expectRun(0, lab, 'apply', '--yes', ...pip())
    expect(await on('n1', `/opt/patroni/bin/python3 -c 'import patroni.lab' 2>&1 | tail -n 1`)).toContain(
      'No module',
    )
    expect(await startTimes(lab)).toEqual(before)
    await expectRun(0, lab, 'verify', ...pip())
  })
})
