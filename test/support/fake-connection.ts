import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, Connection, Payload, RunOptions } from '../../src/transport/connection.ts'
import { Helper } from '../../src/transport/helper.ts'
import { loader } from '../../src/transport/loader.ts'
import { localPipe } from './local-pipe.ts'

/** The shells that /bin/sh is on the nodes: Debian and Ubuntu, and the Red Hat family. */
export const shells = ['dash', 'bash --posix'] as const

export interface ShellOptions {
  readonly host?: string
  readonly shell?: (typeof shells)[number]
  /** Where `PGHA_DIR` is made; a new directory in /tmp, removed by `close`, by default. */
  readonly root?: string
}

/**
 * A connection to this machine: scripts run in a real shell, served by the same loader as on a node, with the rights of
 * whoever runs the tests.
 */
export function shellConnection(options: ShellOptions = {}): Connection {
  const { host = 'fake', shell = 'dash' } = options
  let started: Promise<LocalHelper> | undefined
  return {
    host,
    async run(script, runOptions) {
      started ??= startLocally(host, shell, options.root)
      return (await started).helper.run(script, runOptions)
    },
    tunnel: (address, port) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: address, port })
        socket.once('error', reject)
        socket.once('connect', () => {
          resolve(socket)
        })
      }),
    async close() {
      await (await started)?.close()
    },
  }
}

interface LocalHelper {
  readonly helper: Helper
  close(): Promise<void>
}

async function startLocally(host: string, shell: string, root: string | undefined): Promise<LocalHelper> {
  const directory = root ?? (await mkdtemp(join(tmpdir(), 'pgha-test-')))
  const [file = shell, ...flags] = shell.split(' ')
  const text = loader({ shell, lockFile: join(directory, 'lock'), directories: [directory] })
  const pipe = localPipe(file, [...flags, '-c', text])
  const helper = await Helper.start(pipe, { host, user: 'tester', uid: process.getuid?.() ?? 0 })
  return {
    helper,
    async close() {
      await helper.close()
      if (root === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}

/** One canned answer: its stdout, its fields, or the error that the connection throws. */
export type Canned = string | Partial<Answer> | Error

/** A script that was run, and the payloads it came with. */
export interface Recorded {
  readonly script: string
  readonly payloads: readonly Payload[]
}

export interface RecordingConnection extends Connection {
  readonly runs: readonly Recorded[]
}

/** A connection that runs nothing: it keeps the scripts and gives canned answers, in order or by a function. */
export function recordingConnection(
  answers: readonly Canned[] | ((script: string, options: RunOptions) => Canned),
  host = 'fake',
): RecordingConnection {
  const runs: Recorded[] = []
  const answer = (script: string, options: RunOptions): Canned =>
    typeof answers === 'function'
      ? answers(script, options)
      : (answers[runs.length - 1] ?? new Error(`no answer left for run ${runs.length}: ${script}`))
  return {
    host,
    runs,
    run(script, options = {}) {
      runs.push({ script, payloads: options.payloads ?? [] })
      const canned = answer(script, options)
      return canned instanceof Error ? Promise.reject(canned) : Promise.resolve(answerOf(canned))
    },
    tunnel: (address, port) => Promise.reject(new Error(`no tunnel to ${address}:${port} from a fake`)),
    close: () => Promise.resolve(),
  }
}

function answerOf(canned: string | Partial<Answer>): Answer {
  const blank = { code: 0, stdout: '', stderr: '' }
  return typeof canned === 'string' ? { ...blank, stdout: canned } : { ...blank, ...canned }
}
