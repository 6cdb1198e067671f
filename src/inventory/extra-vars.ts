import type { Source } from '../shared/source.ts'
import { mergeMaps, setPath } from './merge.ts'
import { type Reading, asMap, complain, readTree } from './reading.ts'
import { readYaml } from './read-yaml.ts'
import type { MapNode, Tree } from './tree.ts'

/** Lays what `-e` said over the variables of a host. */
export type Overlay = (vars: MapNode) => MapNode

/** Reads `-e key.path=value` and `-e @file.yaml`. Positions are `-e:N:C`: the Nth -e, its column C. */
export function readExtraVars(reading: Reading, extraVars: readonly string[]): readonly Overlay[] {
  reading.files.push('-e')
  return extraVars.flatMap((extra, index) => {
    const overlay = extra.startsWith('@')
      ? fileOverlay(reading, extra.slice(1))
      : valueOverlay(reading, extra, { file: '-e', line: index + 1, column: 1 })
    return overlay === undefined ? [] : [overlay]
  })
}

function fileOverlay(reading: Reading, path: string): Overlay | undefined {
  const map = asMap(reading, readTree(reading, path))
  return map === undefined ? undefined : (vars) => ({ ...mergeMaps(vars, map), source: vars.source })
}

function valueOverlay(reading: Reading, extra: string, source: Source): Overlay | undefined {
  const equals = extra.indexOf('=')
  const path = extra.slice(0, equals).split('.')
  if (equals < 1 || path.some((key) => key.trim() !== key || key === '' || key === '__proto__')) {
    complain(reading, { message: 'expected -e key.path=value or -e @file.yaml', source })
    return undefined
  }
  const value = valueOf(reading, extra.slice(equals + 1), { ...source, column: equals + 2 })
  return value === undefined ? undefined : (vars) => setPath(vars, path, value, source)
}

function valueOf(reading: Reading, text: string, source: Source): Tree | undefined {
  const place = (offset: number): Source => ({ ...source, column: source.column + offset })
  const { tree, problems } = readYaml(text, { file: source.file, env: reading.env, place })
  reading.problems.push(...problems)
  if (problems.length > 0) return undefined
  return tree ?? { kind: 'scalar', source, value: null }
}
