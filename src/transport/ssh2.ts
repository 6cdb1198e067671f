import { once } from './once.ts'

/** The ssh2 library, loaded when the first connection is made: it takes 40 ms that `--help` need not wait for. */
export const ssh2 = once(async () => (await import('ssh2')).default)
