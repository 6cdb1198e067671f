import { PghaError } from '../shared/errors.ts'
import type { Holder } from './connection.ts'

/** The holder as one line of ASCII: `read` of some dash versions damages other bytes. */
export function holderLine(holder: Holder): string {
  return JSON.stringify(holder).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Says who works on the node already; `helperPid` is a process of that node. */
export function lockedError(host: string, helperPid: string, line: string): PghaError {
  const holder = parseHolder(line)
  const who = holder === undefined ? 'another run' : `${holder.user}@${holder.host} (pid ${holder.pid})`
  const what = holder === undefined ? '' : ` since ${holder.since}: ${holder.command}`
  return new PghaError('locked', `${host} is locked by ${who}${what}`, {
    host,
    hint: `wait until that run has ended; if it has, its last script still runs on ${host}: see \`ps -ef --forest\` below process ${helperPid}, or let apply --break-lock end it`,
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
