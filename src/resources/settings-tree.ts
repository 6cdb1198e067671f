/** A value of Patroni's dynamic configuration. */
export type Setting = string | number | boolean | null | Settings | readonly Setting[]

export interface Settings {
  readonly [key: string]: Setting
}

/** A leaf by its keys from the root; a key may hold dots itself, such as `pg_stat_statements.max`. */
export interface Entry {
  readonly keys: readonly string[]
  readonly path: string
  readonly value: Setting
}

/** Leaves by dotted path, sorted: lists count as one value. */
export function flat(settings: Settings, above: readonly string[] = []): readonly Entry[] {
  const entries = Object.entries(settings).flatMap(([key, value]): readonly Entry[] => {
    const keys = [...above, key]
    return isMap(value) ? flat(value, keys) : [{ keys, path: keys.join('.'), value }]
  })
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The value below these keys, whether leaf or map; undefined when there is none. */
export function at(settings: Settings, keys: readonly string[]): Setting | undefined {
  return keys.reduce<Setting | undefined>(
    (inner, key) => (isMap(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    settings,
  )
}

export function isMap(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a dotted path is one of these, or lies below one. */
export function isBelow(path: string, above: readonly string[]): boolean {
  return above.some((one) => path === one || path.startsWith(`${one}.`))
}

/** The tree that the leaves came from. */
export function nested(entries: readonly Entry[]): Settings {
  const root: Record<string, Setting> = {}
  for (const { keys, value } of entries) {
    let place = root
    for (const key of keys.slice(0, -1)) {
      const inner = place[key]
      place = place[key] = isMap(inner) ? { ...inner } : {}
    }
    place[keys.at(-1) ?? ''] = value
  }
  return root
}

/** PostgreSQL takes 100 and "100", true and "on" as the same; so do we. Patroni removes a key that is set to null. */
export function isSame(stored: Setting | undefined, wanted: Setting): boolean {
  return canonical(stored ?? null) === canonical(wanted)
}

function canonical(value: Setting): string {
  if (value === true || value === 'on') return 'on'
  if (value === false || value === 'off') return 'off'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
