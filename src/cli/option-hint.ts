import { nearestName } from '../actions/nearest-name.ts'
import { operations } from './operations.ts'
import {
  applyOptions,
  commonOptions,
  listOptions,
  planOptions,
  removalOptions,
  tagOptions,
} from './options.ts'
import { recordCommands } from './record-commands.ts'
import { inventoryCommands } from './inventory-commands.ts'

const everywhere = { ...commonOptions, ...tagOptions, ...listOptions, ...planOptions, ...removalOptions }

/** What to do about a wrong command line: the option that was probably meant, else where all are listed. */
export function optionHint(message: string | undefined, words: readonly string[]): string {
  const [, written] = /^Unknown arguments?: ([\w-]+)/.exec(message ?? '') ?? []
  const isOption = written !== undefined && words.some((word) => word.replace(/=.*/s, '') === `--${written}`)
  const known = Object.keys(
    Object.assign(
      { ...everywhere, ...applyOptions },
      ...[...operations, ...recordCommands, ...inventoryCommands].map(({ options }) => options),
    ) as object,
  )
  const meant = isOption ? nearestName(written, known) : undefined
  return meant === undefined ? 'pgha --help' : `did you mean --${meant}?`
}
