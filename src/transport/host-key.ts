import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import { PghaError } from '../shared/errors.ts'
import { keyType } from './fingerprint.ts'
import { changedKey, revokedKey, unknownKey } from './host-key-errors.ts'
import { judge, keysOf, type KnownHost, knownHostName, type Names, parseKnownHosts } from './known-hosts.ts'
import type { Login } from './login.ts'
import { readText } from './text-file.ts'

/** The check of one server's key, and the order of algorithms that makes the server show a key that is on file. */
export interface HostKeyCheck {
  readonly algorithms: ServerHostKeyAlgorithm[]
  /** Returns if the key may be trusted; else throws what the operator has to know. */
  verify(key: Buffer): void
}

/** Reads known_hosts for a login. With `acceptNew`, a key of a host without any is added to the first file. */
export function hostKeyCheck(login: Login, acceptNew: boolean): HostKeyCheck {
  const entries = login.knownHostsFiles.flatMap(readKnownHosts)
  const names = namesOf(login)
  return {
    algorithms: algorithmsFor(keysOf(entries, [...names.strict, ...names.lenient])),
    verify(key) {
      const verdict = judge(entries, names, key)
      if (verdict.kind === 'known') return
      if (verdict.kind === 'revoked') throw revokedKey(login, key, verdict.by)
      if (verdict.kind === 'changed') throw changedKey(login, key, verdict)
      if (!acceptNew) throw unknownKey(login, key, verdict.authorities)
      remember(login, key)
    },
  }
}

function readKnownHosts(file: string): readonly KnownHost[] {
  try {
    return parseKnownHosts(readFileSync(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new PghaError('failed', `cannot read the known hosts in ${file}`, { cause: error })
  }
}

// OpenSSH looks under the address only; a key that is on file for the name of the inventory says as much.
function namesOf({ host, address, port, hostKeyAlias }: Login): Names {
  if (hostKeyAlias !== undefined) return { strict: [hostKeyAlias.toLowerCase()], lenient: [] }
  const strict = [knownHostName(address, port), knownHostName(host, port)]
  return { strict, lenient: port === 22 ? [] : [address.toLowerCase(), host.toLowerCase()] }
}

const preferred: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

// A server has several keys; one that is not on file would look like a changed one.
function algorithmsFor(onFile: readonly KnownHost[]): ServerHostKeyAlgorithm[] {
  const types = new Set(onFile.map(({ type }) => type))
  const isOnFile = (name: string) => types.has(name.startsWith('rsa-') ? 'ssh-rsa' : name)
  return [...preferred.filter(isOnFile), ...preferred.filter((name) => !isOnFile(name))]
}

function remember(login: Login, key: Buffer): void {
  const [file] = login.knownHostsFiles
  if (file === undefined) throw unknownKey(login, key, [])
  const name = login.hostKeyAlias ?? knownHostName(login.address, login.port)
  const text = readText(file) ?? ''
  const newline = text === '' || text.endsWith('\n') ? '' : '\n'
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // One write in append mode: several hosts do this at once.
  appendFileSync(file, `${newline}${name} ${keyType(key)} ${key.toString('base64')}\n`, { mode: 0o600 })
}
