import { validate } from '../../actions/validate.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'

/** Errors end in exit code 4, all at once. */
export const command: Command = ({ arguments: { json }, options, print }) => {
  const valid = validate(options)
  print(json ? `${JSON.stringify(valid, null, 2)}\n` : `${valid.file} is valid: ${valid.hosts.join(', ')}\n`)
  return Promise.resolve(exit.ok)
}
