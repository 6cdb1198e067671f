import { readFile } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { messageOf } from '../shared/errors.ts'
import { once } from './once.ts'
import { ssh2 } from './ssh2.ts'

/** A private key file: usable, or why not; an encrypted one still tells its public key, which an agent may hold. */
export type KeyFile =
  | { readonly kind: 'key'; readonly path: string; readonly key: ParsedKey }
  | { readonly kind: 'encrypted'; readonly path: string; readonly publicKey?: Buffer }
  | { readonly kind: 'missing' | 'unusable'; readonly path: string; readonly problem: string }

/** Reads a key file without a passphrase. */
export const readKeyFile = once(async (path: string): Promise<KeyFile> => {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    return { kind: 'missing', path, problem: messageOf(error) }
  }
  const key = (await ssh2()).utils.parseKey(text)
  if (!(key instanceof Error)) return usable(path, key)
  if (!/encrypted/i.test(key.message)) return { kind: 'unusable', path, problem: key.message }
  const publicKey = publicKeyOf(text) ?? (await publicKeyBeside(path))
  return { kind: 'encrypted', path, ...(publicKey === undefined ? {} : { publicKey }) }
})

/** Decrypts a key file. Once per process: bcrypt takes a second of computing, and hosts share keys. */
export const decryptKeyFile = once(async (path: string, passphrase: string): Promise<KeyFile> => {
  const key = (await ssh2()).utils.parseKey(await readFile(path, 'utf8'), passphrase)
  if (key instanceof Error) return { kind: 'unusable', path, problem: 'the passphrase is wrong' }
  return usable(path, key)
})

function usable(path: string, key: ParsedKey): KeyFile {
  return key.isPrivateKey()
    ? { kind: 'key', path, key }
    : { kind: 'unusable', path, problem: 'not a private key' }
}

const magic = 'openssh-key-v1\0'

/** OpenSSH's own format has the public key before the encrypted part: PROTOCOL.key of OpenSSH. */
function publicKeyOf(text: string): Buffer | undefined {
  const [, base64] = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)/.exec(text) ?? []
  const data = Buffer.from(base64 ?? '', 'base64')
  if (data.toString('latin1', 0, magic.length) !== magic) return undefined
  // Names of cipher and key derivation, its options; then the number of keys, then the first public key.
  const skip = (offset: number) => offset + 4 + data.readUInt32BE(offset)
  const start = skip(skip(skip(magic.length))) + 8
  return data.subarray(start, start + data.readUInt32BE(start - 4))
}

async function publicKeyBeside(path: string): Promise<Buffer | undefined> {
  const text = await readFile(`${path}.pub`, 'utf8').catch(() => '')
  const base64 = text.split(' ')[1]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}
