import {
  type Difference,
  resource,
  type Resource,
  type ResourceType,
  type Step,
  type Todo,
} from '../../engine/resource.ts'
import { sh } from '../../transport/shell.ts'
import { accountsOf } from '../accounts.ts'
import { writeFunction } from '../file.ts'
import { sha256 } from '../hash.ts'
import { relabelWord } from '../relabel.ts'
import { armRevert } from './revert.ts'

export interface AuthorizedKeysWant {
  readonly user: string
  readonly keys: readonly string[]
  /** Whether keys that are not named here are taken away. */
  readonly exclusive: boolean
}

/** Undefined for a user who is not there; else the lines of ~/.ssh/authorized_keys. */
export type AuthorizedKeysState = { readonly lines: readonly string[] } | undefined

/** Who may log in as a user by key; taken back by the node unless a new login is proved (see `armRevert`). */
export function authorizedKeys(want: AuthorizedKeysWant): Resource {
  return resource(authorizedKeysType, want.user, want)
}

export const authorizedKeysType: ResourceType<AuthorizedKeysWant, AuthorizedKeysState> = {
  kind: 'authorized-keys',
  isPlain: true,
  shared: (wants) => [accountsOf(wants.map(({ user }) => user))],
  probe: (wants) =>
    [
      `KEPT=$IFS; IFS='\n'; set -f`,
      'for row in $PGHA_ACCOUNTS; do',
      '  user=${row%%:*}; home=${row%:*}; home=${home##*:}',
      `  case $user in ${wants.map(({ user }) => sh(user)).join('|')}) ;; *) continue;; esac`,
      '  [ -n "$home" ] || continue',
      `  printf 'U|%s\\n' "$user"`,
      '  while IFS= read -r line || [ -n "$line" ]; do',
      `    printf 'A|%s|%s\\n' "$user" "$line"`,
      '  done <"$home/.ssh/authorized_keys"',
      'done 2>/dev/null',
      'IFS=$KEPT; set +f',
    ].join('\n'),

  parse(printed, wants) {
    const all = printed.split('\n')
    return wants.map(({ user }) => {
      const start = `A|${user}|`
      const lines = all.flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []))
      return all.includes(`U|${user}`) ? { lines: lines.filter((line) => line !== '') } : undefined
    })
  },

  diff: diffKeys,
  steps: (todo) => todo.flatMap(stepsOf),
}

function diffKeys(want: AuthorizedKeysWant, state: AuthorizedKeysState): Difference | undefined {
  const before = state?.lines ?? []
  const after = linesAfter(want, before)
  const added = after.filter((line) => !before.includes(line)).length
  const gone = before.filter((line) => !after.includes(line)).length
  if (added + gone === 0) return undefined
  const summary = [...(added > 0 ? [`${added} more`] : []), ...(gone > 0 ? [`${gone} less`] : [])].join(', ')
  return {
    verb: before.length === 0 ? 'create' : 'update',
    summary: state === undefined ? `${summary}; the user is not there yet` : summary,
    text: { before: textOf(before), after: textOf(after) },
  }
}

function linesAfter({ keys, exclusive }: AuthorizedKeysWant, before: readonly string[]): readonly string[] {
  const kept = exclusive ? before.filter((line) => keys.includes(line)) : before
  return [...kept, ...keys.filter((key, index) => !kept.includes(key) && keys.indexOf(key) === index)]
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function stepsOf({ want, state }: Todo<AuthorizedKeysWant, AuthorizedKeysState>): readonly Step[] {
  const name = `keys-${sha256(want.user).slice(0, 16)}`
  const path = `"$(getent passwd ${sh(want.user)} | cut -d: -f6)/.ssh/authorized_keys"`
  return [
    armRevert(`the keys of ${want.user}`, path),
    {
      what: `write the keys of ${want.user}`,
      script: `${writeFunction}
user=${sh(want.user)}
row=$(getent passwd "$user") || { echo "there is no user $user" >&2; exit 91; }
home=$(printf '%s' "$row" | cut -d: -f6) group=$(id -gn "$user")
[ -h "$home/.ssh" ] && { echo "$home/.ssh is a symbolic link; not followed" >&2; exit 91; }
[ -d "$home/.ssh" ] || { mkdir -p "$home/.ssh" && chmod 0700 "$home/.ssh" && chown "$user:$group" "$home/.ssh" && ${relabelWord('"$home/.ssh"')}; } || exit
pgha_write "$PGHA_DIR/${name}" "$home/.ssh/authorized_keys" 0600 "$user:$group" ''`,
      payloads: [{ name, content: Buffer.from(textOf(linesAfter(want, state?.lines ?? []))) }],
    },
  ]
}
