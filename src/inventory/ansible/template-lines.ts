import type { Form } from './rules.ts'
import type { TemplateValue } from './template-files.ts'

export interface Template {
  readonly file: string
  readonly text: string
}

/** What a template of keepalived.conf says. */
export function keepalivedValues(template: Template): readonly TemplateValue[] {
  if (!/^\s*vrrp_instance\s/m.test(template.text)) return []
  return [
    ...first(
      template,
      /^[ \t]*virtual_router_id[ \t]+(\S.*?)[ \t]*$/m,
      'keepalived.virtual_router_id',
      'number',
    ),
    ...first(template, /^[ \t]*auth_pass[ \t]+(\S.*?)[ \t]*$/m, 'keepalived.vrrp_secret', 'vrrp secret'),
    ...first(template, /^[ \t]*interface[ \t]+(\S.*?)[ \t]*$/m, 'keepalived.interface', 'text'),
    ...first(template, /^[ \t]*priority[ \t]+(\S.*?)[ \t]*$/m, 'keepalived.priority', 'number'),
    ...first(template, /virtual_ipaddress[ \t]*\{\s*(\{\{.*?\}\}[^\s]*|[^\s{}]+)/, 'keepalived.vip', 'vip'),
  ]
}

/** What a template of haproxy.cfg says. Its times are left: pgha checks that a hung leader is cut off in time. */
export function haproxyValues(template: Template): readonly TemplateValue[] {
  if (!/^\s*(backend|listen)\s/m.test(template.text) || !/httpchk/.test(template.text)) return []
  const bind = /^[ \t]*bind[ \t]+\S*?:((?:\d+)|\{\{.*?\}\})/gm
  const ports = [...template.text.matchAll(bind)]
  const isReplica = (port: RegExpExecArray): boolean =>
    /replica|slave|read/i.test(sectionAround(template.text, port.index))
  const primary = ports.find((port) => !isReplica(port) && !isPage(template.text, port.index))
  const replica = ports.find((port) => isReplica(port) && !isPage(template.text, port.index))
  return [
    ...(primary === undefined ? [] : [valueAt(template, primary, 'haproxy.primary_port', 'number')]),
    ...(replica === undefined ? [] : [valueAt(template, replica, 'haproxy.replica_port', 'number')]),
    ...first(template, /^[ \t]*maxconn[ \t]+(\S.*?)[ \t]*$/m, 'haproxy.maxconn', 'number'),
    ...first(template, /^[ \t]*server[ \t].*?[ \t]maxconn[ \t]+(\d+)/m, 'haproxy.server_maxconn', 'number'),
  ]
}

function first(template: Template, pattern: RegExp, path: string, form: Form): readonly TemplateValue[] {
  const found = pattern.exec(template.text)
  return found === null ? [] : [valueAt(template, found, path, form)]
}

/** The first group of a match, and where it stands. */
export function valueAt(
  { file, text }: Template,
  found: RegExpExecArray,
  path: string,
  form: Form,
): TemplateValue {
  const [whole, value = ''] = found
  const before = text.slice(0, found.index + whole.lastIndexOf(value)).split('\n')
  const source = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  return { path: path.split('.'), form, value: { kind: 'scalar', source, value } }
}

const sectionStart = /^(?=(?:global|defaults|frontend|backend|listen)\b)/m

function sectionAround(text: string, index: number): string {
  const before = text.slice(0, index).split(sectionStart).at(-1) ?? ''
  return before + (text.slice(index).split(sectionStart)[0] ?? '')
}

/** The page of statistics has a port, too. */
function isPage(text: string, index: number): boolean {
  return /^\s*stats\s+(enable|uri)/m.test(sectionAround(text, index))
}
