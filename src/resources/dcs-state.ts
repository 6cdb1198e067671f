import type { Reading } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'
import { answersTo, isAnswered, parseAnswers } from './rest-answers.ts'
import { isMap, type Settings } from './settings-tree.ts'

/** How the dynamic configuration is read. */
export interface DcsReading {
  /** Patroni's REST API on this node. */
  readonly url: string
  /** The same on the other members: they tell as well, where the own one is silent. */
  readonly others: readonly string[]
  /** Where PostgreSQL of this node keeps its data. */
  readonly dataDir: string
}

/**
 * The dynamic configuration as a Patroni tells it, and which one. `silent`: none tells, but there is data, so there is or was a
 * cluster that has one. `none`: no cluster yet.
 */
export type DcsConfigState =
  | { readonly kind: 'stored'; readonly url: string; readonly settings: Settings }
  | { readonly kind: 'silent' }
  | { readonly kind: 'none' }

/** The own Patroni is asked together with other questions to it. */
export function sharedOfDcs(readings: readonly DcsReading[]): readonly Reading[] {
  return [answersTo(readings.map(({ url }) => `${url}/config`))]
}

/** Where the own Patroni tells nothing, a line for each: `D|<url>|<json>`, `D|silent` or `D|none`; else `D|own`. */
export function dcsFragment(readings: readonly DcsReading[]): string {
  return readings.map(lineOf).join('\n')
}

function lineOf({ url, others, dataDir }: DcsReading): string {
  return [
    `if ${isAnswered(`${url}/config`, 200)}; then echo 'D|own'`,
    'else',
    '  json=',
    `  for url in ${command(...others)}; do`,
    // Of an error page nothing is printed; others may not even be up.
    `    json=$(curl -sf -m 5 --connect-timeout 2 --noproxy '*' "$url/config" 2>/dev/null | tr -d '\\n')`,
    `    case $json in '{'*'}') break ;; *) json= ;; esac`,
    '  done',
    `  if [ -n "$json" ]; then printf 'D|%s|%s\\n' "$url" "$json"`,
    `  elif [ -s ${sh(`${dataDir}/PG_VERSION`)} ]; then echo 'D|silent'`,
    `  else echo 'D|none'; fi`,
    'fi',
  ].join('\n')
}

/** Reads what was printed; what is not understood tells nothing. */
export function dcsStates(printed: string, readings: readonly DcsReading[]): readonly DcsConfigState[] {
  const answers = parseAnswers(printed)
  const lines = [...printed.matchAll(/^D\|(.*)$/gm)].map(([, line = '']) => line)
  return readings.map(({ url }, index) => {
    const line = lines[index] ?? 'silent'
    return stateOf(line === 'own' ? `${url}|${answers.get(`${url}/config`)?.body ?? ''}` : line)
  })
}

function stateOf(line: string): DcsConfigState {
  if (line === 'none') return { kind: 'none' }
  const [, url = '', json = ''] = /^([^|]+)\|([^]*)$/.exec(line) ?? []
  const settings = parsed(json)
  return isMap(settings) ? { kind: 'stored', url, settings } : { kind: 'silent' }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
