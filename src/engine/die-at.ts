import { setTimeout as sleep } from 'node:timers/promises'

// Of tests: PGHA_TEST_DIE_AT=7 kills this process when the seventh step was sent, =7+ when it was answered.
const [, step, after] = /^(\d+)(\+?)$/.exec(process.env['PGHA_TEST_DIE_AT'] ?? '') ?? []
const dieAt =
  step === undefined ? undefined : { moment: after === '+' ? 'answered' : 'sent', step: Number(step) }
let count = 0

// Long enough for the frame to leave a busy machine and for the node to begin, short enough for few steps to end.
const flushMs = 100

/** For the tests of interruption: ends this process with SIGKILL at the step that the environment names. */
export async function dieIfTold(moment: 'sent' | 'answered'): Promise<void> {
  if (dieAt?.moment !== moment) return
  count += 1
  if (count !== dieAt.step) return
  if (moment === 'sent') await sleep(flushMs)
  process.kill(process.pid, 'SIGKILL')
}
