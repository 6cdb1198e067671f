import { PghaError } from '../shared/errors.ts'
import { lastLines } from './tail.ts'

/** Marks each time that sudo asks, in any language: the second time means that the password was wrong. */
export const sudoPrompt = 'pgha-sudo-password:'

/** The command line that runs `command` as root, for a user that may not be root. */
export function asRoot(command: string, user: string, password: string | undefined): string {
  if (user === 'root') return command
  // LC_ALL=C, because the error text below is matched. `-n` fails at once where a password is needed.
  return password === undefined
    ? `env LC_ALL=C sudo -n -- ${command}`
    : `env LC_ALL=C sudo -S -p ${sudoPrompt} -- ${command}`
}

const causes: readonly (readonly [pattern: RegExp, message: string, hint: string])[] = [
  [
    /a password is required|no password was provided/,
    'sudo asks for a password',
    'set ssh.sudo_password in the inventory, or allow the user NOPASSWD in /etc/sudoers.d',
  ],
  [
    /not in the sudoers file|may not run sudo|is not allowed to (run sudo|execute)/,
    'sudo does not allow it',
    'let the user run /bin/sh as root in /etc/sudoers.d, or log in as root',
  ],
  [
    /must have a tty/,
    'sudo demands a terminal',
    'add "Defaults:<user> !requiretty" in /etc/sudoers.d on the node',
  ],
  [
    /sudo: (command )?not found|sudo['\u2019:]*:? (No such file|not found)|Unknown command.*sudo/,
    'sudo is not installed',
    'install sudo on the node, or log in as root',
  ],
]

/** What kept the helper from becoming root, if stderr tells; `prompts` is how often sudo asked. */
export function sudoFailure(
  user: string,
  host: string,
  stderr: string,
  prompts: number,
): PghaError | undefined {
  if (prompts > 1) {
    return new PghaError('failed', `sudo of ${user}@${host} refused the password; it was tried once`, {
      host,
      hint: 'correct ssh.sudo_password in the inventory',
    })
  }
  const found = causes.find(([pattern]) => pattern.test(stderr))
  if (found === undefined) return undefined
  const [, message, hint] = found
  return new PghaError('failed', `${user}@${host} cannot become root: ${message}`, {
    host,
    hint,
    evidence: lastLines(stderr),
  })
}
