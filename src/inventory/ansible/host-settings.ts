import { isIPv4 } from 'node:net'
import { basename } from 'node:path'
import { sourceText } from '../../shared/source.ts'
import type { Tree } from '../tree.ts'
import { type Scope, evaluate } from './expressions.ts'
import { type FormOptions, formed, isSecretForm } from './forms.ts'
import type { Plain } from './plain.ts'
import type { Winner } from './precedence.ts'
import { type Form, type Rule, rules } from './rules.ts'
import type { TemplateValue } from './template-files.ts'
import { type Place, type Placed, type Setting, dotted } from './translation.ts'

export interface HostOptions extends FormOptions {
  readonly templates: readonly TemplateValue[]
  /** Where settings from templates belong. */
  readonly home: Place
  /** What pgha's inventory knows of a setting; undefined when there is no such setting. */
  readonly known: (path: readonly string[]) => { readonly default?: unknown } | undefined
  readonly decrypted: ReadonlySet<string>
}

/** What pgha says about one host, and which variables went into it. */
export interface HostSettings {
  /** By dotted path. */
  readonly settings: ReadonlyMap<string, Placed<Setting>>
  readonly used: ReadonlySet<Tree>
  /** Variables whose expressions pgha does not understand. */
  readonly unreadable: ReadonlySet<Tree>
  /** The name whose address is not known. */
  readonly unresolved: string | undefined
}

/** Translates the variables of one host: by their names first, then what templates say. */
export function hostSettings(scope: Omit<Scope, 'used'>, options: HostOptions): HostSettings {
  const work: Work = {
    options,
    scope: { ...scope, used: ({ value }) => work.used.add(value) },
    settings: new Map(),
    used: new Set(),
    unreadable: new Set(),
  }
  for (const rule of rules) if (options.known(rule.path) !== undefined) followRule(work, rule)
  for (const value of options.templates)
    if (options.known(value.path) !== undefined) followTemplate(work, value)
  const unresolved = addressByName(work)
  return { ...work, unresolved }
}

interface Work {
  readonly options: HostOptions
  readonly scope: Scope
  readonly settings: Map<string, Placed<Setting>>
  readonly used: Set<Tree>
  readonly unreadable: Set<Tree>
}

function followRule(work: Work, { variables, path, form }: Rule): void {
  const winner = variables.map((name) => work.scope.vars.get(name)).find((one) => one !== undefined)
  if (winner === undefined) return
  const made = make(work, winner.value, form, path, winner.name)
  if (made === undefined) {
    if (form !== 'address') work.unreadable.add(winner.value)
    return
  }
  work.used.add(winner.value)
  for (const setting of made) put(work, placeOf(winner), setting)
}

function followTemplate(work: Work, { value, form, path }: TemplateValue): void {
  if (work.settings.has(dotted(path))) return
  const from = `template ${basename(value.source.file)}`
  const made = make({ ...work, scope: { ...work.scope, used: noop } }, value, form, path, from)
  if (made === undefined) return
  // Only now: of an expression that came to nothing, the variables are still without a place.
  evaluate(work.scope, value)
  // A template may spell out what is pgha's default anyway.
  const isNews = ({ path, value }: Setting): boolean => work.options.known(path)?.default !== value
  for (const setting of made.filter(isNews)) put(work, work.options.home, setting)
}

function noop(): void {
  return undefined
}

function make(
  work: Work,
  tree: Tree,
  form: Form,
  path: readonly string[],
  from: string,
): readonly Setting[] | undefined {
  const found = evaluate(work.scope, tree)
  const base = { from, source: tree.source, isSecret: isSecretForm(form) }
  if (found.kind === 'environment') {
    return [{ ...base, path, value: null, environment: found.name }]
  }
  const result = found.kind === 'value' ? formed(form, found.tree, work.options) : undefined
  if (result === undefined) return undefined
  const isSecret = base.isSecret || isDecrypted(work, result.value)
  const remark = result.remark === undefined ? {} : { remark: result.remark }
  const main: Setting = { ...base, path, value: result.value, isSecret, ...remark }
  const beside = Object.entries(result.beside ?? {}).map(([key, value]) => ({
    ...base,
    path: [...path.slice(0, -1), key],
    value,
    isSecret,
  }))
  return [main, ...beside]
}

function isDecrypted({ options }: Work, value: Plain): boolean {
  return (typeof value === 'string' || typeof value === 'number') && options.decrypted.has(String(value))
}

function put(work: Work, place: Place, setting: Setting): void {
  const key = dotted(setting.path)
  if (!work.settings.has(key)) work.settings.set(key, { place, item: setting })
}

function placeOf({ layer }: Winner): Place {
  return { kind: layer.kind, name: layer.name }
}

// Without ansible_host, Ansible connects to the host's own name; or ansible_host is a name itself.
function addressByName(work: Work): string | undefined {
  if (work.settings.has('address')) return undefined
  const { scope, options } = work
  const given = scope.vars.get('ansible_host') ?? scope.vars.get('ansible_ssh_host')
  const found = given === undefined ? undefined : evaluate(scope, given.value)
  const name = given === undefined ? scope.host : textOf(found?.kind === 'value' ? found.tree : undefined)
  if (given !== undefined && name !== undefined) work.used.add(given.value)
  const address = name === undefined ? undefined : isIPv4(name) ? name : options.addresses.get(name)
  const remark = lookedUp(name, address, given)
  put(
    work,
    { kind: 'host', name: scope.host },
    {
      path: ['address'],
      value: address ?? null,
      from: given?.name ?? 'the name of the host',
      source: given?.value.source,
      isSecret: false,
      ...(remark === undefined ? {} : { remark }),
    },
  )
  return address === undefined ? name : undefined
}

function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined
}

function lookedUp(
  name: string | undefined,
  address: string | undefined,
  given: Winner | undefined,
): string | undefined {
  if (name !== undefined && address !== undefined) return name === address ? undefined : `looked up: ${name}`
  const at = given === undefined ? '' : ` (${given.name}, ${sourceText(given.value.source)})`
  return name === undefined
    ? `an expression that pgha does not understand${at}`
    : `${name} could not be looked up${at}`
}
