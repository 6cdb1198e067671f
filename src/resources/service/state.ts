import type { Reading } from '../../engine/resource.ts'
import { command, sh } from '../../transport/shell.ts'
import { hashesOf, linesSha256, parseHashes } from '../hash.ts'
import { parseBootTime, parseTimes, statOf } from '../stat.ts'
import { markerFolder } from './marker.ts'
import type { Input, ServiceWant } from './service.ts'

/** What a file on the node is now. */
export interface DiskInput {
  readonly sha256: string
  /** Seconds since 1970. */
  readonly modifiedAt: number
}

/** Hashes of the inputs that a unit was last (re)started and reloaded with. */
export interface Marker {
  readonly restart: string
  readonly reload: string
  /** Of what its clients depend on; undefined in markers that are older than that. */
  readonly clients?: string | undefined
  /** Seconds since 1970. */
  readonly writtenAt: number
}

export interface ServiceState {
  /** `loaded`, `not-found`, `masked`, ... */
  readonly load: string
  readonly active: string
  /** `enabled`, `disabled`, `static`, `masked`, empty for a unit that is not there. */
  readonly atBoot: string
  /** Seconds since 1970; undefined when it does not run. */
  readonly startedAt: number | undefined
  /** The unit on disk is not the one that systemd has read. */
  readonly isUnitStale: boolean
  /** A package replaced the program since the process began. */
  readonly programReplaced: boolean
  /** The words of its command line without anything between them; undefined when it does not run. */
  readonly commandLine: string | undefined
  /** Paths of its drop-ins, whoever wrote them. */
  readonly dropIns: readonly string[]
  /** Files in the folders of all services. */
  readonly files: readonly string[]
  readonly marker: Marker | undefined
  readonly disk: ReadonlyMap<string, DiskInput>
  /** The hash of what its clients depend on, as it is on disk; undefined where they depend on nothing. */
  readonly clients?: string | undefined
}

/** The hashes of what the units read, and how old that and their markers are. */
export function sharedOfServices(wants: readonly ServiceWant[]): readonly Reading[] {
  const inputs = wants.flatMap(inputsOf)
  const markers = wants.map(({ unit }) => ({ path: markerOf(unit) }))
  return [hashesOf(inputs), statOf([...markers, ...inputs])]
}

function markerOf(unit: string): string {
  return `${markerFolder}/${unit}`
}

function inputsOf({ reloadInputs, restartInputs }: ServiceWant): readonly Input[] {
  return [...reloadInputs, ...restartInputs]
}

/** One `systemctl show` for all units, one `stat` for all their programs: few processes. */
export function serviceFragment(wants: readonly ServiceWant[]): string {
  const units = wants.map((want) => want.unit)
  return [
    `for unit in ${command(...units)}; do`,
    `  [ -e "${markerFolder}/$unit" ] || continue`,
    `  while read -r line; do printf 'M|%s|%s\\n' "$unit" "$line"; done <"${markerFolder}/$unit"`,
    'done',
    ...clientsFragment(wants),
    ...wants
      .flatMap(({ folders }) => folders)
      .map((folder) => `for f in ${sh(folder)}/*; do [ ! -f "$f" ] || printf 'D|%s\\n' "$f"; done`),
    `S=$(${command('systemctl', 'show', '-p', properties, '--', ...units)} 2>/dev/null) programs=`,
    `printf '%s\\n' "$S"`,
    'set -f',
    // Its values may hold spaces, but none of these words.
    'for line in $S; do',
    '  case $line in MainPID=0) ;; MainPID=*)',
    '    pid=${line#*=} words=; programs="$programs /proc/$pid/exe"',
    // `read` drops the zeros between the words, and finds no end of line.
    `    IFS= read -r words 2>/dev/null <"/proc/$pid/cmdline"; printf 'A|%s|%s\\n' "$pid" "$words";;`,
    '  esac',
    'done',
    'set +f',
    `[ -z "$programs" ] || stat -c 'E|%n|%N' -- $programs 2>/dev/null`,
  ].join('\n')
}

/**
 * Lines `<path>:<match>` of all patterns in the files of those services whose files are not all as they should be, by one
 * process; `clientsOf` takes those of a unit.
 */
function clientsFragment(wants: readonly ServiceWant[]): readonly string[] {
  const asked = wants.filter(({ clients, reloadInputs }) => clients !== undefined && reloadInputs.length > 0)
  if (asked.length === 0) return []
  const patterns = asked.flatMap(({ clients }) => (clients === undefined ? [] : ['-e', clients.pattern]))
  const unlessAsWanted = ({ reloadInputs }: ServiceWant) => {
    const conditions = reloadInputs.map(({ path, sha256 }) => `as_wanted ${sh(`${sha256}  ${path}`)}`)
    return `${conditions.join(' && ')} || set -- "$@" ${command(...reloadInputs.map(({ path }) => path))}`
  }
  return [
    `as_wanted() { case "\n$PGHA_HASHES\n" in *"\n$1\n"*) ;; *) return 1 ;; esac; }`,
    'set --',
    ...asked.map(unlessAsWanted),
    `[ $# -eq 0 ] || ${command('grep', '-oHE', ...patterns, '--')} "$@" 2>/dev/null`,
    'set --',
  ]
}

function clientsOf(
  { clients, reloadInputs }: ServiceWant,
  printed: string,
  disk: ReadonlyMap<string, DiskInput>,
): string | undefined {
  if (clients === undefined) return undefined
  if (reloadInputs.every(({ path, sha256 }) => disk.get(path)?.sha256 === sha256)) return clients.sha256
  const pattern = new RegExp(clients.pattern)
  const lines = printed.split('\n')
  const matches = reloadInputs.flatMap(({ path }) =>
    lines.flatMap((line) => (line.startsWith(`${path}:`) ? [line.slice(path.length + 1)] : [])),
  )
  return linesSha256(matches.filter((match) => pattern.test(match)))
}

/** When paths were last changed, in seconds since 1970. */
type Times = ReadonlyMap<string, number>

const properties =
  'Id,Names,LoadState,ActiveState,UnitFileState,NeedDaemonReload,DropInPaths,ActiveEnterTimestampMonotonic,MainPID'

/** Reads what `serviceFragment` printed. */
export function parseServices(printed: string, wants: readonly ServiceWant[]): readonly ServiceState[] {
  const blocks = printed.split(/\n\n+/).map(fieldsOf)
  const times = parseTimes(printed)
  const bootTime = parseBootTime(printed)
  const disk = diskOf(printed, times)
  return wants.map((want) => {
    const { unit } = want
    const fields =
      blocks.find((block) => block.get('Names')?.split(' ').includes(unit)) ?? new Map<string, string>()
    return {
      load: fields.get('LoadState') ?? 'not-found',
      active: fields.get('ActiveState') ?? 'inactive',
      atBoot: fields.get('UnitFileState') ?? '',
      startedAt: startOf(fields, bootTime),
      isUnitStale: fields.get('NeedDaemonReload') === 'yes',
      programReplaced: isReplaced(fields.get('MainPID'), printed),
      commandLine: commandLineOf(fields.get('MainPID'), printed),
      dropIns: (fields.get('DropInPaths') ?? '').split(' ').filter((path) => path !== ''),
      files: [...printed.matchAll(/^D\|(.*)$/gm)].map(([, path = '']) => path),
      marker: markerIn(printed, unit, times),
      disk,
      clients: clientsOf(want, printed, disk),
    }
  })
}

function fieldsOf(block: string): ReadonlyMap<string, string> {
  return new Map([...block.matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key ?? '', value ?? '']))
}

// The monotonic clock starts at boot. Free of time zones and locales.
function startOf(fields: ReadonlyMap<string, string>, bootTime: number | undefined): number | undefined {
  const enteredUs = Number(fields.get('ActiveEnterTimestampMonotonic') ?? 0)
  return enteredUs === 0 || bootTime === undefined ? undefined : bootTime + enteredUs / 1e6
}

/** Linux appends this to the name of a running program whose file was replaced. */
function isReplaced(pid: string | undefined, printed: string): boolean {
  return new RegExp(`^E\\|/proc/${pid ?? '0'}/exe\\|.* \\(deleted\\)'?$`, 'm').test(printed)
}

function commandLineOf(pid: string | undefined, printed: string): string | undefined {
  return new RegExp(`^A\\|${pid ?? '0'}\\|(.+)$`, 'm').exec(printed)?.[1]
}

function markerIn(printed: string, unit: string, times: Times): Marker | undefined {
  const start = `M|${unit}|`
  const lines = printed.split('\n').filter((line) => line.startsWith(start))
  const fields = fieldsOf(lines.map((line) => line.slice(start.length)).join('\n'))
  const [restart, reload] = ['restart', 'reload'].map((key) => fields.get(key))
  const [, writtenAt] = [...times].find(([path]) => path.endsWith(markerOf(unit))) ?? []
  if (restart === undefined || reload === undefined || writtenAt === undefined) return undefined
  return { restart, reload, clients: fields.get('clients'), writtenAt }
}

function diskOf(printed: string, times: Times): ReadonlyMap<string, DiskInput> {
  return new Map(
    [...parseHashes(printed)].map(([path, hash]) => [
      path,
      { sha256: hash, modifiedAt: times.get(path) ?? 0 },
    ]),
  )
}
