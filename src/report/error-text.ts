import { FleetError, InputError, messageOf, PghaError, problemText } from '../shared/errors.ts'
import { redact, redactJson } from '../shared/secret.ts'
import { sourceText } from '../shared/source.ts'
import type { Palette } from './palette.ts'

/** An error as the operator reads it: where, which, what happened, from where in the inventory, what to do. */
export function errorText(thrown: unknown, colors: Palette): string {
  return redact(linesOf(thrown, colors).join('\n')) + '\n'
}

function linesOf(thrown: unknown, colors: Palette): readonly string[] {
  const label = colors.red('error')
  if (thrown instanceof InputError)
    return thrown.problems.map((problem) => `${label}  ${problemText(problem)}`)
  if (thrown instanceof FleetError) return thrown.errors.flatMap((error) => linesOf(error, colors))
  if (!(thrown instanceof PghaError)) return [`${label}  ${bugText(thrown)}`]
  const { host, resource, source, hint, evidence = [] } = thrown.context
  const place = [host, resource].filter((part) => part !== undefined)
  return [
    `${label}  ${[...place, thrown.message].join('  ')}`,
    ...evidence.map((line) => `       ${colors.dim('|')} ${line}`),
    ...(source === undefined ? [] : [`${colors.dim('from ')}  ${sourceText(source)}`]),
    ...(hint === undefined ? [] : [`${colors.dim('try  ')}  ${hint}`]),
  ]
}

function bugText(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown)
  return `this is a bug in pgha, please report it:\n${stack}`
}

/** The same as data, for `--json`. */
export function errorJson(thrown: unknown): unknown {
  return JSON.parse(redactJson(JSON.stringify(fieldsOf(thrown))))
}

function fieldsOf(thrown: unknown): unknown {
  if (thrown instanceof InputError) return { kind: thrown.kind, problems: thrown.problems }
  if (thrown instanceof FleetError) return { kind: thrown.kind, errors: thrown.errors.map(fieldsOf) }
  if (!(thrown instanceof PghaError)) return { kind: 'bug', message: messageOf(thrown) }
  return { kind: thrown.kind, message: thrown.message, ...thrown.context, cause: undefined }
}
