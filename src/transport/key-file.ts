import { readFileSync } from 'node:fs'
import type { ParsedKey } from 'ssh2'
import { messageOf } from '../shared/errors.ts'
import { once } from './once.ts'
import { ssh2 } from './ssh2.ts'
import { readText } from './text-file.ts'

/**
 * A private key file: usable, or why not. An encrypted one still tells its public key, and so does a `.pub` that stands
 * alone: an agent may hold the private one.
 */
export type KeyFile =
  | { readonly kind: 'key'; readonly path: string; readonly key: ParsedKey }
  | { readonly kind: 'public'; readonly path: string; readonly publicKey: Buffer }
  | { readonly kind: 'encrypted'; readonly path: string; readonly publicKey?: Buffer }
  | { readonly kind: 'missing' | 'unusable'; readonly path: string; readonly problem: string }

/** Reads a key file without a passphrase. */
export const readKeyFile = once(async (path: string): Promise<KeyFile> => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const publicKey = publicKeyBeside(path)
    return publicKey === undefined
      ? { kind: 'missing', path, problem: messageOf(error) }
      : { kind: 'public', path, publicKey }
  }
  const key = (await ssh2()).utils.parseKey(text)
  if (!(key instanceof Error))
    return key.isPrivateKey()
      ? { kind: 'key', path, key }
      : { kind: 'public', path, publicKey: key.getPublicSSH() }
  if (!/encrypted/i.test(key.message)) return { kind: 'unusable', path, problem: key.message }
  const publicKey = publicKeyOf(text) ?? publicKeyBeside(path)
  return { kind: 'encrypted', path, ...(publicKey === undefined ? {} : { publicKey }) }
})

/** Decrypts a key file. Once per process: bcrypt takes a second of computing, and hosts share keys. */
export const decryptKeyFile = once(async (path: string, passphrase: string): Promise<KeyFile> => {
  const key = (await ssh2()).utils.parseKey(readFileSync(path, 'utf8'), passphrase)
  return key instanceof Error
    ? { kind: 'unusable', path, problem: 'the passphrase is wrong' }
    : { kind: 'key', path, key }
})

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

function publicKeyBeside(path: string): Buffer | undefined {
  const base64 = readText(`${path}.pub`)?.split(' ')[1]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}
