import type { Problem } from '../../shared/errors.ts'
import { mask } from '../../shared/secret.ts'
import type { Source } from '../../shared/source.ts'
import { scalarText } from './plain.ts'
import type { Tree } from '../tree.ts'
import type { HostSettings } from './host-settings.ts'
import { type Winner, layersOf, variablesOf } from './precedence.ts'
import type { Project } from './project.ts'
import { looksSecret, reasonFor, rules, soundsSecret } from './rules.ts'
import type { Leftover, Placed } from './translation.ts'

/** Variables that hold somewhere and went into no setting: each definition once. */
export function leftoversOf(
  project: Project,
  hosts: ReadonlyMap<string, HostSettings>,
  decrypted: ReadonlySet<string>,
): readonly Placed<Leftover>[] {
  const used = new Set([...hosts.values()].flatMap((host) => [...host.used]))
  const unreadable = new Set([...hosts.values()].flatMap((host) => [...host.unreadable]))
  const found = new Map<Tree, Placed<Leftover>>()
  for (const host of hosts.keys()) {
    for (const variable of variablesOf(project, host).values()) {
      const { value, name, layer } = variable
      if (used.has(value) || found.has(value) || layer.isDefault === true) continue
      const reason = unreadable.has(value) ? unreadableReason(value) : reasonOf(name)
      const shown = shownValue(name, value, decrypted)
      found.set(value, { place: { kind: layer.kind, name: layer.name }, item: { variable, reason, shown } })
    }
  }
  return [...found.values()]
}

/** Defaults of roles that hold somewhere and went into no setting: a note for each file. */
export function unusedDefaults(
  project: Project,
  hosts: ReadonlyMap<string, HostSettings>,
): readonly Problem[] {
  const used = new Set([...hosts.values()].flatMap((host) => [...host.used]))
  const vars = [...hosts.keys()].map((host) => variablesOf(project, host))
  const holds = (name: string, value: Tree) => vars.some((known) => known.get(name)?.value === value)
  const files = new Map<string, { readonly source: Source; readonly names: string[] }>()
  for (const [name, value] of project.defaults) {
    if (used.has(value) || !holds(name, value)) continue
    const { source } = value
    const known = files.get(source.file)
    if (known === undefined) files.set(source.file, { source, names: [name] })
    else known.names.push(name)
  }
  return [...files.values()].map(({ source, names }) => ({
    message: `defaults of a role that have no place here: ${names.join(', ')}`,
    source,
  }))
}

/** Variables that went into settings by way of others, as in `{{ vault_password }}`. */
export function referredIn(project: Project, hosts: ReadonlyMap<string, HostSettings>): readonly Winner[] {
  const found = new Map<Tree, Winner>()
  for (const [host, { used, settings }] of hosts) {
    const direct = new Set([...settings.values()].map(({ item }) => item.source))
    for (const variable of variablesOf(project, host).values()) {
      const { value, layer } = variable
      if (used.has(value) && !direct.has(value.source) && layer.isDefault !== true) found.set(value, variable)
    }
  }
  return [...found.values()]
}

/** Definitions that stand behind a stronger one on every host that they are about. */
export function overriddenIn(project: Project, hosts: Iterable<string>): readonly Winner[] {
  const winners = new Set<Tree>()
  const all = new Map<Tree, Winner>()
  for (const host of hosts) {
    for (const { value } of variablesOf(project, host).values()) winners.add(value)
    for (const layer of layersOf(project, host).filter(({ isDefault }) => isDefault !== true)) {
      for (const [name, value] of layer.vars) all.set(value, { name, value, layer })
    }
  }
  return [...all.values()].filter(({ value }) => !winners.has(value))
}

function reasonOf(name: string): string {
  const isKnown = rules.some(({ variables }) => variables.includes(name))
  return isKnown
    ? 'another variable of the same meaning is set'
    : (reasonFor(name) ?? 'no counterpart in pgha')
}

function unreadableReason(value: Tree): string {
  const isExpression = value.kind === 'scalar' && String(value.value).includes('{{')
  return isExpression ? 'an expression that pgha does not understand' : 'not a value that pgha can use'
}

const longest = 60

/** A value as a comment shows it: only if it is short, on one line, and nothing that could be a password. */
function shownValue(name: string, value: Tree, decrypted: ReadonlySet<string>): string | undefined {
  if (soundsSecret(name)) return mask
  const texts = value.kind === 'list' ? value.items.map(scalarOf) : [scalarOf(value)]
  if (texts.some((text) => text !== undefined && (decrypted.has(text) || looksSecret(text)))) return mask
  if (texts.some((text) => text === undefined || /[\u0000-\u001f\u007f]/.test(text))) return undefined
  const shown = value.kind === 'list' ? `[${texts.join(', ')}]` : texts.join('')
  return shown.length > longest ? undefined : shown
}

function scalarOf(tree: Tree): string | undefined {
  return tree.kind === 'scalar' ? (tree.value === null ? '' : scalarText(tree.value)) : undefined
}
