import { dirname, join, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import type { Tree } from '../tree.ts'
import { type AnsibleReading, readAnsibleText } from './reading.ts'

/** What pgha takes from ansible.cfg. */
export interface AnsibleConfig {
  /** Paths that `inventory =` names. */
  readonly inventory: readonly string[]
  /** Settings of the connection, under the names of the variables that set the same. */
  readonly vars: ReadonlyMap<string, Tree>
}

const variables: Readonly<Record<string, string>> = {
  remote_user: 'ansible_user',
  remote_port: 'ansible_port',
  private_key_file: 'ansible_ssh_private_key_file',
}

/** Reads ansible.cfg of a folder, if there is one. */
export function readConfig(reading: AnsibleReading, folder: string): AnsibleConfig {
  const path = join(folder, 'ansible.cfg')
  const read = existsSync(path) ? readAnsibleText(reading, path) : undefined
  const inventory: string[] = []
  const vars = new Map<string, Tree>()
  let section = ''
  for (const [index, line] of (read?.text ?? '').split(/\r?\n/).entries()) {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1] ?? section
    const [before, name = '', value = ''] = /^([A-Za-z_]+)\s*[=:]\s*(.*?)\s*(?:\s;.*)?$/.exec(line) ?? []
    if (before === undefined || section !== 'defaults' || value === '') continue
    if (name === 'inventory')
      inventory.push(...value.split(',').map((one) => resolve(dirname(path), one.trim())))
    const variable = variables[name]
    const source = { file: read?.file ?? path, line: index + 1, column: 1 + line.length - value.length }
    if (variable !== undefined) vars.set(variable, { kind: 'scalar', source, value })
  }
  return { inventory, vars }
}
