import { problemText } from '../shared/errors.ts'
import { initFiles } from './init-files.ts'
import { writeInventory } from './new-inventory.ts'
import { newPassword, newVrrpSecret } from './new-secrets.ts'

export interface InitOptions {
  readonly hosts: readonly { readonly name: string; readonly address: string }[]
  /** Without one, there is no keepalived: clients connect to a node. */
  readonly vip: string | undefined
  readonly scope: string
  readonly user: string | undefined
  /** As written, `17` or `9.6`; the schema says what is allowed. */
  readonly version: string
  /** The folder for the inventory. */
  readonly out: string
  readonly force: boolean
}

/** What `init` wrote. */
export interface Initialized {
  readonly inventory: string
  /** The file of passwords, which only its owner may read. */
  readonly secrets: string
  readonly warnings: readonly string[]
}

/** Writes a commented inventory of a new cluster, with new passwords in a file of their own. */
export function init(options: InitOptions): Initialized {
  const passwords = {
    rest: newPassword(),
    superuser: newPassword(),
    replication: newPassword(),
    vrrp: newVrrpSecret(),
  }
  const { out: folder, force } = options
  const warnings = writeInventory({ folder, files: initFiles(options, passwords), force })
  const inside = (path: string): string => (folder === '.' ? path : `${folder}/${path}`)
  return {
    inventory: inside('inventory.yaml'),
    secrets: inside('group_vars/all.yaml'),
    warnings: warnings.map(problemText),
  }
}
