import { groupBy } from './group.ts'
import type { RoundLog } from './log.ts'

/** Something that lasted, in s since the round began. */
export interface Stretch {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** A round as a picture shows it; times in s since it began. */
export interface Series {
  /** On the drill's own clock, as `Outage.beganMs`. */
  readonly startedMs: number
  readonly seconds: number
  readonly binSeconds: number
  /** Acknowledgements through the VIP per bin, and those inside. */
  readonly acks: readonly number[]
  readonly inside: readonly number[]
  /** Writes that failed or stayed without an answer, per bin. */
  readonly errors: readonly number[]
  readonly writable: readonly Stretch[]
  readonly vip: readonly Stretch[]
  readonly injected: number
  readonly healed: number
  readonly whole: number | undefined
}

const binMs = 250
// Samples further apart than this are two stretches.
const apartMs = 1_500

export function seriesOf(log: RoundLog): Series {
  const { startedMs, endedMs, attempts } = log
  const at = (ms: number) => Math.round(ms - startedMs) / 1000
  const bins = (times: readonly number[]) => {
    const counts = new Array<number>(Math.max(1, Math.ceil((endedMs - startedMs) / binMs))).fill(0)
    for (const time of times) {
      const index = Math.floor((time - startedMs) / binMs)
      if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + 1
    }
    return counts
  }
  const ok = attempts.filter(({ outcome }) => outcome === 'ok')
  const timesOf = (of: readonly { readonly endedMs: number }[]) => of.map((one) => one.endedMs)
  return {
    ...{ startedMs, seconds: at(endedMs), binSeconds: binMs / 1000 },
    acks: bins(timesOf(ok.filter(({ way }) => way === 'vip'))),
    inside: bins(timesOf(ok.filter(({ way }) => way === 'inside'))),
    errors: bins(timesOf(attempts.filter(({ outcome }) => outcome !== 'ok'))),
    writable: stretches(
      log.states.filter(({ state }) => state === 'writable'),
      ({ member }) => member,
      at,
    ),
    vip: stretches(
      log.vip.filter(({ holds }) => holds === true),
      ({ host }) => host,
      at,
    ),
    ...{ injected: at(log.injectedMs), healed: at(log.healedMs) },
    whole: log.wholeMs === undefined ? undefined : at(log.wholeMs),
  }
}

function stretches<Sample extends { readonly endedMs: number }>(
  samples: readonly Sample[],
  nameOf: (sample: Sample) => string,
  at: (ms: number) => number,
): readonly Stretch[] {
  const found: Stretch[] = []
  for (const [name, of] of groupBy(samples, nameOf)) {
    let [fromMs, lastMs] = [of[0]?.endedMs ?? 0, of[0]?.endedMs ?? 0]
    for (const { endedMs } of of) {
      if (endedMs - lastMs > apartMs) {
        found.push({ name, from: at(fromMs), to: at(lastMs) })
        fromMs = endedMs
      }
      lastMs = endedMs
    }
    found.push({ name, from: at(fromMs), to: at(lastMs) })
  }
  return found
}
