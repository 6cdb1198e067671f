import type { RoundLog } from './log.ts'

/** What clients and watchers have seen up to now; grows while they run. */
export type Live = Pick<RoundLog, 'attempts' | 'states' | 'vip'>

const windowMs = 1_000
// Watchers ask four times a second; what nobody has said for longer is not known.
const freshMs = 1_500

/** One line for who looks on: `480 acks/s · no writes for 3.2 s · takes writes: n1 · VIP: n3`. */
export function pulseText({ attempts, states, vip }: Live, nowMs: number): string {
  const rate = countSince(attempts, nowMs - windowMs)
  const last = attempts.findLast(({ outcome }) => outcome === 'ok')
  const silentMs = last === undefined ? 0 : nowMs - last.endedMs
  const writable = namesOf(states, nowMs, ({ state }) => state === 'writable', nameOfMember)
  const holders = namesOf(vip, nowMs, ({ holds }) => holds === true, nameOfHost)
  return [
    `${Math.round((rate * 1000) / windowMs)} acks/s`,
    ...(silentMs >= windowMs / 2 ? [`no writes for ${(silentMs / 1000).toFixed(1)} s`] : []),
    `takes writes: ${writable}`,
    `VIP: ${holders}`,
  ].join(' · ')
}

const nameOfMember = ({ member }: Live['states'][number]) => member
const nameOfHost = ({ host }: Live['vip'][number]) => host

function countSince(attempts: Live['attempts'], sinceMs: number): number {
  let count = 0
  for (let index = attempts.length - 1; index >= 0; index--) {
    const attempt = attempts[index]
    if (attempt === undefined || attempt.endedMs < sinceMs) break
    if (attempt.outcome === 'ok') count++
  }
  return count
}

/** By each one's newest sample. */
function namesOf<Sample extends { readonly endedMs: number }>(
  samples: readonly Sample[],
  nowMs: number,
  isIt: (sample: Sample) => boolean,
  nameOf: (sample: Sample) => string,
): string {
  const newest = new Map<string, Sample>()
  for (let index = samples.length - 1; index >= 0; index--) {
    const sample = samples[index]
    if (sample === undefined || nowMs - sample.endedMs > freshMs) break
    if (!newest.has(nameOf(sample))) newest.set(nameOf(sample), sample)
  }
  const names = [...newest].flatMap(([name, sample]) => (isIt(sample) ? [name] : []))
  return names.length === 0 ? 'nobody' : names.toSorted().join(' and ')
}
