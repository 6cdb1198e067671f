/** A setting of a running PostgreSQL, as a row of `pg_settings`. */
export interface EffectiveSetting {
  readonly name: string
  /** In `unit`. */
  readonly setting: string
  readonly unit: string | null
  readonly vartype: string
  /** `postmaster`: only a restart changes it. */
  readonly context: string
  readonly source: string
  readonly sourcefile: string | null
  /** What PostgreSQL begins with, in `unit`; asked for only where something is pruned. */
  readonly boot_val?: string | null | undefined
  /** What a file besides Patroni's postgresql.conf says, as it is written there. */
  readonly elsewhere?: string | null | undefined
}

/** Whether PostgreSQL would read `wanted` as what it has: 128MB is 16384 of 8kB, true is on. */
export function isEffective(
  wanted: string | number | boolean,
  { setting, unit, vartype }: EffectiveSetting,
): boolean {
  const text = String(wanted).trim()
  if (vartype === 'bool') return asBool(text) === asBool(setting)
  if (vartype === 'string') return String(wanted) === setting
  if (vartype === 'enum') return asWord(text) === asWord(setting)
  const number = numberIn(text, unit)
  return number === undefined ? text === setting : isClose(number, Number(setting), vartype)
}

/** `128MB` for 16384 of 8kB: the value as an operator would write it. */
export function effectiveText({ setting, unit }: EffectiveSetting): string {
  const [, count = '1', name = ''] = /^(\d*)(\w+)$/.exec(unit ?? '') ?? []
  const sizes = unit === null ? undefined : sizesOf(name)
  const amount = Number(setting) * Number(count || '1') * (sizes?.[name] ?? 1)
  if (sizes === undefined || !(amount > 0)) return setting
  const fitting = Object.entries(sizes).filter(([, size]) => Number.isInteger(amount / size))
  const [largest, size = 1] = fitting.at(-1) ?? []
  return largest === undefined ? setting : `${amount / size}${largest}`
}

// As PostgreSQL knows them (https://www.postgresql.org/docs/current/config-setting.html), small ones first.
const memory: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
}

const time: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

function sizesOf(unit: string): Readonly<Record<string, number>> | undefined {
  return [memory, time].find((sizes) => unit in sizes)
}

/** The number that a text with or without a unit is in the setting's own unit; undefined when it is none. */
function numberIn(text: string, unit: string | null): number | undefined {
  const [, digits, written = ''] = /^([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([A-Za-z]*)$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const [, count = '', name = ''] = /^(\d*)(\w+)$/.exec(unit ?? '') ?? []
  const sizes = sizesOf(name)
  if (written === '' || sizes === undefined) return written === '' ? Number(digits) : undefined
  const size = sizes[written]
  return size === undefined
    ? undefined
    : (Number(digits) * size) / (Number(count || '1') * (sizes[name] ?? 1))
}

function isClose(wanted: number, found: number, vartype: string): boolean {
  return vartype === 'real' ? Math.abs(wanted - found) < 1e-9 : Math.round(wanted) === found
}

// Settings that were booleans once (archive_mode, huge_pages) take their words besides their own, but no beginnings of them.
const otherWords: Readonly<Record<string, string>> = {
  ...{ true: 'on', yes: 'on', '1': 'on' },
  ...{ false: 'off', no: 'off', '0': 'off' },
}

function asWord(text: string): string {
  const word = text.toLowerCase()
  return otherWords[word] ?? word
}

/** PostgreSQL takes unambiguous beginnings of words too. */
function asBool(text: string): boolean | undefined {
  const word = text.toLowerCase()
  if (word === '1' || word === 'on' || /^(t|tr|tru|true|y|ye|yes)$/.test(word)) return true
  return word === '0' || /^(of|off|f|fa|fal|fals|false|n|no)$/.test(word) ? false : undefined
}
