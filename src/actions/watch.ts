import type { Watch } from '../cluster/waiting.ts'
import { stopIfAsked } from '../engine/stop.ts'
import type { RunOptions } from './options.ts'

/** What the cluster floor tells while it works, as events of the run, and whether the operator lets it go on. */
export function watchOf({ emit, stop }: Pick<RunOptions, 'emit' | 'stop'>): Watch {
  return {
    begin: (host, what) => {
      emit({ kind: 'step-start', host, what })
    },
    end: (host, what, ms) => {
      emit({ kind: 'step-end', host, what, code: 0, ms })
    },
    wait: (gate, waitingFor, ms) => {
      emit({ kind: 'gate-wait', gate, waitingFor, ms })
    },
    mayGoOn: () => {
      stopIfAsked(stop?.signal)
    },
  }
}
