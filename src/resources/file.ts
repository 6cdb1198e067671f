import {
  type Difference,
  type Reading,
  resource,
  type Resource,
  type ResourceType,
  type Step,
  type Todo,
} from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'
import { contentHash, hashedAs, hashesOf, parseHashes, sha256 } from './hash.ts'
import { maskedText } from './mask.ts'
import { assertPath, ownershipChanges, parseStat, type PathState, refusal, statOf } from './stat.ts'

export interface FileWant {
  readonly path: string
  readonly content: string
  readonly owner: string
  readonly group: string
  /** Four octal digits. */
  readonly mode: string
  /** Holds passwords: its diff is masked field by field. */
  readonly secret: boolean
  /** Lines that begin so count only when the file is made; later they may differ. */
  readonly ignore?: string
  /** A command that exits with 0 when the file named by `"$F"` is acceptable to the program that will read it. */
  readonly validate?: string
}

export type FileOptions = Pick<FileWant, 'path' | 'content'> & Partial<FileWant>

export interface FileState {
  readonly found: PathState | undefined
  readonly sha256: string | undefined
  /** Fetched only when it differs and is at most 256 KiB. */
  readonly content: string | undefined
}

/** A file with this content, owner and mode; written whole or not at all, what was there kept as a backup. */
export function file(options: FileOptions): Resource {
  const want = { owner: 'root', group: 'root', mode: '0644', secret: false, ...options }
  return resource(fileType, assertPath(want.path), want)
}

const largestDiffBytes = 256 * 1024

export const fileType: ResourceType<FileWant, FileState> = {
  kind: 'file',
  isPlain: true,
  shared: sharedOfFiles,
  probe: probeFragment,
  parse: parseFiles,
  diff: diffFile,
  steps: (todo) => todo.map(stepOf),
}

/** What is read of all files together. */
export function sharedOfFiles(wants: readonly FileWant[]): readonly Reading[] {
  return [statOf(wants), hashesOf(wants.map(hashedAs))]
}

/** The content of those files whose hash is not the wanted one: a line `C|<path>|<base64>` each. */
export function probeFragment(wants: readonly FileWant[]): string {
  const wanted = wants.map((want) => `${contentHash(want)}  ${want.path}`).join('\n')
  return [
    `WANT=${sh(`\n${wanted}\n`)}`,
    `NL='\n'`,
    'KEPT=$IFS; IFS=$NL; set -f',
    'for line in $PGHA_HASHES; do',
    '  path=${line#*  }',
    `  case $WANT in *"$NL$line$NL"*) continue;; *"  $path$NL"*) ;; *) continue;; esac`,
    `  [ "$(wc -c <"$path")" -le ${largestDiffBytes} ] || continue`,
    `  printf 'C|%s|' "$path"; base64 <"$path" | tr -d '\\n'; echo`,
    'done',
    'IFS=$KEPT; set +f',
  ].join('\n')
}

/** Reads what is printed for files. */
export function parseFiles(printed: string, wants: readonly FileWant[]): readonly FileState[] {
  const found = parseStat(printed)
  const hashes = parseHashes(printed)
  const contents = new Map<string, string>()
  for (const [, path = '', base64 = ''] of printed.matchAll(/^C\|(.*)\|([A-Za-z0-9+/=]*)$/gm)) {
    contents.set(path, Buffer.from(base64, 'base64').toString())
  }
  return wants.map(({ path }) => ({
    found: found.get(path),
    sha256: hashes.get(path),
    content: contents.get(path),
  }))
}

function diffFile(want: FileWant, state: FileState): Difference | undefined {
  const { found } = state
  if (found === undefined) {
    const summary = `${want.owner}:${want.group} ${want.mode}`
    return { verb: 'create', summary, text: { before: '', after: maskedText(want) } }
  }
  if (found.type !== 'file') return { verb: 'update', summary: `a ${found.type} is in the way` }
  const ownership = ownershipChanges(want, found)
  if (hasContent(want, state)) {
    return ownership.length === 0 ? undefined : { verb: 'update', summary: ownership.join(', ') }
  }
  return contentDifference(want, state, ownership)
}

function hasContent(want: FileWant, state: FileState): boolean {
  return state.sha256 === contentHash(want)
}

function contentDifference(want: FileWant, state: FileState, ownership: readonly string[]): Difference {
  if (state.content === undefined) {
    return { verb: 'update', summary: ['content', ...ownership].join(', ') }
  }
  const text = { before: maskedText({ ...want, content: state.content }), after: maskedText(want) }
  const plain =
    hiddenLines(state.content, text.before).join() === hiddenLines(want.content, text.after).join()
  const hidden = text.before === text.after ? 'content (only secret values)' : 'content (secret values too)'
  const what = plain ? 'content' : hidden
  return { verb: 'update', summary: [what, ...ownership].join(', '), text }
}

/** The lines whose secrets a masked text does not show. */
function hiddenLines(content: string, masked: string): readonly string[] {
  const shown = masked.split('\n')
  return content.split('\n').filter((line, index) => line !== shown[index])
}

function stepOf({ want, state }: Todo<FileWant, FileState>): Step {
  const { found } = state
  if (found === undefined) return writeStep(want, true)
  if (found.type !== 'file') return refusal(want.path, found.type)
  return hasContent(want, state) ? ownStep(want) : writeStep(want, false)
}

/** Not written again: services that read the file would be owed a reload, which no plan had shown. */
function ownStep({ path, owner, group, mode }: FileWant): Step {
  const script = `${command('chown', `${owner}:${group}`, '--', path)} && ${command('chmod', mode, '--', path)}`
  return { what: `owner and mode of ${path}`, script }
}

function writeStep(want: FileWant, isNew: boolean): Step {
  const name = `file-${sha256(want.path).slice(0, 16)}`
  const owner = `${want.owner}:${want.group}`
  const words = command(want.path, want.mode, owner, want.validate ?? '')
  return {
    what: `write ${want.path}`,
    script: `${writeFunction}\npgha_write "$PGHA_DIR/${name}" ${words}`,
    payloads: [{ name, content: Buffer.from(want.content) }],
    writes: [{ path: want.path, isNew }],
  }
}

/**
 * Writes one file: what a dead run left is swept, temporary file beside it, owner and mode before content, fsync,
 * validation, backup, rename. Tried on dash and bash; flags are those of coreutils 8.22 (no `sync FILE`: there it would
 * sync the whole machine).
 */
export const writeFunction = `pgha_write() {
 src=$1 dest=$2 mode=$3 owner=$4 validate=$5
 [ -h "$dest" ] && { echo "$dest is a symbolic link; not followed" >&2; return 91; }
 [ -d "\${dest%/*}" ] || (umask 022; mkdir -p "\${dest%/*}") || return 92
 rm -f -- "\${dest%/*}/.\${dest##*/}.pgha."??????
 F=$(mktemp "\${dest%/*}/.\${dest##*/}.pgha.XXXXXX") || return 92
 trap 'rm -f "$F"' EXIT
 [ -e "$dest" ] && cp -a --attributes-only -- "$dest" "$F"
 chown "$owner" "$F" && chmod "$mode" "$F" && dd if="$src" of="$F" conv=fsync 2>/dev/null || return 93
 chmod "$mode" "$F"
 [ -e "$dest" ] || { [ -e /sys/fs/selinux/enforce ] && c=$(matchpathcon -n "$dest" 2>/dev/null) && chcon "$c" "$F"; }
 if [ -n "$validate" ]; then (eval "$validate") >&2 || { printf '\\n%s\\n' "$dest: the new content did not pass the check of the program that reads it; nothing was changed" >&2; return 94; }; fi
 if [ -e "$dest" ]; then
  (umask 077; mkdir -p "/var/backups/pgha/$PGHA_RUN\${dest%/*}") && cp -a -- "$dest" "/var/backups/pgha/$PGHA_RUN$dest" || return 95
 fi
 mv -fT -- "$F" "$dest" || return 96
}`
