import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { dirname } from 'node:path'

import { complete, isHole } from '../inventory/ansible/complete.ts'
import { type InventoryFile, inventoryFiles } from '../inventory/ansible/files.ts'
import { type Project, readProject } from '../inventory/ansible/project.ts'
import { type AnsibleReading, newReading } from '../inventory/ansible/reading.ts'
import { isFile } from '../inventory/ansible/sources.ts'
import { readTemplates } from '../inventory/ansible/template-files.ts'
import { translate } from '../inventory/ansible/translate.ts'
import type { Translation } from '../inventory/ansible/translation.ts'
import { sortProblems } from '../inventory/problems.ts'
import { shownPath } from '../inventory/reading.ts'
import { schemaHints } from '../inventory/schema-hints.ts'
import { SiteVars } from '../roles/site.ts'
import { InputError, type Problem } from '../shared/errors.ts'
import type { Secret } from '../shared/secret.ts'
import { type ImportSummary, summaryOf } from './import-summary.ts'
import { newVrrpSecret } from './new-secrets.ts'
import { writeInventory } from './new-inventory.ts'

export interface ImportOptions {
  /** An inventory of Ansible, or a folder with one. */
  readonly path: string
  /** The folder for pgha's inventory. */
  readonly out: string
  readonly force: boolean
  /** Hosts and groups to import; undefined: those with variables of Patroni. */
  readonly limit: readonly string[] | undefined
  /** Passwords of ansible-vault. */
  readonly passwords: readonly Secret[]
  /** The IPv4 address of a name; undefined when there is none. By default DNS and /etc/hosts are asked. */
  readonly resolve?: (name: string) => Promise<string | undefined>
}

/** Turns an Ansible inventory into one of pgha: reads, translates, checks, writes, and says what became of what. */
export async function importAnsible(options: ImportOptions): Promise<ImportSummary> {
  const reading = newReading(options.passwords)
  const project = readProject(reading, options.path)
  refuseProblems(reading)
  if (project === undefined) throw new Error('a project that cannot be read has a problem')
  const translation = complete(await translated(reading, project, options), newVrrpSecret)
  const files = inventoryFiles(translation, titleOf(translation, project))
  const { out, force } = options
  const warnings = writeInventory({ folder: out, files, force, explain: explainer(files, out) })
  return summaryOf({ translation, project, files, folder: out, warnings })
}

function refuseProblems({ problems, files }: AnsibleReading): void {
  if (problems.length > 0) throw new InputError(sortProblems(problems, files))
}

async function translated(
  reading: AnsibleReading,
  project: Project,
  { path, out, limit, resolve = addressOf }: ImportOptions,
): Promise<Translation> {
  const from = isFile(path) ? dirname(path) : path
  const templates = readTemplates(reading, project.sources.folders)
  const hints = schemaHints(SiteVars)
  const known = (setting: readonly string[]) => hints.field(setting)
  const common = { limit, from, to: out, templates, known }
  const first = translate(reading, project, { ...common, addresses: new Map() })
  if (first.unresolved.length === 0) return first
  const found = await Promise.all(
    first.unresolved.slice(0, maxLookups).map(async (name) => [name, await resolve(name)] as const),
  )
  const addresses = new Map(
    found.flatMap(([name, address]) => (address === undefined ? [] : [[name, address]])),
  )
  return translate(reading, project, { ...common, addresses })
}

const lookupMs = 5_000

// No cluster has more nodes; lookups cannot be called off, and thousands of them take minutes.
const maxLookups = 32

// A loopback address is this machine's own name in /etc/hosts: no other node could reach it.
async function addressOf(name: string): Promise<string | undefined> {
  const late = sleep(lookupMs, undefined, { ref: false })
  const found = await Promise.race([lookup(name, { family: 4 }).catch(() => undefined), late])
  return found === undefined || found.address.startsWith('127.') ? undefined : found.address
}

function titleOf({ settings }: Translation, { sources }: Project): readonly string[] {
  const scope = settings.find(({ item }) => item.path.join('.') === 'patroni.scope')?.item.value
  const name = typeof scope === 'string' ? `The cluster ${scope}` : 'A cluster'
  return [
    `${name}, imported from ${sources.inventories.map(shownPath).join(', ')} by \`pgha import ansible\`.`,
    'Passwords are not in this file, but in group_vars/ and host_vars/, readable by their owner only.',
    'What the settings mean: inventory.example.yaml. Check changes with: pgha validate',
  ]
}

/** A complaint about a line of the new files is one about the value in Ansible's; what is to be filled in may be empty. */
function explainer(
  files: readonly InventoryFile[],
  folder: string,
): (problem: Problem) => Problem | undefined {
  const byPlace = new Map(
    files.flatMap(({ path, settings }) =>
      [...settings].map(([line, setting]) => [`${joined(folder, path)}:${line}`, setting] as const),
    ),
  )
  return (problem) => {
    const { source } = problem
    const setting = source === undefined ? undefined : byPlace.get(`${source.file}:${source.line}`)
    if (setting === undefined) return problem
    if (isHole(setting) || setting.environment !== undefined) return undefined
    return setting.source === undefined ? problem : { ...problem, source: setting.source }
  }
}

function joined(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`
}
