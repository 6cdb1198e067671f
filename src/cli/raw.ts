import { InputError } from '../shared/errors.ts'

/** Options as yargs gives them, for what only one command takes. */
export type Raw = Readonly<Record<string, unknown>>

/** The text of an option that is given at most once. */
export function textOption(raw: Raw, name: string): string | undefined {
  const value = raw[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '') return value
  throw new InputError([{ message: `--${name} is given once, with one value` }])
}

/** The values of an option that may be given several times. */
export function listOption(raw: Raw, name: string): readonly string[] {
  const value = raw[name]
  return Array.isArray(value) ? value.map(String) : []
}

/**
 * The words of an option that chooses; none when it is not given. Given without a word, as by an unset variable of a
 * script, it would choose everything: that is refused.
 */
export function wordsOption(raw: Raw, name: string): readonly string[] {
  if (raw[name] === undefined) return []
  const words = listOption(raw, name)
  if (words.length > 0) return words
  const hint = 'leave it out, or say what is meant; is a variable of your script unset?'
  throw new InputError([{ message: `--${flagName(name)} is empty`, hint }])
}

/** `skipTags`, as it is typed: `skip-tags`. */
export function flagName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

export function flagOption(raw: Raw, name: string): boolean {
  return raw[name] === true
}

/** The number of an option that is given at most once; NaN when it is none. */
export function numberOption(raw: Raw, name: string): number | undefined {
  const value = raw[name]
  return value === undefined ? undefined : typeof value === 'number' ? value : NaN
}
