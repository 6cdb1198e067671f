import { type InitOptions, type Initialized, init } from '../../actions/init.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'
import { initOptions } from '../init-questions.ts'

/** Asks for what the options leave open when somebody is there to answer. */
export const command: Command = async ({ arguments: { raw, json }, print }) => {
  const options = await initOptions(raw)
  const done = init(options)
  print(json ? `${JSON.stringify(done, null, 2)}\n` : initText(done, options))
  return exit.ok
}

function initText({ inventory, secrets, warnings }: Initialized, { hosts }: InitOptions): string {
  return [
    `Wrote ${inventory}: ${hosts.map(({ name }) => name).join(', ')}.`,
    `Wrote ${secrets}: new passwords, readable by you only (mode 0600). Keep it out of version control.`,
    ...warnings.map((warning) => `Note: ${warning}`),
    `Next: look at ${inventory}, then pgha diff -i ${inventory}`,
    '',
  ].join('\n')
}
