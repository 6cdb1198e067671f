import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { InputError, problemText } from '../../src/shared/errors.ts'
import { type Site, loadSite } from '../../src/roles/site.ts'

/** A small site without a fault. The tests change a line of it; line numbers are counted on the right. */
export const soundSite = `vars:
  ssh: { user: root }                                                 # 2
groups:
  pgsql:
    vars:                                                             # 5
      postgresql:
        version: 17
        parameters: { max_connections: 400 }
      patroni:
        scope: main                                                   # 10
        rest_password: rest-password
        superuser_password: superuser-password
        replication_password: replication-password
      keepalived:
        vip: 198.18.1.100                                             # 15
        vrrp_secret: vrrp1234
    hosts:
      n1: { address: 198.18.1.11, keepalived: { priority: 101 } }
      n2: { address: 198.18.1.12, keepalived: { priority: 102 } }
      n3: { address: 198.18.1.13, keepalived: { priority: 103 } }     # 20
`

export interface SiteFiles {
  readonly [path: string]: string | Uint8Array
}

export interface LoadOptions {
  readonly onlyLooks?: boolean
  readonly extraVars?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** Writes files into a new folder and says where. */
export function writeFiles(files: SiteFiles): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-inventory-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** The sound site with texts replaced; complains when a text is not there, so that no test tests nothing. */
export function changed(...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the sound site has no ${from}`)
    return text.replace(from, to)
  }, soundSite)
}

/** Loads files as a site, with the inventory in `inventory.yaml`. */
export function loadFiles(files: SiteFiles, options: LoadOptions = {}): Site {
  return loadSite({ file: join(writeFiles(files), 'inventory.yaml'), env: {}, ...options })
}

/** What is wrong with the site, one line each, with paths relative to its folder. */
export function problemsOf(files: SiteFiles, options: LoadOptions = {}): readonly string[] {
  const folder = writeFiles(files)
  const inside = (text: string): string => text.replaceAll(`${folder}/`, '')
  const extraVars = options.extraVars?.map((extra) => extra.replace(/^@/, `@${folder}/`)) ?? []
  try {
    loadSite({ file: join(folder, 'inventory.yaml'), env: options.env ?? {}, extraVars })
  } catch (error) {
    if (error instanceof InputError) return error.problems.map((problem) => inside(problemText(problem)))
    throw error
  }
  return []
}
