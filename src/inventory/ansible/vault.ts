import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../shared/secret.ts'

/** A decrypted text, or why there is none. */
export type Decrypted =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

/** Whether a text is encrypted by ansible-vault. */
export function isVault(text: string): boolean {
  return /^\s*\$ANSIBLE_VAULT;/.test(text)
}

/** Decrypts a text of ansible-vault, format 1.1 or 1.2, with the first of the passwords that fits. */
export function decryptVault(text: string, passwords: readonly Secret[]): Decrypted {
  const parts = partsOf(text)
  if (!parts.ok) return parts
  if (passwords.length === 0) {
    return { ok: false, message: 'encrypted by ansible-vault, and there is no password' }
  }
  for (const password of passwords) {
    const plain = open(parts, password)
    if (plain !== undefined) return utf8(plain)
  }
  return { ok: false, message: 'encrypted by ansible-vault, with another password' }
}

interface Parts {
  readonly ok: true
  readonly salt: Buffer
  readonly mac: Buffer
  readonly sealed: Buffer
}

const damaged = { ok: false, message: 'a damaged text of ansible-vault' } as const

// $ANSIBLE_VAULT;1.2;AES256;label, then the hex of three lines of hex: salt, HMAC, what was encrypted.
function partsOf(text: string): Parts | { readonly ok: false; readonly message: string } {
  const [head = '', ...body] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim())
  const [, version, cipher] = head.split(';')
  if (version !== '1.1' && version !== '1.2') {
    return { ok: false, message: 'a format of ansible-vault that pgha does not know; 1.1 and 1.2 it does' }
  }
  if (cipher !== 'AES256') return { ok: false, message: 'a cipher of ansible-vault that pgha does not know' }
  const [salt, mac, sealed, ...more] = bytes(body.join(''))?.toString('latin1').split('\n').map(bytes) ?? []
  if (salt === undefined || mac === undefined || sealed === undefined || more.length > 0) return damaged
  if (mac.length !== 32 || sealed.length === 0) return damaged
  return { ok: true, salt, mac, sealed }
}

function bytes(hex: string): Buffer | undefined {
  return /^([\da-fA-F]{2})*$/.test(hex) ? Buffer.from(hex, 'hex') : undefined
}

// Numbers of ansible.parsing.vault.VaultAES256.
function open({ salt, mac, sealed }: Parts, password: Secret): Buffer | undefined {
  const derived = pbkdf2Sync(password.reveal(), salt, 10_000, 80, 'sha256')
  const found = createHmac('sha256', derived.subarray(32, 64)).update(sealed).digest()
  if (!timingSafeEqual(found, mac)) return undefined
  const cipher = createDecipheriv('aes-256-ctr', derived.subarray(0, 32), derived.subarray(64))
  const padded = Buffer.concat([cipher.update(sealed), cipher.final()])
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0))
}

function utf8(plain: Buffer): Decrypted {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(plain) }
  } catch {
    return { ok: false, message: 'decrypted, but not UTF-8 text' }
  }
}
