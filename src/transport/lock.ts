import { PghaError } from '../shared/errors.ts'
import type { Holder } from './connection.ts'

/** The holder as one line of ASCII: `read` of some dash versions damages other bytes. */
export function holderLine(holder: Holder): string {
  return JSON.stringify(holder).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Seconds without a sign of life after which nobody is believed to be there any more: four that did not come. */
export const staleSeconds = 60

/** What the lock file of a node says besides its holder. */
export interface LockSigns {
  /** A process of that node. */
  readonly helperPid: string
  /** Seconds that the lock is held, and since the last sign of life; undefined where it does not say. */
  readonly held: number | undefined
  readonly silent: number | undefined
}

/** Says who works on the node already, for how long, and when he was last heard of. */
export function lockedError(host: string, line: string, { helperPid, held, silent }: LockSigns): PghaError {
  const holder = parseHolder(line)
  const who = holder === undefined ? 'another run' : `${holder.user}@${holder.host} (pid ${holder.pid})`
  const what = holder === undefined ? '' : ` since ${holder.since}: ${holder.command}`
  const signs =
    held === undefined || silent === undefined
      ? ''
      : `; held for ${held} s, last sign of life ${silent} s ago`
  const below = `see \`ps -ef --forest\` below process ${helperPid} on ${host}`
  return new PghaError('locked', `${host} is locked by ${who}${what}${signs}`, {
    host,
    hint:
      silent !== undefined && silent > staleSeconds
        ? `nobody is there any more: apply --break-lock ends what that run still does, and takes over; ${below}`
        : `wait until that run has ended; if it has, its last script still runs: ${below}, or let apply --break-lock end it`,
  })
}

function parseHolder(line: string): Holder | undefined {
  const parsed = parseJson(line)
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { user, host, pid, command, since } = { ...blank, ...parsed }
  const texts = [user, host, command, since]
  return texts.every((text) => typeof text === 'string') && typeof pid === 'number'
    ? { user, host, pid, command, since }
    : undefined
}

const blank: Holder = { user: '?', host: '?', pid: 0, command: '?', since: '?' }

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
