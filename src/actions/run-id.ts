import { randomBytes } from 'node:crypto'

/** Sorts by time: `20261122T184500-3f2a`. */
export function newRunId(): string {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')
  return `${now}-${randomBytes(2).toString('hex')}`
}
