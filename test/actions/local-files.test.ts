import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { RunOptions } from '../../src/actions/options.ts'
import { openSite, type SiteUse } from '../../src/actions/site.ts'
import { InputError, problemText } from '../../src/shared/errors.ts'
import { changed, type SiteFiles, writeFiles } from '../inventory/support.ts'
import { runOptions } from './support.ts'

const named = `packages: { repositories: [{ name: pgdg, apt: deb x, key: keys/pgdg.asc }] }
  patroni: { install: { method: pip, wheels: wheels } }
  sshd: { authorized_keys: { root: { files: [keys/ann.pub] } } }
  zabbix_agent:
    server: zabbix
    template: zabbix.njk
    scripts: [scripts/a.sh, scripts/b.sh]
    my_cnf: my.cnf
    repository: { apt: deb y, key: keys/zabbix.asc }`
const ssh = '{ config_file: ssh_config, key_files: [id, agents], known_hosts: [hosts] }'

const all = {
  'keys/pgdg.asc': '',
  'wheels/a.whl': '',
  'keys/ann.pub': '',
  'zabbix.njk': '',
  'scripts/a.sh': '',
  'scripts/b.sh': '',
  'my.cnf': '',
  'keys/zabbix.asc': '',
  ssh_config: '',
  id: '',
  'agents.pub': '',
  hosts: '',
}

/** What is said of an inventory with these files beside it; paths are relative to its folder. */
function problemsWith(files: SiteFiles, more: Partial<RunOptions> = {}, use?: SiteUse): readonly string[] {
  const text = changed(['{ user: root }', `${ssh}\n  ${named}`])
  const folder = writeFiles({ 'inventory.yaml': text, ...files })
  try {
    openSite(runOptions({ inventory: join(folder, 'inventory.yaml'), ...more }).options, use)
    return []
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown
    return thrown.problems.map((problem) => problemText(problem).replaceAll(`${folder}/`, ''))
  }
}

function without(...names: readonly (keyof typeof all)[]): SiteFiles {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.some((one) => one === name)))
}

describe('files of this machine that the inventory names', () => {
  it('are there, or the .pub of a key that an agent has', () => {
    expect(problemsWith(all)).toEqual([])
  })

  it('are missed all at once, each where it is named', () => {
    const missing = 'there is no such file'
    const key = 'where an agent has the key, its .pub beside it is enough'
    expect(problemsWith({})).toEqual([
      `inventory.yaml:2:23: ssh.config_file: ssh_config: ${missing}`,
      `inventory.yaml:2:47: ssh.key_files[0]: id: ${missing} (${key})`,
      `inventory.yaml:2:51: ssh.key_files[1]: agents: ${missing} (${key})`,
      `inventory.yaml:2:74: ssh.known_hosts[0]: hosts: ${missing} (--accept-new makes it at the first contact)`,
      `inventory.yaml:3:61: packages.repositories[0].key: keys/pgdg.asc: ${missing}`,
      `inventory.yaml:4:46: patroni.install.wheels: wheels: ${missing}`,
      `inventory.yaml:5:46: sshd.authorized_keys.root.files[0]: keys/ann.pub: ${missing}`,
      `inventory.yaml:8:15: zabbix_agent.template: zabbix.njk: ${missing}`,
      `inventory.yaml:9:15: zabbix_agent.scripts[0]: scripts/a.sh: ${missing}`,
      `inventory.yaml:9:29: zabbix_agent.scripts[1]: scripts/b.sh: ${missing}`,
      `inventory.yaml:10:13: zabbix_agent.my_cnf: my.cnf: ${missing}`,
      `inventory.yaml:11:36: zabbix_agent.repository.key: keys/zabbix.asc: ${missing}`,
    ])
  })

  it('that are sent are of no interest to what only looks', () => {
    const sent = ['keys/pgdg.asc', 'my.cnf', 'scripts/a.sh', 'zabbix.njk'] as const
    expect(problemsWith(without(...sent), {}, { onlyLooks: true })).toEqual([])
    expect(problemsWith(without('ssh_config'), {}, { onlyLooks: true })).toHaveLength(1)
  })

  it('are of no interest to what contacts nobody', () => {
    expect(problemsWith({}, {}, { contactsNobody: true })).toEqual([])
  })

  it('are no folders', () => {
    expect(problemsWith({ ...without('my.cnf'), 'my.cnf/x': '' })).toEqual([
      'inventory.yaml:10:13: zabbix_agent.my_cnf: my.cnf: this is a directory, not a file',
    ])
  })

  it('come into being, if it is known_hosts at the first contact', () => {
    expect(problemsWith(without('hosts'), { acceptNew: true })).toEqual([])
  })
})
