import { spawnSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import type { Setting } from '../../src/drill/faults/fault.ts'
import { faults, suites } from '../../src/drill/faults/index.ts'
import { prelude } from '../../src/drill/faults/shell.ts'

const setting: Setting = {
  ...{ others: ['198.18.9.12', '198.18.9.13'], postgresPort: 5432, sshPort: 2222, vip: '198.18.9.100' },
  dcs: { unit: 'consul', ports: [8300, 8500] },
}

const scripts = faults.flatMap(({ id, act }) => {
  if (act.kind !== 'script') return []
  const { needs = () => 'true', inject, heal } = act
  return [
    [`${id}: needs`, needs(setting)],
    [`${id}: inject`, inject(setting)],
    [`${id}: heal`, heal(setting)],
  ] as const
})

const scriptOf = (name: string) => scripts.find(([of]) => of === name)?.[1] ?? ''

describe('the faults', () => {
  it.each(scripts)('%s is a script that dash and bash understand', (_name, script) => {
    for (const shell of ['dash', 'bash']) {
      const { status, stderr } = spawnSync(shell, ['-n'], {
        input: `${prelude}\n${script}`,
        encoding: 'utf8',
      })
      expect(stderr).toBe('')
      expect(status).toBe(0)
    }
  })

  it('have names of their own, and suites know only them', () => {
    const ids = faults.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(
      Object.values(suites)
        .flat()
        .filter((id) => !ids.includes(id)),
    ).toEqual([])
  })

  it('leave SSH open in a partition, and nothing else', () => {
    const rules = scriptOf('leader-cut-off: inject')
    expect(rules).toContain('tcp dport 2222 accept\n    drop')
    expect(rules).toContain('tcp sport 2222 accept\n    drop')
    expect(rules).toContain('arp saddr ip 198.18.9.100 drop')
    expect(scriptOf('leader-deaf: inject')).not.toContain('arp')
    expect(scriptOf('leader-deaf: inject').match(/^ {4}drop$/gm)).toHaveLength(1)
  })

  it('cut off only what they name', () => {
    const rules = scriptOf('leader-cut-from-replicas: inject')
    expect(rules).toContain('ip daddr 198.18.9.12 tcp dport 5432 meta skuid postgres drop')
    expect(rules).toContain('-d 198.18.9.12 -p tcp --dport 5432 -m owner --uid-owner postgres -j DROP')
    expect(rules).not.toContain('saddr')
    expect(rules).not.toMatch(/^ {4}drop$/m)
    expect(scriptOf('leader-cut-from-dcs: inject')).toContain('udp dport 8300 drop')
  })

  it('never kill process 0 or 1', () => {
    for (const pid of ['0', '1', '']) {
      const input = `systemctl() { echo "MainPID=${pid}"; }\n${prelude}\np=$(main_pid patroni) && echo "kill $p"`
      const { stdout } = spawnSync('dash', [], { input, encoding: 'utf8' })
      expect(stdout).not.toContain('kill')
    }
  })
})
