import { PghaError } from '../shared/errors.ts'
import { fingerprint, keyType } from './fingerprint.ts'
import { isNamed, type KnownHost } from './known-hosts.ts'
import { type Login, loginText } from './login.ts'
import { command } from './shell.ts'

/** The server has no key on file, and nobody said to trust it. */
export function unknownKey(login: Login, key: Buffer, authorities: readonly KnownHost[]): PghaError {
  const [file = '~/.ssh/known_hosts'] = login.knownHostsFiles
  const scan = command('ssh-keyscan', '-p', String(login.port), login.address)
  const note = authorities.map(
    (entry) => `${place(entry)} trusts a certificate authority, which pgha cannot check`,
  )
  return new PghaError('failed', `the host key of ${loginText(login)} is not known: ${show(key)}`, {
    host: login.host,
    hint: `compare the fingerprint with \`ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub\` on the node's console, then: ${scan} >> ${file} (or run again with --accept-new)`,
    evidence: note,
  })
}

/** Other keys are on file for the server, under `name`. */
export function changedKey(
  login: Login,
  key: Buffer,
  { name, onFile }: { readonly name: string; readonly onFile: readonly KnownHost[] },
): PghaError {
  const known = onFile.map((entry) => `${place(entry)} ${show(entry.key)}`)
  const files = [...new Set(onFile.map(({ file }) => file))]
  const forget = files.map((file) => forgetting(name, file, onFile)).join(' and ')
  return new PghaError(
    'failed',
    `the host key of ${loginText(login)} has changed: ${show(key)} is not ${known.join(', ')}`,
    {
      host: login.host,
      hint: `if the node was installed anew: ${forget}; if not, someone may be listening in`,
    },
  )
}

/** How to take a server out of a file: a pattern stands for others too, and only its line can go. */
function forgetting(name: string, file: string, onFile: readonly KnownHost[]): string {
  const entries = onFile.filter((entry) => entry.file === file)
  if (entries.every((entry) => isNamed(entry, name))) return command('ssh-keygen', '-R', name, '-f', file)
  return `correct line ${entries.map(({ line }) => line).join(' and ')} of ${file}`
}

/** The key was taken back by an `@revoked` line. */
export function revokedKey(login: Login, key: Buffer, by: KnownHost): PghaError {
  return new PghaError(
    'failed',
    `the host key of ${loginText(login)} is revoked: ${show(key)} (${place(by)})`,
    {
      host: login.host,
      hint: 'give the node a new host key',
    },
  )
}

function show(key: Buffer): string {
  return `${keyType(key)} ${fingerprint(key)}`
}

function place({ file, line }: KnownHost): string {
  return `${file}:${line}`
}
