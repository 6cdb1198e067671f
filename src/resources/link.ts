import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'
import { assertPath } from './stat.ts'

export interface LinkWant {
  readonly path: string
  readonly target: string
}

/** Where a link points; `other` when something else is at its path. */
export type LinkState = { readonly target: string } | 'absent' | 'other'

/** A symbolic link at `path` that points to `target`. Anything but a link in its place is refused, never removed. */
export function link(want: LinkWant): Resource {
  return resource(linkType, assertPath(want.path), want)
}

export const linkType: ResourceType<LinkWant, LinkState> = {
  kind: 'link',
  probe: (wants) =>
    [
      `for path in ${command(...wants.map((want) => want.path))}; do`,
      `  if [ -h "$path" ]; then printf 'L|%s|%s\\n' "$path" "$(readlink -- "$path")"`,
      `  elif [ -e "$path" ]; then printf 'O|%s\\n' "$path"; fi`,
      'done',
    ].join('\n'),

  parse: (printed, wants) => wants.map((want) => stateOf(want.path, printed.split('\n'))),

  diff(want, state) {
    if (state === 'absent') return { verb: 'create', summary: `→ ${want.target}` }
    if (state === 'other') return { verb: 'update', summary: 'something else is in the way' }
    if (state.target === want.target) return undefined
    return { verb: 'update', summary: `${state.target} → ${want.target}` }
  },

  steps: (todo) =>
    todo.map(({ want, state }) => ({
      what: `link ${want.path}`,
      script:
        state === 'other'
          ? `echo ${sh(`${want.path} is no link; move it away first`)} >&2; exit 91`
          : command('ln', '-sfn', '--', want.target, want.path),
    })),
}

function stateOf(path: string, lines: readonly string[]): LinkState {
  if (lines.includes(`O|${path}`)) return 'other'
  const prefix = `L|${path}|`
  const line = lines.find((one) => one.startsWith(prefix))
  return line === undefined ? 'absent' : { target: line.slice(prefix.length) }
}
