import { PghaError } from '../shared/errors.ts'
import type { Holder } from './connection.ts'
import { within } from './deadline.ts'
import type { FrameStream } from './frame-stream.ts'
import type { Frame } from './frames.ts'
import { holderLine, lockedError } from './lock.ts'
import type { Ending, Pipe } from './pipe.ts'
import { sudoFailure, sudoPrompt } from './sudo.ts'

export interface Greeting {
  readonly host: string
  readonly user: string
  readonly nonce: string
  /** Takes the lock of the node in this name. */
  readonly holder?: Holder
  readonly sudoPassword?: string
  /** How long the node may take, sudo and its PAM modules included. */
  readonly timeoutMs?: number
  /** Tests run the helper as the developer; on a node it has to be 0. */
  readonly uid?: number
}

/** Gets the loader behind `pipe` to the point where it takes scripts: root, and the node locked if asked for. */
export async function greet(pipe: Pipe, frames: FrameStream, greeting: Greeting): Promise<void> {
  const { nonce, holder, sudoPassword, timeoutMs = 30_000 } = greeting
  const opening = `PGHA ${nonce} ${holder === undefined ? '' : holderLine(holder)}\n`
  const next = () =>
    within<Frame | Ending>(frames.next(), timeoutMs, () => ({ error: new Error('no answer') }))

  // What follows a password has to wait: sudo would take it for a second password, and a third.
  if (sudoPassword === undefined) pipe.stdin.write(opening)
  const loaded = await (sudoPassword === undefined ? next() : withPassword(pipe, sudoPassword, next))
  if (!('words' in loaded)) throw notStarted(loaded, frames, greeting)
  if (sudoPassword !== undefined) pipe.stdin.write(opening)
  checkReady(await next(), frames, greeting)
}

/** Sends the password at once; an end of stdin keeps sudo from asking more than twice. */
async function withPassword<T>(pipe: Pipe, password: string, next: () => Promise<T>): Promise<T> {
  let asked = ''
  const listen = (chunk: Buffer) => {
    asked += chunk.toString()
    if (promptsIn(asked) > 1) pipe.stdin.end()
  }
  pipe.stderr.on('data', listen)
  pipe.stdin.write(`${password}\n`)
  try {
    return await next()
  } finally {
    pipe.stderr.off('data', listen)
  }
}

function promptsIn(stderr: string): number {
  return stderr.split(sudoPrompt).length - 1
}

function checkReady(frame: Frame | Ending, frames: FrameStream, greeting: Greeting): void {
  const { host, user, uid = 0 } = greeting
  if (!('words' in frame)) throw notStarted(frame, frames, greeting)
  const [word, first = '', held = '', silent = '', ...rest] = frame.words
  if (word === 'ready' && Number(first) === uid) return
  if (word === 'locked')
    throw lockedError(host, rest.join(' '), {
      helperPid: first,
      held: seconds(held),
      silent: seconds(silent),
    })
  throw new PghaError('failed', `${host}: ${refusals[word ?? ''] ?? `${user} is not root (uid ${first})`}`, {
    host,
    evidence: frames.stderr.lines(),
  })
}

/** `-` where the lock file does not say. */
function seconds(word: string): number | undefined {
  return /^\d+$/.test(word) ? Number(word) : undefined
}

const refusals: Readonly<Record<string, string>> = {
  unlockable: 'flock failed, so that the node cannot be locked (is util-linux installed?)',
}

function notStarted(ending: Ending, frames: FrameStream, { host, user }: Greeting): PghaError {
  const stderr = frames.stderr.text
  const sudo = sudoFailure(user, host, stderr.replaceAll(sudoPrompt, ''), promptsIn(stderr))
  if (sudo !== undefined) return sudo
  const how =
    ending.code === undefined
      ? (ending.error?.message ?? ending.signal ?? 'connection lost')
      : `exit ${ending.code}`
  return new PghaError('failed', `no shell for ${user}@${host}: ${how}`, {
    host,
    hint: `see what \`ssh ${user}@${host} /bin/sh -c id\` says`,
    evidence: [...frames.noise.lines(), ...frames.stderr.lines()],
    isUnreachable: ending.code === undefined && ending.signal === undefined,
    cause: ending.error,
  })
}
