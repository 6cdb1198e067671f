import type { Source } from '../../shared/source.ts'
import { nameText } from '../path-text.ts'
import type { Tree } from '../tree.ts'
import { expandHostPattern } from './host-pattern.ts'
import { type InventoryDraft, addGroup, addHost, setGroupVar } from './model.ts'
import { treeAt } from './plain.ts'
import { pythonLiteral } from './python-literal.ts'
import type { AnsibleReading, AnsibleText } from './reading.ts'
import { shellWords } from './shell-words.ts'

/** Reads an inventory in Ansible's own kind of INI into the draft. */
export function readIni(reading: AnsibleReading, draft: InventoryDraft, { text, file }: AnsibleText): void {
  const ini: Ini = {
    reading,
    draft,
    file,
    declared: new Set(['all', 'ungrouped']),
    awaited: [],
    section: start,
  }
  for (const [index, line] of text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue
    readLine(ini, { text: trimmed, number: index + 1, indent: line.length - line.trimStart().length })
  }
  for (const { group, message, source } of ini.awaited) {
    if (!ini.declared.has(group)) reading.problems.push({ message, source })
  }
}

interface Section {
  readonly group: string
  readonly kind: 'hosts' | 'vars' | 'children'
}

// Hosts before the first section belong to no group.
const start: Section = { group: 'ungrouped', kind: 'hosts' }

interface Ini {
  readonly reading: AnsibleReading
  readonly draft: InventoryDraft
  readonly file: string
  /** Groups that have a section of hosts or children; only those may have :vars or be children. */
  readonly declared: Set<string>
  readonly awaited: { readonly group: string; readonly message: string; readonly source: Source }[]
  section: Section
}

interface Line {
  readonly text: string
  readonly number: number
  readonly indent: number
}

function readLine(ini: Ini, line: Line): void {
  const [section, group = '', kind = 'hosts'] = sectionLine.exec(line.text) ?? []
  if (section !== undefined) readSection(ini, line, group, kind)
  else if (line.text.startsWith('[') && line.text.endsWith(']'))
    complain(ini, line, 0, 'not a section', sections)
  else if (ini.section.kind === 'hosts') readHosts(ini, line)
  else if (ini.section.kind === 'vars') readVariable(ini, line)
  else readChild(ini, line)
}

const sectionLine = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/
const sections = 'sections are [GROUP], [GROUP:vars] and [GROUP:children]'

function readSection(ini: Ini, line: Line, group: string, kind: string): void {
  if (kind !== 'hosts' && kind !== 'vars' && kind !== 'children') {
    complain(ini, line, 0, 'a section of an unknown kind', sections)
    return
  }
  ini.section = { group, kind }
  addGroup(ini.draft, group)
  if (kind === 'vars') expectGroup(ini, line, group, `variables of ${nameText(group)}, which is no group`)
  else ini.declared.add(group)
}

function readHosts(ini: Ini, line: Line): void {
  const split = shellWords(line.text)
  if (!split.ok) {
    complain(ini, line, split.at, split.message)
    return
  }
  const [pattern, ...assignments] = split.words
  if (pattern === undefined) return
  const expanded = expandHostPattern(pattern.text)
  if (!expanded.ok) {
    complain(ini, line, pattern.start, expanded.message)
    return
  }
  const vars = new Map<string, Tree>()
  if (expanded.port !== undefined)
    vars.set('ansible_port', treeAt(expanded.port, place(ini, line, pattern.start)))
  for (const { text, start: at } of assignments) {
    const equals = text.indexOf('=')
    if (equals < 1) complain(ini, line, at, 'expected NAME=VALUE after the host')
    else vars.set(text.slice(0, equals), valueOf(text.slice(equals + 1), place(ini, line, at + equals + 1)))
  }
  for (const host of expanded.hosts) addHost(ini.draft, ini.section.group, host, vars)
}

// The article has `name: value` here, which Ansible refuses; what is meant is plain.
function readVariable(ini: Ini, line: Line): void {
  const [, colonName, colonGap = ''] = /^([A-Za-z_]\w*)(\s*:\s+)/.exec(line.text) ?? []
  const equals = line.text.indexOf('=')
  if (colonName !== undefined) {
    const at = colonName.length + colonGap.length
    setVariable(ini, line, colonName, at)
    noteColon(ini, line)
  } else if (equals < 1) {
    complain(ini, line, 0, 'expected NAME=VALUE')
  } else {
    const gap = /^\s*/.exec(line.text.slice(equals + 1))?.[0].length ?? 0
    setVariable(ini, line, line.text.slice(0, equals).trim(), equals + 1 + gap)
  }
}

function noteColon({ reading, file }: Ini, { number }: Line): void {
  const message = 'NAME: VALUE is taken as NAME=VALUE, here and below; Ansible itself refuses it'
  if (reading.notes.some((note) => note.message === message && note.source?.file === file)) return
  reading.notes.push({ message, source: { file, line: number, column: 1 } })
}

function setVariable(ini: Ini, line: Line, name: string, at: number): void {
  setGroupVar(ini.draft, ini.section.group, name, valueOf(line.text.slice(at), place(ini, line, at)))
}

function readChild(ini: Ini, line: Line): void {
  const [, child] = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line.text) ?? []
  if (child === undefined) {
    complain(ini, line, 0, 'expected the name of a group')
    return
  }
  addGroup(ini.draft, ini.section.group).children.add(child)
  addGroup(ini.draft, child)
  expectGroup(ini, line, child, `${nameText(child)} is no group`)
}

function expectGroup(ini: Ini, line: Line, group: string, message: string): void {
  ini.awaited.push({ group, message, source: place(ini, line, 0) })
}

/** A value as Ansible reads it: a Python literal, or else the text itself. */
function valueOf(text: string, source: Source): Tree {
  return treeAt(pythonLiteral(text) ?? text, source)
}

function place({ file }: Ini, line: Line, at: number): Source {
  return { file, line: line.number, column: line.indent + at + 1 }
}

function complain(ini: Ini, line: Line, at: number, message: string, hint?: string): void {
  const source = place(ini, line, at)
  ini.reading.problems.push(hint === undefined ? { message, source } : { message, source, hint })
}
