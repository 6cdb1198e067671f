import type * as z from 'zod'
import type { RawHost } from './hosts.ts'
import { keySourceAt, locate } from './locate.ts'
import { pathText } from './path-text.ts'
import type { HostProblem } from './problems.ts'
import { type SchemaHints, schemaHints } from './schema-hints.ts'
import { schemaMessage } from './schema-messages.ts'
import { type Path, isEmpty, plainValue } from './tree.ts'

/** A host whose variables passed the schema, or what is wrong with them. */
export type Checked<V> =
  { readonly ok: true; readonly vars: V } | { readonly ok: false; readonly problems: readonly HostProblem[] }

/** Checks one host at a time; the hints are worked out once, at the first mistake. */
export function schemaChecker<V>(schema: z.ZodType<V>): (host: RawHost) => Checked<V> {
  let hints: SchemaHints | undefined
  return (host) => {
    // Compiling the schema costs more than it saves on a handful of hosts.
    const result = schema.safeParse(plainValue(host.vars), { error: schemaMessage, jitless: true })
    if (result.success) return { ok: true, vars: result.data }
    const known = (hints ??= schemaHints(schema))
    return { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(host, issue, known)) }
  }
}

function problemsOf(host: RawHost, issue: z.core.$ZodIssue, hints: SchemaHints): readonly HostProblem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(host, path, key, hints))
  if (issue.code === 'invalid_key') {
    return [
      { host: host.name, source: keySourceAt(host.vars, path), path: pathText(path), message: issue.message },
    ]
  }
  const { found, tree } = locate(host.vars, path)
  const problem = { host: host.name, source: tree.source, path: pathText(path) }
  if (found && !isEmpty(tree)) return [{ ...problem, message: issue.message }]
  if (issue.code === 'custom') return [{ ...problem, message: issue.message }]

  const required = hints.requiredKeys(path)
  if (required.length > 0) return required.map((key) => missing(host, [...path, key], hints))
  return [missing(host, path, hints)]
}

function missing(host: RawHost, path: Path, hints: SchemaHints): HostProblem {
  const { found, tree } = locate(host.vars, path)
  const hint = hints.purpose(path)
  const problem = {
    host: host.name,
    source: tree.source,
    path: pathText(path),
    ...(hint === undefined ? {} : { hint }),
  }
  if (found) return { ...problem, message: 'is empty' }
  return {
    ...problem,
    message: 'missing',
    missingFrom: tree.kind === 'map' && tree !== host.vars ? tree.origin : tree.source,
  }
}

function unknownKey(host: RawHost, section: Path, key: string, hints: SchemaHints): HostProblem {
  const path = [...section, key]
  const hint = hints.unknownKey(section, key)
  return {
    host: host.name,
    message: 'unknown key',
    source: keySourceAt(host.vars, path),
    path: pathText(path),
    ...(hint === undefined ? {} : { hint }),
  }
}
