import { type Gate, openGate } from '../cluster/gates.ts'
import { stopIfAsked } from '../engine/stop.ts'
import type { StagesContext } from './stages-context.ts'

/** Waits for a gate, unless the operator stops the run meanwhile. */
export async function pass(gate: Gate | undefined, { cluster, options }: StagesContext): Promise<void> {
  if (gate === undefined) return
  const startedMs = Date.now()
  await openGate(gate, cluster, (_, waitingFor, ms) => {
    stopIfAsked(options.stop?.signal)
    options.emit({ kind: 'gate-wait', gate: gate.name, waitingFor, ms })
  })
  options.emit({ kind: 'gate-open', gate: gate.name, ms: Date.now() - startedMs })
}
