import { randomInt } from 'node:crypto'

// Without characters that look alike, and without any that a shell, a URL or a config file would take for its own.
const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** A new password of 32 characters, some 185 bits. */
export function newPassword(): string {
  return random(32)
}

/** A new secret for VRRP, which carries 8 characters. */
export function newVrrpSecret(): string {
  return random(8)
}

function random(length: number): string {
  return Array.from({ length }, () => letters.charAt(randomInt(letters.length))).join('')
}
