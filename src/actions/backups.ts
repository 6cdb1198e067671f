import { PghaError } from '../shared/errors.ts'
import { backupFolder, parseRecord, recordFolder } from '../shared/run-record.ts'
import type { Connection } from '../transport/connection.ts'
import { sh } from '../transport/shell.ts'

/** A file as it was before a run. */
export interface Backup {
  readonly path: string
  readonly content: string
  readonly owner: string
  readonly group: string
  /** Four octal digits. */
  readonly mode: string
}

/** What a run replaced on a node, and what it made. */
export interface Replaced {
  readonly backups: readonly Backup[]
  readonly created: readonly string[]
}

/** Reads what a node kept of a run; undefined on one that the run did not change. */
export async function readBackups(connection: Connection, runId: string): Promise<Replaced | undefined> {
  if (!/^[0-9A-Za-z-]+$/.test(runId)) {
    throw new PghaError('input', `not the name of a run: ${JSON.stringify(runId)}`, {
      hint: 'see pgha history',
    })
  }
  const { stdout: json } = await connection.run(`cat ${recordFolder}/${runId}.json 2>/dev/null`)
  const record = parseRecord(json)
  if (record === undefined) return undefined
  const kept = record.files.filter(({ backup }) => backup !== undefined).map(({ path }) => path)
  const { stdout } = await connection.run(readScript(`${backupFolder}/${runId}`, kept))
  const created = record.files.filter(({ backup }) => backup === undefined).map(({ path }) => path)
  return { backups: stdout.split('\n').flatMap(backupOf), created }
}

function readScript(folder: string, paths: readonly string[]): string {
  return paths
    .map((path) => {
      const file = sh(`${folder}${path}`)
      return `[ -f ${file} ] && { printf 'B|%s|' "$(stat -c '%a|%U|%G' ${file})"; printf %s ${sh(path)}; printf '|'; base64 <${file} | tr -d '\\n'; echo; }`
    })
    .join('\n')
}

function backupOf(line: string): readonly Backup[] {
  const [, mode, owner, group, path, base64] =
    /^B\|(\d+)\|([^|]*)\|([^|]*)\|(.+)\|([A-Za-z0-9+/=]*)$/.exec(line) ?? []
  if (mode === undefined || owner === undefined || group === undefined || path === undefined) return []
  const content = Buffer.from(base64 ?? '', 'base64').toString()
  return [{ path, content, owner, group, mode: mode.padStart(4, '0') }]
}
