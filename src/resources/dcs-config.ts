import {
  type Difference,
  resource,
  type Resource,
  type ResourceType,
  type Step,
  type Todo,
} from '../engine/resource.ts'
import type { Secret } from '../shared/secret.ts'
import { command } from '../transport/shell.ts'
import { dcsFragment, type DcsConfigState, type DcsReading, dcsStates, sharedOfDcs } from './dcs-state.ts'
import { maskedSetting } from './mask-setting.ts'
import {
  at,
  type Entry,
  flat,
  isBelow,
  isSame,
  nested,
  type Setting,
  type Settings,
} from './settings-tree.ts'

export interface DcsConfigWant extends DcsReading {
  readonly scope: string
  readonly user: string
  readonly password: Secret
  readonly settings: Settings
  /** Dotted paths of keys that nobody names any more and that go. */
  readonly prune?: readonly string[]
}

/** The cluster's dynamic configuration in the DCS, changed through Patroni's REST API key by key. */
export function dcsConfig(want: DcsConfigWant): Resource {
  return resource(dcsConfigType, want.scope, want)
}

export const dcsConfigType: ResourceType<DcsConfigWant, DcsConfigState> = {
  kind: 'dcs-config',
  isPlain: true,
  shared: sharedOfDcs,
  probe: dcsFragment,
  parse: dcsStates,
  diff: diffSettings,
  unmanaged: unmanagedSettings,
  steps: (todo) => todo.map(patchStep),
}

function diffSettings(want: DcsConfigWant, state: DcsConfigState): Difference | undefined {
  const wanted = flat(want.settings)
  if (state.kind === 'silent') {
    return {
      verb: 'update',
      summary: `not known: no Patroni answers; its ${wanted.length} settings are compared when one does, and only what differs is set`,
      // The worst that a setting can need.
      disruption: 'reload',
    }
  }
  if (state.kind === 'none') {
    return {
      verb: 'create',
      summary: `${wanted.length} settings, by the bootstrap of the cluster`,
      text: { before: '', after: linesOf(wanted) },
    }
  }
  const differing = differingFrom(want, state.settings)
  if (differing.length === 0) return undefined
  const stored = differing.flatMap((entry) => {
    const value = at(state.settings, entry.keys)
    return value === undefined ? [] : [{ ...entry, value }]
  })
  const summary = differing
    .map(
      ({ path, keys, value }) => `${path} ${shown(keys, at(state.settings, keys))} → ${shown(keys, value)}`,
    )
    .join(', ')
  return {
    verb: 'update',
    summary,
    text: { before: linesOf(stored), after: linesOf(differing) },
    // PostgreSQL reads its files again; what only a restart changes is a change of its own.
    disruption: differing.some(({ keys }) => keys[0] === 'postgresql') ? 'reload' : 'none',
  }
}

/** Wanted leaves that are stored otherwise, and those to be pruned; all other keys are nobody's business. */
function differingFrom({ settings, prune = [] }: DcsConfigWant, stored: Settings): readonly Entry[] {
  const pruned = foreign(settings, stored).flatMap((entry) => pruningOf(entry, prune, settings))
  return [
    ...flat(settings).filter(({ keys, value }) => !isSame(at(stored, keys), value)),
    ...new Map(pruned.map((entry) => [entry.path, entry])).values(),
  ]
}

/** Patroni removes what is set to null: the whole of a pruned key, unless something below it is wanted. */
function pruningOf({ keys, path }: Entry, prune: readonly string[], wanted: Settings): readonly Entry[] {
  if (!isBelow(path, prune)) return []
  const named = flat(wanted)
  const whole = keys.findIndex((_, index) => {
    const above = keys.slice(0, index + 1).join('.')
    return isBelow(above, prune) && !named.some((entry) => isBelow(entry.path, [above]))
  })
  const cut = keys.slice(0, whole + 1)
  return [{ keys: cut, path: cut.join('.'), value: null }]
}

/** Stored leaves that are not named here. */
function foreign(wanted: Settings, stored: Settings): readonly Entry[] {
  const named = flat(wanted).map(({ path }) => path)
  return flat(stored).filter(({ path }) => !isBelow(path, named))
}

/** Patroni keeps its pause here too: that is a state, not a setting. */
function unmanagedSettings(
  { settings, prune = [] }: DcsConfigWant,
  state: DcsConfigState,
): readonly string[] {
  return foreign(settings, settingsOf(state))
    .filter(({ path }) => path !== 'pause' && !isBelow(path, prune))
    .map(lineOf)
}

function settingsOf(state: DcsConfigState): Settings {
  return state.kind === 'stored' ? state.settings : {}
}

function shown(keys: readonly string[], value: Setting | undefined): string {
  return value === undefined || value === null ? 'unset' : JSON.stringify(maskedSetting(keys, value))
}

function linesOf(entries: readonly Entry[]): string {
  return entries.map((entry) => `${lineOf(entry)}\n`).join('')
}

function lineOf({ path, keys, value }: Entry): string {
  return `${path}: ${JSON.stringify(maskedSetting(keys, value))}`
}

/** Through the Patroni that told them. The password travels in a configuration file for curl, never in its arguments. */
function patchStep({ want, state }: Todo<DcsConfigWant, DcsConfigState>): Step {
  const login = `user = ${JSON.stringify(`${want.user}:${want.password.reveal()}`)}\n`
  const address = `${state.kind === 'stored' ? state.url : want.url}/config`
  const get = command('curl', '-s', '-m', '5', '--noproxy', '*', address)
  return {
    what: `PATCH ${address}`,
    script: [
      `curl -sS -m 10 --noproxy '*' -K "$PGHA_DIR/login" -X PATCH -H 'Content-Type: application/json'`,
      `--data-binary @"$PGHA_DIR/patch" -o "$PGHA_DIR/answer" -w '%{http_code}' ${command(address)} >"$PGHA_DIR/code" &&`,
      `[ "$(cat "$PGHA_DIR/code")" = 200 ] || { echo "Patroni answered $(cat "$PGHA_DIR/code"): $(head -c 300 "$PGHA_DIR/answer")" >&2; exit 1; }`,
      // Patroni answers GET from memory until its loop has come round.
      `\ntries=0; while [ $tries -lt 50 ]; do [ "$(${get})" = "$(cat "$PGHA_DIR/answer")" ] && break; tries=$((tries + 1)); sleep 0.2; done`,
    ].join(' '),
    payloads: [
      { name: 'login', content: Buffer.from(login) },
      {
        name: 'patch',
        content: Buffer.from(JSON.stringify(nested(differingFrom(want, settingsOf(state))))),
      },
    ],
  }
}
