import { stringify } from 'yaml'
import { isHole } from './complete.ts'
import type { Plain } from './plain.ts'
import type { Setting } from './translation.ts'

/** A line of a file, and the setting that it holds if it holds one. */
export interface Line {
  readonly text: string
  readonly setting?: Setting
}

// The order in which an operator looks for them; others follow.
const sections = [
  'address',
  'roles',
  'ssh',
  'packages',
  'postgresql',
  'consul',
  'patroni',
  'haproxy',
  'keepalived',
]

/** Settings as YAML, section by section. */
export function settingLines(settings: readonly Setting[]): readonly Line[] {
  const rank = ({ path: [section = ''] }: Setting): number =>
    sections.includes(section) ? sections.indexOf(section) : sections.length
  return nested(
    [...settings].sort((a, b) => rank(a) - rank(b)),
    0,
  )
}

function nested(settings: readonly Setting[], depth: number): readonly Line[] {
  const keys = new Set(settings.map(({ path }) => path[depth] ?? ''))
  return [...keys].flatMap((key) => {
    const below = settings.filter(({ path }) => path[depth] === key)
    const [first] = below
    if (first === undefined) return []
    if (first.path.length === depth + 1) return [{ text: `${key}:${valueText(first)}`, setting: first }]
    return [{ text: `${key}:` }, ...indented(nested(below, depth + 1))]
  })
}

export function indented(lines: readonly Line[], by = 2): readonly Line[] {
  return lines.map((line) => (line.text === '' ? line : { ...line, text: ' '.repeat(by) + line.text }))
}

export function comments(texts: readonly string[]): readonly Line[] {
  return texts.map((text) => ({ text: text === '' ? '#' : `# ${oneLine(text)}` }))
}

/** Text that cannot leave its comment, whatever is in it. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}

function valueText(setting: Setting): string {
  const { environment, value, remark } = setting
  const text =
    environment === undefined ? (value === null ? '' : ` ${yamlText(value)}`) : ` !env ${environment}`
  if (isHole(setting)) return ` # fill in${remark === undefined ? '' : `: ${oneLine(remark)}`}`
  return remark === undefined ? text : `${text} # ${oneLine(remark)}`
}

/** A value on one line. */
export function yamlText(value: Plain): string {
  if (typeof value === 'string' && /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value))
    return JSON.stringify(value)
  return stringify(value, { lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: false }).trimEnd()
}
