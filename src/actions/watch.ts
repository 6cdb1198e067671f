import type { Watch } from '../cluster/waiting.ts'
import type { Emit } from '../engine/events.ts'

/** What the cluster floor tells while it works, as events of the run. */
export function watchOf(emit: Emit): Watch {
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
  }
}
