import type { Watch } from '../cluster/waiting.ts'
import { dieIfTold } from '../engine/die-at.ts'
import type { RunJournal } from '../engine/run-journal.ts'
import { stopIfAsked } from '../engine/stop.ts'
import type { Connection } from '../transport/connection.ts'
import type { RunOptions } from './options.ts'

/** Where what the cluster floor does is written down. */
export interface Recorder {
  readonly journal: RunJournal
  readonly connections: ReadonlyMap<string, Connection>
}

/** What the cluster floor tells while it works: as events of the run, and in its record on the nodes. */
export function watchOf({ emit, stop }: Pick<RunOptions, 'emit' | 'stop'>, recorder: Recorder): Watch {
  return {
    begin: async (host, what, left) => {
      emit({ kind: 'step-start', host, what })
      await write(recorder, host, (on) => recorder.journal.begin(on, what, left))
    },
    during: () => dieIfTold('sent'),
    end: async (host, what, ms) => {
      emit({ kind: 'step-end', host, what, code: 0, ms })
      await write(recorder, host, (on) => recorder.journal.end(on))
      await dieIfTold('answered')
    },
    ...waitsOf({ emit }),
    mayGoOn: () => {
      stopIfAsked(stop?.signal)
    },
  }
}

/** The part of it that records nothing: for what is looked at before a run may begin. */
export function waitsOf({ emit }: Pick<RunOptions, 'emit'>): Pick<Watch, 'wait'> {
  return {
    wait: (gate, waitingFor, ms) => {
      emit({ kind: 'gate-wait', gate, waitingFor, ms })
    },
  }
}

/** On another node where that one is not reached. What cannot be recorded is done nevertheless. */
async function write({ connections }: Recorder, host: string, script: (on: string) => string): Promise<void> {
  const connection = connections.get(host) ?? [...connections.values()][0]
  if (connection === undefined) return
  await connection.run(script(connection.host), { timeoutMs: 15_000 }).catch(() => undefined)
}
