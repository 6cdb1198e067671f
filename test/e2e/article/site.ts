import { mkdtemp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import type { Lab } from '../../lab/lab.ts'
import { debian } from './debian.ts'
import { el7 } from './el7.ts'
import type { ArticleFamily } from './family.ts'

/** A token that must show up nowhere but in its own file. */
export const botToken = '12345:lab-bot-token'

/** A key of an operator; the private half exists nowhere. */
export const annKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJTtW/PoK8jf/UboRaB4E+/6KoT3bEl+AvVs//y/PBU5 ann@example'

const files: Readonly<Record<string, string>> = {
  'files/zabbix/netstat.sh': '#!/bin/sh\nexec ss -s\n',
  'files/mysql/my.cnf': '[client]\nuser=zabbix\npassword=lab-mysql-password\n',
  'keys/ann.pub': `${annKey}\n`,
}

/** What the servers are like on this family. */
export function familyOf({ family }: Lab['flavor']): ArticleFamily {
  return family === 'el' ? el7 : debian
}

function sections({ prefix, flavor }: Lab, api: string): string {
  const { vars, zabbix } = familyOf(flavor)
  return `\
${vars.map((line) => `  ${line}\n`).join('')}\
  hostname: true
  essentials: true
  ntp: { timezone: Europe/Moscow, method: ntpdate, pools: [${prefix}.1] }
  sshd:
    settings: { X11Forwarding: false, MaxAuthTries: 4 }
    authorized_keys: { root: { files: [keys/ann.pub] } }
  alerts:
    telegram: { token: '${botToken}', chat_id: '-100123', api: '${api}' }
    webhook: { url: '${api}/hook' }
    timeout: 3
  zabbix_agent:
    server: 192.0.2.98
    internal: { network: ${prefix}.0/24, server: ${prefix}.1 }
    scripts: [files/zabbix/netstat.sh]
    my_cnf: files/mysql/my.cnf
${zabbix.map((line) => `    ${line}\n`).join('')}`
}

/** The lab with an inventory that has all roles of the article switched on, and the operator's files beside it. */
export async function articleLab(lab: Lab, api: string): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'pgha-article-'))
  const plain = await readFile(lab.inventoryPath, 'utf8')
  const inventory = plain
    .replace('config_file: ssh_config', `config_file: ${lab.sshConfigPath}`)
    // Where packages come from is said by the family.
    .replace(/^ {2}packages:\n(?: {4}.*\n)+/m, '')
    .replace(/^vars:\n/m, `vars:\n${sections(lab, api)}`)
    // VMware's agent is for the nodes that ask for it.
    .replace(/^( +n1: \{)/m, '$1 vm_tools: true,')
  for (const [path, text] of Object.entries({ ...files, 'hosts.yaml': inventory })) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return { ...lab, inventoryPath: join(folder, 'hosts.yaml') }
}

/** Gives the nodes what the lab's packages lack, and traces of an earlier life, such as an old Zabbix. */
export async function prepareNodes(lab: Lab): Promise<void> {
  const script = await familyOf(lab.flavor).prepare(lab)
  await Promise.all(
    lab.nodes.map(async ({ name }) => {
      const { code, stderr } = await lab.exec(name, script)
      if (code !== 0) throw new Error(`${name} could not be prepared: ${stderr}`)
    }),
  )
}
