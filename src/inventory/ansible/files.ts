import { sourceText } from '../../shared/source.ts'
import type { Leftover, Place, Setting, TranslatedGroup, Translation } from './translation.ts'
import { type Line, comments, indented, settingLines, yamlText } from './yaml-lines.ts'

/** A file of pgha's inventory, ready to be written. */
export interface InventoryFile {
  /** Relative to the folder of the inventory. */
  readonly path: string
  readonly text: string
  /** Holds passwords, so that only its owner may read it. */
  readonly isSecret: boolean
  /** The setting on each line, counted from 1. */
  readonly settings: ReadonlyMap<number, Setting>
}

/** The files of a translation. Passwords go to group_vars/ and host_vars/, the rest of the cluster to inventory.yaml. */
export function inventoryFiles(translation: Translation, title: readonly string[]): readonly InventoryFile[] {
  return [
    file('inventory.yaml', [...comments(title), { text: '' }, ...inventoryLines(translation)]),
    ...sharedPlaces(translation).flatMap((place) => secretsFile(translation, place)),
    ...translation.hosts.flatMap((host) => hostFile(translation, host)),
  ]
}

const everyone: Place = { kind: 'all', name: 'all' }

function sharedPlaces({ groups }: Translation): readonly Place[] {
  return [everyone, ...groups.map(({ name }) => ({ kind: 'group' as const, name }))]
}

function inventoryLines(translation: Translation): readonly Line[] {
  const vars = varsLines(translation, everyone)
  const groups = translation.groups.flatMap((group) => groupLines(translation, group))
  return [...(vars.length > 0 ? [...vars, { text: '' }] : []), { text: 'groups:' }, ...indented(groups)]
}

function groupLines(translation: Translation, group: TranslatedGroup): readonly Line[] {
  const { name, hosts, children } = group
  const body = [
    ...varsLines(translation, { kind: 'group', name }),
    ...(children.length > 0 ? [{ text: `children: [${children.join(', ')}]` }] : []),
    ...(hosts.length > 0
      ? [{ text: 'hosts:' }, ...indented(hosts.flatMap((host) => hostLines(translation, group, host)))]
      : []),
  ]
  return [{ text: `${name}:` }, ...indented(body)]
}

// The address stands with the name; in further groups of the host, the name is enough.
function hostLines({ groups, settings }: Translation, group: TranslatedGroup, host: string): readonly Line[] {
  const isFirst = groups.find(({ hosts }) => hosts.includes(host)) === group
  const address = settings.find(
    ({ place, item }) => isAddress(item) && place.kind === 'host' && place.name === host,
  )
  if (!isFirst || address === undefined) return [{ text: `${yamlText(host)}: {}` }]
  return [{ text: `${yamlText(host)}:` }, ...indented(settingLines([address.item]))]
}

function isAddress({ path }: Setting): boolean {
  return path[0] === 'address'
}

function varsLines(translation: Translation, place: Place): readonly Line[] {
  const settings = settingsAt(translation, place).filter((setting) => !isHidden(setting))
  const lines = [...settingLines(settings), ...leftoverLines(translation, place)]
  if (lines.length === 0) return []
  return [{ text: 'vars:' }, ...indented(lines)]
}

function secretsFile(translation: Translation, place: Place): readonly InventoryFile[] {
  const secrets = settingsAt(translation, place).filter(isHidden)
  if (secrets.length === 0) return []
  const owner = place.kind === 'all' ? 'all nodes' : `the group ${place.name}`
  return [
    file(`group_vars/${place.name}.yaml`, [
      ...comments([`Passwords of ${owner}.`]),
      ...settingLines(secrets),
    ]),
  ]
}

function hostFile(translation: Translation, host: string): readonly InventoryFile[] {
  const place: Place = { kind: 'host', name: host }
  const settings = settingsAt(translation, place).filter((setting) => !isAddress(setting))
  const lines = [...settingLines(settings), ...leftoverLines(translation, place)]
  return lines.length === 0 ? [] : [file(`host_vars/${host}.yaml`, lines)]
}

// A password that is still to be filled in has its place among the others.
function isHidden({ isSecret, path }: Setting): boolean {
  return isSecret || path.at(-1)?.endsWith('password') === true
}

function settingsAt({ settings }: Translation, { kind, name }: Place): readonly Setting[] {
  return settings.filter(({ place }) => place.kind === kind && place.name === name).map(({ item }) => item)
}

function leftoverLines({ leftovers }: Translation, { kind, name }: Place): readonly Line[] {
  const here = leftovers.filter(({ place }) => place.kind === kind && place.name === name)
  if (here.length === 0) return []
  return comments([
    "Ansible's variables that have no place here:",
    ...here.map(({ item }) => `  ${leftoverText(item)}`),
  ])
}

/** `zabbix_server: 198.18.1.1  (hosts.ini:14:15: no counterpart in pgha)` */
function leftoverText({ variable, reason, shown }: Leftover): string {
  return `${variable.name}:${shown === undefined ? '' : ` ${shown}`}  (${sourceText(variable.value.source)}: ${reason})`
}

function file(path: string, lines: readonly Line[]): InventoryFile {
  const settings = new Map<number, Setting>()
  for (const [index, { setting }] of lines.entries())
    if (setting !== undefined) settings.set(index + 1, setting)
  const text = lines.map((line) => `${line.text}\n`).join('')
  return {
    path,
    text,
    settings,
    isSecret: [...settings.values()].some(isHidden),
  }
}
