import type { Reader, Reading, Step } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'

/** What `stat` says of a path, links not followed. */
export interface PathState {
  readonly type: 'file' | 'directory' | 'link' | 'other'
  /** Four octal digits, e.g. `0640`. */
  readonly mode: string
  readonly owner: string
  readonly group: string
}

/**
 * A line `B|<seconds since boot>`, then one per path that exists: `S|<hex mode>|<owner>|<group>|<modified, in seconds since
 * 1970>|<path>`; nothing for others.
 */
const paths: Reader<string> = {
  read: (all) =>
    `IFS=' ' read -r uptime idle </proc/uptime; echo "B|$uptime"
${command('stat', '-c', 'S|%f|%U|%G|%Y|%n', '--', now, ...all)} 2>/dev/null`,
}

// Its entries in /proc are made when a process is first looked at: the time of this one is that of the clock.
const now = '/proc/self/stat'

/** What is at the paths; `parseStat` reads it. */
export function statOf(wants: readonly { readonly path: string }[]): Reading {
  return { by: paths, items: wants.map(({ path }) => path) }
}

/** What is at each path that exists. */
export function parseStat(printed: string): ReadonlyMap<string, PathState> {
  return new Map(
    linesOf(printed).map(([mode, owner, group, , path]) => {
      const bits = Number.parseInt(mode, 16)
      return [path, { type: typeOf(bits), mode: (bits & 0o7777).toString(8).padStart(4, '0'), owner, group }]
    }),
  )
}

/** When what is at each path that exists was last changed, in seconds since 1970. */
export function parseTimes(printed: string): ReadonlyMap<string, number> {
  return new Map(linesOf(printed).map(([, , , time, path]) => [path, Number(time)]))
}

/** When the node booted, in seconds since 1970: both clocks are read at once, whatever else takes its time. */
export function parseBootTime(printed: string): number | undefined {
  const [, uptime] = /^B\|([\d.]+)$/m.exec(printed) ?? []
  const time = parseTimes(printed).get(now)
  return time === undefined || uptime === undefined ? undefined : time - Number(uptime)
}

type Line = readonly [mode: string, owner: string, group: string, time: string, path: string]

function linesOf(printed: string): readonly Line[] {
  return [...printed.matchAll(/^S\|([0-9a-f]+)\|([^|]*)\|([^|]*)\|(\d+)\|(.*)$/gm)].map(
    ([, mode = '', owner = '', group = '', time = '', path = '']) => [mode, owner, group, time, path],
  )
}

function typeOf(mode: number): PathState['type'] {
  const types: ReadonlyMap<number, PathState['type']> = new Map([
    [0o100000, 'file'],
    [0o040000, 'directory'],
    [0o120000, 'link'],
  ])
  return types.get(mode & 0o170000) ?? 'other'
}

/** What differs in owner, group and mode, in the operator's words; empty when nothing does. */
export function ownershipChanges(
  want: { readonly owner: string; readonly group: string; readonly mode: string },
  state: PathState,
): readonly string[] {
  const changes: string[] = []
  if (`${want.owner}:${want.group}` !== `${state.owner}:${state.group}`) {
    changes.push(`owner ${state.owner}:${state.group} → ${want.owner}:${want.group}`)
  }
  if (want.mode !== state.mode) changes.push(`mode ${state.mode} → ${want.mode}`)
  return changes
}

/** The step for a path where something of another type is: it may be of use, so that only its owner may remove it. */
export function refusal(path: string, type: string): Step {
  return {
    what: `refuse ${path}`,
    script: `echo ${sh(`${path} is a ${type}; move it away first`)} >&2; exit 91`,
  }
}

/** Refuses a path that a line of `stat` or `sha256sum` could not carry, or that is no absolute path. */
export function assertPath(path: string): string {
  if (!/^\/[^\n\r\0\\]+$/.test(path) || path.split('/').includes('..')) {
    throw new Error(`not a usable absolute path: ${JSON.stringify(path)}`)
  }
  return path
}
