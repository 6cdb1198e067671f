import { jsonSchema } from '../../actions/schema.ts'
import { InputError } from '../../shared/errors.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'
import { textOption } from '../raw.ts'

/** Prints a JSON Schema on stdout. */
export const command: Command = ({ arguments: { raw }, print }) => {
  const kind = textOption(raw, 'kind') ?? 'inventory'
  if (kind !== 'inventory' && kind !== 'vars') {
    throw new InputError([{ message: 'schema takes inventory or vars' }])
  }
  print(`${JSON.stringify(jsonSchema(kind), null, 2)}\n`)
  return Promise.resolve(exit.ok)
}
