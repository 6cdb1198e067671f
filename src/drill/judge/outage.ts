import type { Attempt, RoundLog, TimelineSpan } from '../log.ts'

/** How long nobody could write, in ms. */
export interface Outage {
  /** The longest time between two acknowledgements of any client, within the fault's time. */
  readonly longestMs: number
  readonly beganMs: number
  /** False: writes never came back; `longestMs` then is what was seen of it until the end of the round. */
  readonly recovered: boolean
  /** The longest time that one client was without an acknowledgement: what an application feels, its own patience included. */
  readonly clientMs: number
  /** The same for new connections. */
  readonly freshMs: number
  /** The longest such time before the fault, without the clients' first second: what this machine calls quiet. */
  readonly baselineMs: number
  /** By the rows: from the last on one timeline to the first on the next, by the servers' clocks. */
  readonly timelineMs: number | undefined
}

/** A write may be under way when the fault comes. */
const leadMs = 500
// Until all clients have their connections; what writes on the fault's node is set up before their first write.
const warmUpMs = 1_000
// As long as a client waits for one answer, and tries again.
const patienceMs = 2_500

/** Client whose every write is on a connection of its own. */
export const freshClient = 'fresh'

export function outageOf(log: RoundLog): Outage {
  const { attempts, startedMs, injectedMs, endedMs, spans } = log
  const served = attempts.filter(({ way }) => way === 'vip')
  const acks = served.filter(({ outcome }) => outcome === 'ok')
  const fromMs = Math.max(startedMs, injectedMs - leadMs)
  const quietFromMs = Math.min(fromMs, (served[0]?.beganMs ?? startedMs) + warmUpMs)
  const { gapMs, beganMs, recovered } = longestGap(acks, fromMs, endedMs)
  const clients = [...new Set(served.map(({ client }) => client))]
  const ofClient = (client: string) =>
    longestGap(
      acks.filter((ack) => ack.client === client),
      fromMs,
      endedMs,
    ).gapMs
  return {
    longestMs: gapMs,
    beganMs,
    recovered,
    clientMs: Math.max(0, ...clients.filter((client) => client !== freshClient).map(ofClient)),
    freshMs: clients.includes(freshClient) ? ofClient(freshClient) : 0,
    baselineMs: longestGap(acks, quietFromMs, fromMs).gapMs,
    timelineMs: timelineGap(spans),
  }
}

interface Gap {
  readonly gapMs: number
  readonly beganMs: number
  readonly recovered: boolean
}

/** The longest time without an acknowledgement that overlaps the window. What is open at its end counts as far as it was seen. */
function longestGap(acks: readonly Attempt[], fromMs: number, toMs: number): Gap {
  const times = acks.map(({ endedMs }) => endedMs).toSorted((a, b) => a - b)
  const before = times.findLast((time) => time <= fromMs) ?? fromMs
  const within = times.filter((time) => time > fromMs && time <= toMs)
  const points = [before, ...within, toMs]
  let [gapMs, beganMs] = [0, before]
  for (const [index, time] of points.entries()) {
    const previous = points[index - 1]
    if (previous === undefined || time - previous <= gapMs) continue
    ;[gapMs, beganMs] = [time - previous, previous]
  }
  return { gapMs, beganMs, recovered: toMs - (within.at(-1) ?? before) <= patienceMs }
}

function timelineGap(spans: readonly TimelineSpan[]): number | undefined {
  const sorted = spans.toSorted((a, b) => a.timeline - b.timeline)
  const gaps = sorted.slice(1).map((span, index) => (span.firstAt - (sorted[index]?.lastAt ?? NaN)) * 1000)
  return gaps.length === 0 ? undefined : Math.max(...gaps)
}
