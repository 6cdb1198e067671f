import { parseRecord, recordFolder, type RunRecord } from '../shared/run-record.ts'

/** What the last run left on a node. */
export interface LastRun {
  readonly record: RunRecord
  /** Someone has the lock of the node now: then the run may still be at work. */
  readonly isLocked: boolean
}

/** The newest record; for one that has no outcome also whether somebody is at work. Names of runs sort by time. */
export const lastRunFragment = `last=
for file in ${recordFolder}/*.json; do [ -e "$file" ] && last=$file; done
if [ -n "$last" ]; then
  IFS= read -r record <"$last"; printf 'lastRun=%s\\n' "$record"
  case $record in *'"outcome":'*) ;; *) flock -n /run/pgha.lock true 2>/dev/null || echo lastRunLocked=yes;; esac
fi`

/** Undefined on a node that no run has changed. */
export function parseLastRun(printed: string): LastRun | undefined {
  const record = parseRecord(/^lastRun=(.*)$/m.exec(printed)?.[1] ?? '')
  return record === undefined ? undefined : { record, isLocked: /^lastRunLocked=yes$/m.test(printed) }
}
