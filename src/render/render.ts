import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import nunjucks from 'nunjucks'

import { messageOf, PghaError } from '../shared/errors.ts'
import { Secret } from '../shared/secret.ts'
import options from './nunjucks.json' with { type: 'json' }
import { precompiled } from './precompiled.ts'

/** Renders a template: one of ours by its path below templates/, the operator's by an absolute one. Values are data: they are never rendered themselves. */
export type Render = (template: string, context: Readonly<Record<string, unknown>>) => string

/** A renderer over a folder of templates. What a template names and the context lacks is an error, in `if` and `for` too. */
export function renderer(folder: string): Render {
  makeStrict()
  const environment = new nunjucks.Environment(null, options)
  environment.addFilter('json', (value: unknown) => JSON.stringify(revealed(value)))
  environment.addFilter('reveal', (value: unknown) => scalar(revealed(value)))
  const compiled = new Map<string, nunjucks.Template>()

  return (template, context) => {
    const source = readFileSync(resolve(folder, template), 'utf8')
    try {
      const ready = compiled.get(template) ?? templateOf(source, environment, template)
      compiled.set(template, ready)
      return ready.render(context)
    } catch (thrown) {
      throw templateError(template, source, thrown)
    }
  }
}

function templateOf(source: string, environment: nunjucks.Environment, name: string): nunjucks.Template {
  const ready = precompiled[createHash('sha256').update(source).digest('hex')]
  // The types of nunjucks know the text only.
  const text = (ready === undefined ? source : { type: 'code', obj: ready() }) as string
  return new nunjucks.Template(text, environment, name, true)
}

/** JSON is YAML: the filter `json` quotes any value for YAML, JSON and, as a string, for most other formats. */
function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]))
}

function scalar(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  throw new Error('only text, numbers and booleans can be written as they are')
}

interface Lookups {
  contextOrFrameLookup(
    context: { lookup(name: string): unknown },
    frame: { lookup(name: string): unknown },
    name: string,
  ): unknown
  memberLookup(target: unknown, key: unknown): unknown
}

/**
 * nunjucks lets an undefined name pass in `if`, `for` and filters, and lets templates reach constructors. Both lookups
 * are replaced: a misspelt group would otherwise render an empty HAProxy backend.
 */
function makeStrict(): void {
  const runtime = nunjucks.runtime as unknown as Lookups
  runtime.contextOrFrameLookup = (context, frame, name) => {
    const value = frame.lookup(name) ?? context.lookup(name)
    if (value === undefined) throw new Error(`"${name}" is not defined`)
    return value
  }
  runtime.memberLookup = (target, key) => {
    const value = memberOf(target, String(key))
    if (value === undefined) throw new Error(`"${String(key)}" is not defined`)
    return value
  }
}

function memberOf(target: unknown, key: string): unknown {
  if (typeof target !== 'object' || target === null) return undefined
  return Object.hasOwn(target, key) ? (target as Record<string, unknown>)[key] : undefined
}

/** nunjucks names the line but not the text there, and the cause but not always the line: quote what is known. */
function templateError(template: string, source: string, thrown: unknown): PghaError {
  const message = messageOf(thrown).replaceAll(/\s+/g, ' ')
  const line = /\[Line (\d+)/.exec(message)?.[1] ?? lineNaming(source, message)
  const quoted = line === undefined ? [] : [`${line}: ${source.split('\n')[Number(line) - 1]?.trim() ?? ''}`]
  return new PghaError('failed', `template ${template}: ${message}`, { evidence: quoted, cause: thrown })
}

function lineNaming(source: string, message: string): string | undefined {
  const name = /"([\w.]+)" is not defined/.exec(message)?.[1]
  if (name === undefined) return undefined
  const index = source
    .split('\n')
    .findIndex((line) => /\{[{%]/.test(line) && new RegExp(`\\b${name}\\b`).test(line))
  return index < 0 ? undefined : String(index + 1)
}
