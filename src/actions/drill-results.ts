import { readFileSync } from 'node:fs'

import type { DrillResult } from '../drill/result.ts'
import { InputError, messageOf } from '../shared/errors.ts'

/**
 * What earlier drills printed with `--json`, for one report. Parts of one drill (the same label and settings, as when
 * faults were shared out among labs) count as one. Throws an InputError that names each file that is none.
 */
export function readResults(files: readonly string[]): readonly DrillResult[] {
  const read = files.map(readResult)
  const problems = read.flatMap((one) => ('problem' in one ? [one.problem] : []))
  if (problems.length > 0) throw new InputError(problems)
  const merged = new Map<string, DrillResult>()
  for (const one of read) {
    if (!('result' in one)) continue
    const { label } = one.result
    const before = merged.get(label)
    merged.set(label, before === undefined ? one.result : joined(before, one.result, one.file))
  }
  return [...merged.values()]
}

type Read =
  | { readonly file: string; readonly result: DrillResult }
  | { readonly problem: { readonly message: string; readonly hint: string } }

function readResult(file: string): Read {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'), withInfinity)
    if (isResult(value)) return { file, result: value }
    return notOne(file, 'it has no trials, label and configuration')
  } catch (thrown) {
    return notOne(file, messageOf(thrown))
  }
}

function notOne(file: string, reason: string): Read {
  return {
    problem: {
      message: `${file} is not the result of a drill: ${reason}`,
      hint: 'pgha drill --json prints one',
    },
  }
}

/** JSON has no Infinity: what nothing promises was written as null. */
function withInfinity(name: string, value: unknown): unknown {
  return value === null && /^(seconds|outageMs|vipTwoMs)$/.test(name) ? Infinity : value
}

function isResult(value: unknown): value is DrillResult {
  if (typeof value !== 'object' || value === null) return false
  return 'trials' in value && Array.isArray(value.trials) && 'label' in value && 'configuration' in value
}

function joined(one: DrillResult, other: DrillResult, file: string): DrillResult {
  if (settingsOf(one) !== settingsOf(other)) {
    throw new InputError([
      {
        message: `${file} is labelled ${other.label}, as a drill with other settings is`,
        hint: 'give each its own --label',
      },
    ])
  }
  const seeds = [...new Set([one.seed, other.seed].flat())]
  const [first, last] = one.startedAt <= other.startedAt ? [one, other] : [other, one]
  return {
    ...first,
    seed: seeds.length === 1 ? first.seed : seeds,
    endedAt: one.endedAt > other.endedAt ? one.endedAt : other.endedAt,
    finished: one.finished && other.finished,
    endedEarly: one.endedEarly ?? other.endedEarly,
    trials: [...first.trials, ...last.trials],
  }
}

// Not the hash of the whole configuration: the same cluster has other addresses on another lab.
function settingsOf({ settings, replication }: DrillResult): string {
  return JSON.stringify([settings, replication])
}
