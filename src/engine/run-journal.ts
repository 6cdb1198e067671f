import { backupFolder, recordFolder, type RunRecord } from '../shared/run-record.ts'
import { sh } from '../transport/shell.ts'
import type { Step } from './resource.ts'

/** What is the same on all nodes of a run. */
export type RunInfo = Omit<RunRecord, 'files' | 'step' | 'left' | 'finished' | 'outcome'>

/** Runs whose backups a node keeps; of older ones it keeps the record for a while. */
const keptBackups = 20
const keptRecords = 200

/**
 * Keeps the record of a run on every node that it changes. The record travels with the steps: a node that nothing is
 * done to gets none, and no step costs a round trip more.
 */
export class RunJournal {
  readonly info: RunInfo
  readonly #files = new Map<string, RunRecord['files']>()
  readonly #steps = new Map<string, RunRecord['step']>()
  readonly #left = new Map<string, string>()

  constructor(info: RunInfo) {
    this.info = info
  }

  /** Hosts that a step was sent to. */
  get hosts(): readonly string[] {
    return [...this.#steps.keys()]
  }

  /** Records that something began that no script of this node does: a call of Patroni. `left` comes after it. */
  begin(host: string, what: string, left: string | undefined): string {
    const step = { what, begun: new Date().toISOString() }
    this.#steps.set(host, step)
    if (left === undefined) this.#left.delete(host)
    else this.#left.set(host, left)
    return this.#write(host, { step })
  }

  /** Records that it came to a good end. */
  end(host: string): string {
    const step = this.#steps.get(host)
    if (step === undefined) return ':'
    const ended = { ...step, ended: new Date().toISOString(), code: 0 }
    this.#steps.set(host, ended)
    return this.#write(host, { step: ended })
  }

  #write(host: string, more: Partial<RunRecord>): string {
    const left = this.#left.get(host)
    const record = {
      ...this.info,
      files: this.#files.get(host) ?? [],
      ...(left === undefined ? {} : { left }),
      ...more,
    }
    return [recordFunction(this.info.id), `pgha_record ${sh(JSON.stringify(record))}`].join('\n')
  }

  /** The script of a step, with the record before and after it. What cannot be recorded is done nevertheless. */
  around(host: string, { what, script, writes = [] }: Step): string {
    const step = { what, begun: new Date().toISOString() }
    const before = this.#files.get(host) ?? []
    const files = [...before, ...writes.map((write) => this.#fileOf(write)).filter(isNewIn(before))]
    this.#steps.set(host, step)
    this.#left.delete(host)
    this.#files.set(host, files)
    // The step comes last, so that the node can add how it ended.
    const open = JSON.stringify({ ...this.info, files, step }).slice(0, -2)
    return [
      recordFunction(this.info.id),
      `pgha_open=${sh(open)}`,
      'pgha_record "$pgha_open}}"',
      `(\n${script}\n)`,
      'pgha_code=$?',
      `pgha_record "$pgha_open,\\"ended\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\",\\"code\\":$pgha_code}}"`,
      'exit $pgha_code',
    ].join('\n')
  }

  /** Closes the record of a host and drops backups of runs long past. */
  finish(host: string, outcome: string): string {
    const step = this.#steps.get(host)
    const now = new Date().toISOString()
    const ended = step === undefined ? {} : { step: { ...step, ended: now } }
    if (outcome === 'ok') this.#left.delete(host)
    return `${this.#write(host, { ...ended, finished: now, outcome })}\n${pruneScript}`
  }

  #fileOf({ path, isNew }: NonNullable<Step['writes']>[number]): RunRecord['files'][number] {
    return isNew ? { path } : { path, backup: `${backupFolder}/${this.info.id}${path}` }
  }
}

function isNewIn(before: RunRecord['files']): (file: RunRecord['files'][number]) => boolean {
  return ({ path }) => !before.some((file) => file.path === path)
}

function recordFunction(id: string): string {
  const path = `${recordFolder}/${id}.json`
  const temporary = `${recordFolder}/.${id}.new`
  return `pgha_record() { (umask 077; mkdir -p ${recordFolder} && printf '%s\\n' "$1" >${temporary} && mv -f ${temporary} ${path}) 2>/dev/null; }`
}

// Names of runs sort by time.
const pruneScript = `ls -1 ${backupFolder} 2>/dev/null | sort | head -n -${keptBackups} | while read -r run; do
  case $run in [0-9]*-*) rm -rf "${backupFolder}/$run";; esac
done
ls -1 ${recordFolder} 2>/dev/null | sort | head -n -${keptRecords} | while read -r file; do rm -f "${recordFolder}/$file"; done`

/** Closes the record of a run that died, after another has done its work, and sweeps what its file steps left. */
export function closeRecord(record: RunRecord, by: string): string {
  const closed = { ...record, finished: new Date().toISOString(), outcome: `finished by ${by}` }
  const sweep = record.files.map(({ path }) => {
    const slash = path.lastIndexOf('/')
    return `rm -f -- ${sh(`${path.slice(0, slash)}/.${path.slice(slash + 1)}.pgha.`)}??????`
  })
  return [recordFunction(record.id), `pgha_record ${sh(JSON.stringify(closed))}`, ...sweep].join('\n')
}
