import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'
import { moveToBackups } from './absent-file.ts'
import { linksOf, linkTarget } from './link-target.ts'
import { assertPath } from './stat.ts'

export interface LinkWant {
  readonly path: string
  readonly target: string
  /** A file in its place, such as a package's default, goes to this run's backups. */
  readonly replacesFile?: boolean
}

/** Where a link points; `other` when something else is at its path. */
export type LinkState = { readonly target: string } | 'absent' | 'other'

/** A symbolic link at `path` that points to `target`. What else is in its place is refused, unless said otherwise. */
export function link(want: LinkWant): Resource {
  return resource(linkType, assertPath(want.path), want)
}

export const linkType: ResourceType<LinkWant, LinkState> = {
  kind: 'link',
  isPlain: true,
  shared: (wants) => [linksOf(wants.map(({ path }) => path))],
  probe: (wants) =>
    [
      `for path in ${command(...wants.map((want) => want.path))}; do`,
      `  if [ ! -h "$path" ] && [ -e "$path" ]; then printf 'O|%s\\n' "$path"; fi`,
      'done',
    ].join('\n'),

  parse: (printed, wants) => wants.map((want) => stateOf(want.path, printed)),

  diff(want, state) {
    if (state === 'absent') return { verb: 'create', summary: `→ ${want.target}` }
    if (state === 'other') {
      const summary = want.replacesFile === true ? `a file → ${want.target}` : 'something else is in the way'
      return { verb: 'update', summary }
    }
    if (state.target === want.target) return undefined
    return { verb: 'update', summary: `${state.target} → ${want.target}` }
  },

  steps: (todo) =>
    todo.map(({ want, state }) => ({
      what: `link ${want.path}`,
      script: state === 'other' ? takePlace(want) : linkCommand(want),
    })),
}

function linkCommand({ path, target }: LinkWant): string {
  return command('ln', '-sfn', '--', target, path)
}

function takePlace(want: LinkWant): string {
  const refuse = `{ echo ${sh(`${want.path} is no link; move it away first`)} >&2; exit 91; }`
  if (want.replacesFile !== true) return refuse
  return `[ -f ${sh(want.path)} ] || ${refuse}\n( ${moveToBackups(want.path)}\n) && ${linkCommand(want)}`
}

function stateOf(path: string, printed: string): LinkState {
  if (printed.split('\n').includes(`O|${path}`)) return 'other'
  const target = linkTarget(printed, path)
  return target === undefined ? 'absent' : { target }
}
