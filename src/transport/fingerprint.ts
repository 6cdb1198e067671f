import { createHash } from 'node:crypto'

/** `SHA256:…` of a public key in wire format, as `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** The type that a public key in wire format names first, e.g. `ssh-ed25519`. */
export function keyType(key: Buffer): string {
  return key.toString('latin1', 4, 4 + key.readUInt32BE(0))
}
