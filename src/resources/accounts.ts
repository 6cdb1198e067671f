import type { Reader, Reading } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'

/** What the name service says of a user. */
export interface Account {
  readonly home: string
  readonly shell: string
}

/** A line of `passwd` for each of the names that is there; fragments find them in `$PGHA_ACCOUNTS`. */
const accounts: Reader<string> = {
  read: (names) =>
    `PGHA_ACCOUNTS=$(${command('getent', 'passwd', ...names)})\nprintf '%s\\n' "$PGHA_ACCOUNTS"`,
}

/** The users of these names; `parseAccounts` reads them. */
export function accountsOf(names: readonly string[]): Reading<string> {
  return { by: accounts, items: names }
}

/** Each user who is there, by name. */
export function parseAccounts(printed: string): ReadonlyMap<string, Account> {
  return new Map(
    printed
      .split('\n')
      .map((line) => line.split(':'))
      .filter((fields) => fields.length === 7)
      .map(([name = '', , , , , home = '', shell = '']) => [name, { home, shell }]),
  )
}
