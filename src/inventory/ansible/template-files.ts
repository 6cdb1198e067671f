import { join } from 'node:path'
import type { Tree } from '../tree.ts'
import type { AnsibleReading } from './reading.ts'
import { readText } from '../read-text.ts'
import { shownPath } from '../reading.ts'
import type { Form } from './rules.ts'
import { isFile, isFolder, namesIn } from './sources.ts'
import { haproxyValues, keepalivedValues } from './template-lines.ts'
import { telegramValues } from './template-telegram.ts'
import { patroniValues } from './template-patroni.ts'

/** A value that a template of the project sets, often with an expression in it. */
export interface TemplateValue {
  /** Where it goes in pgha's inventory. */
  readonly path: readonly string[]
  readonly form: Form
  readonly value: Tree
}

// A project has dozens; more would be the home directory of somebody.
const maxFiles = 1000

/** What the templates for Patroni, HAProxy, keepalived and alerts say themselves, instead of taking it from variables. */
export function readTemplates(reading: AnsibleReading, folders: readonly string[]): readonly TemplateValue[] {
  const places = folders.flatMap((folder) => [
    join(folder, 'templates'),
    ...namesIn(reading, join(folder, 'roles')).map((role) => join(folder, 'roles', role, 'templates')),
  ])
  const files = places.flatMap((place) => filesBelow(reading, place, 0)).slice(0, maxFiles)
  return files.flatMap((path) => valuesIn(reading, path))
}

function filesBelow(reading: AnsibleReading, path: string, depth: number): readonly string[] {
  if (isFile(path)) return [path]
  if (depth > 4 || !isFolder(path)) return []
  return namesIn(reading, path).flatMap((name) => filesBelow(reading, join(path, name), depth + 1))
}

function valuesIn(reading: AnsibleReading, path: string): readonly TemplateValue[] {
  const read = readText(path)
  if (!read.ok) return []
  const template = { file: shownPath(path), text: withoutStatements(read.text) }
  const values = [
    ...patroniValues(reading, template),
    ...haproxyValues(template),
    ...keepalivedValues(template),
    ...telegramValues(reading, template),
  ]
  if (values.length > 0) reading.files.push(template.file)
  return values
}

/** `{% … %}` and `{# … #}` taken out, with the lines kept. */
function withoutStatements(text: string): string {
  return text.replace(/\{%.*?%\}|\{#.*?#\}/gs, (statement) => statement.replace(/[^\n]/g, ' '))
}
