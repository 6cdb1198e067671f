import { setTimeout as sleep } from 'node:timers/promises'

import type { Lab } from '../lab/lab.ts'

/** Looks all the time whether PostgreSQL of each member runs, by Patroni's own word. */
export interface DownWatch {
  /** The most members that were down at once, and who was down at any time. */
  readonly stop: () => Promise<{ readonly mostAtOnce: number; readonly ever: readonly string[] }>
}

const intervalMs = 100

/** Starts to look at `GET /health` of every node, straight from this machine. */
export function watchDown(lab: Lab): DownWatch {
  const seen = { isStopping: false, mostAtOnce: 0, ever: new Set<string>() }
  const loop = look(lab, seen)
  return {
    stop: async () => {
      seen.isStopping = true
      await loop
      return { mostAtOnce: seen.mostAtOnce, ever: [...seen.ever].toSorted() }
    },
  }
}

async function look(
  lab: Lab,
  seen: { isStopping: boolean; mostAtOnce: number; readonly ever: Set<string> },
): Promise<void> {
  while (!seen.isStopping) {
    const up = await Promise.all(lab.nodes.map(({ address }) => isUp(address)))
    const down = lab.nodes.filter((_, index) => up[index] === false).map(({ name }) => name)
    seen.mostAtOnce = Math.max(seen.mostAtOnce, down.length)
    for (const name of down) seen.ever.add(name)
    await sleep(intervalMs)
  }
}

/** Undefined when a busy machine did not get to answer: that says nothing about PostgreSQL. */
async function isUp(address: string): Promise<boolean | undefined> {
  try {
    const { status } = await fetch(`http://${address}:8008/health`, { signal: AbortSignal.timeout(2_000) })
    return status === 200
  } catch (thrown) {
    return thrown instanceof Error && thrown.name === 'TimeoutError' ? undefined : false
  }
}
