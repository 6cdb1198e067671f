import type { Scalar, Tree } from '../tree.ts'
import { applyFilter } from './filters.ts'
import { scalarText } from './plain.ts'
import type { Winner } from './precedence.ts'

/** What a text with `{{ … }}` comes to on a host. */
export type Evaluated =
  | { readonly kind: 'value'; readonly tree: Tree }
  /** `{{ lookup('env', 'NAME') }}` */
  | { readonly kind: 'environment'; readonly name: string }
  /** A variable that nobody sets. */
  | { readonly kind: 'undefined' }
  /** An expression that pgha does not understand. */
  | { readonly kind: 'unreadable' }

/** What expressions can refer to. */
export interface Scope {
  readonly host: string
  readonly vars: ReadonlyMap<string, Winner>
  /** Variables of another host, for `hostvars`. */
  readonly varsOf: (host: string) => ReadonlyMap<string, Winner>
  /** Called with each variable that an expression takes its value from. */
  readonly used: (winner: Winner) => void
}

/** Resolves the expressions in a value. Lists and sections that hold expressions stay as they are written. */
export function evaluate(scope: Scope, tree: Tree, depth = 0): Evaluated {
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string' || !/\{[{%#]/.test(tree.value)) {
    return { kind: 'value', tree }
  }
  // Variables that refer to each other never end.
  if (depth > 20 || /\{[%#]/.test(tree.value)) return { kind: 'unreadable' }
  const whole = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(tree.value)?.[1]
  if (whole !== undefined) return resultOf(scope, whole.trim(), tree, depth)
  return joined(scope, tree.value, tree, depth)
}

function joined(scope: Scope, text: string, tree: Tree, depth: number): Evaluated {
  const parts = text.split(/\{\{(.*?)\}\}/s).map((part, index) => {
    if (index % 2 === 0) return part
    const found = resultOf(scope, part.trim(), tree, depth)
    return found.kind === 'value' && found.tree.kind === 'scalar' ? scalarText(found.tree.value) : undefined
  })
  if (parts.some((part) => part === undefined || part.includes('{{'))) return { kind: 'unreadable' }
  return scalar(parts.join(''), tree)
}

function resultOf(scope: Scope, expression: string, at: Tree, depth: number): Evaluated {
  const environment =
    /^(?:lookup|query)\(\s*(['"])(?:ansible\.builtin\.)?env\1\s*,\s*(['"])([A-Za-z_]\w*)\2\s*\)$/.exec(
      expression,
    )
  if (environment?.[3] !== undefined) return { kind: 'environment', name: environment[3] }
  const [subject = '', ...filters] = pipes(expression)
  return filters.reduce<Evaluated>(
    (value, filter) => applyFilter(value, filter, at.source),
    subjectOf(scope, subject, at, depth),
  )
}

/** Parts of `a | b('|') | c`. */
function pipes(expression: string): readonly string[] {
  const parts = expression.match(/(?:'[^']*'|"[^"]*"|[^|'"])+/g) ?? []
  return parts.map((part) => part.trim())
}

function subjectOf(scope: Scope, subject: string, at: Tree, depth: number): Evaluated {
  const quoted = /^(['"])([^'"\\]*)\1$/.exec(subject)?.[2]
  if (quoted !== undefined) return scalar(quoted, at)
  if (/^\d+$/.test(subject)) return scalar(Number(subject), at)
  const { host, rest } = hostOf(scope, subject)
  const [name = '', ...keys] = rest.split(/\.|\[['"]|['"]\]\.?(?:\[['"])?/).filter((part) => part !== '')
  if (!/^[A-Za-z_]\w*((\.\w+)|(\[(['"])[\w.-]+\4\]))*$/.test(rest)) return { kind: 'unreadable' }
  if (name === 'inventory_hostname') return scalar(host, at)
  if (name === 'inventory_hostname_short') return scalar(host.split('.')[0] ?? host, at)
  const winner = (host === scope.host ? scope.vars : scope.varsOf(host)).get(name)
  if (winner === undefined) return { kind: 'undefined' }
  scope.used(winner)
  const inside = host === scope.host ? scope : { ...scope, host, vars: scope.varsOf(host) }
  const found = keys.reduce<Tree | undefined>(childOf, winner.value)
  return found === undefined ? { kind: 'undefined' } : evaluate(inside, found, depth + 1)
}

// hostvars[inventory_hostname].x and hostvars['n1'].x
function hostOf(scope: Scope, subject: string): { readonly host: string; readonly rest: string } {
  const [, , named, rest] = /^hostvars\[(?:(['"])([\w.-]+)\1|inventory_hostname)\](.+)$/.exec(subject) ?? []
  if (rest === undefined) return { host: scope.host, rest: subject }
  const key = /^\.|^\[['"]([\w.-]+)['"]\]/.exec(rest)
  return {
    host: named ?? scope.host,
    rest: key?.[1] === undefined ? rest.replace(/^\./, '') : `${key[1]}${rest.slice(key[0].length)}`,
  }
}

function childOf(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined
}

function scalar(value: Scalar, { source }: Tree): Evaluated {
  return { kind: 'value', tree: { kind: 'scalar', source, value } }
}
