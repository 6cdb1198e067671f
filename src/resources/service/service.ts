import { resource, type Resource, type ResourceType } from '../../engine/resource.ts'
import type { FileWant } from '../file.ts'
import { contentHash, type Hashed, hashedAs, linesSha256 } from '../hash.ts'
import { diffService } from './diff.ts'
import { parseServices, serviceFragment, type ServiceState, sharedOfServices } from './state.ts'
import { strangersOf } from './strangers.ts'
import { serviceSteps } from './steps.ts'

/** A file that a service reads, and the hash of what it should read there. */
export interface Input extends Hashed {
  readonly sha256: string
}

export interface ServiceWant {
  /** With its suffix, e.g. `haproxy.service`. */
  readonly unit: string
  readonly running: boolean
  readonly enabled: boolean
  readonly masked: boolean
  /** False for a unit whose restart is an outage: it is then never owed one. */
  readonly mayRestart: boolean
  /** How its process has to have been started; not given: however. */
  readonly startedAs?: StartedAs
  /** Folders whose files its program reads, too, where its command line names them. */
  readonly folders: readonly string[]
  /** Files that a reload is enough for. */
  readonly reloadInputs: readonly Input[]
  /** Files that only a restart makes effective. */
  readonly restartInputs: readonly Input[]
  /** What of the reload inputs clients depend on. */
  readonly clients?: ClientLines & { readonly sha256: string }
}

/** Parts of what a service reads that its clients depend on: where they differ, a reload is none that nobody notices. */
export interface ClientLines {
  /** An extended regular expression, for JavaScript and `grep -oE` alike. */
  readonly pattern: string
  /** Whom it disturbs, as the operator reads it. */
  readonly cut: string
}

/**
 * For a unit with `KillMode=process`: a process that was started otherwise is killed, so that it leaves running what it
 * runs, and systemd starts it anew.
 */
export interface StartedAs {
  /** The last words of its command line, the path of its program first. */
  readonly words: readonly string[]
  /** A command that exits with 0 once the new process is at work. */
  readonly answers: string
}

export interface ServiceOptions {
  readonly unit: string
  readonly running?: boolean
  readonly enabled?: boolean
  readonly masked?: boolean
  readonly mayRestart?: boolean
  readonly startedAs?: StartedAs
  readonly folders?: readonly string[]
  /** Resources of the kinds file and unit. */
  readonly reloadOn?: readonly Resource[]
  readonly restartOn?: readonly Resource[]
  readonly clients?: ClientLines
}

/**
 * A systemd unit that runs (or not) now and at boot. Whether it is owed a restart or reload is read from the node: the
 * hash of its inputs is kept there at each (re)start, so that what a crash left undone is still seen and done.
 */
export function service(options: ServiceOptions): Resource {
  const running = options.running ?? true
  const { clients, reloadOn = [], restartOn = [] } = options
  const want: ServiceWant = {
    unit: options.unit,
    running,
    enabled: options.enabled ?? running,
    masked: options.masked ?? false,
    mayRestart: options.mayRestart ?? true,
    ...(options.startedAs === undefined ? {} : { startedAs: options.startedAs }),
    folders: options.folders ?? [],
    reloadInputs: reloadOn.map(inputOf),
    restartInputs: restartOn.map(inputOf),
    ...(clients === undefined ? {} : { clients: { ...clients, sha256: linesHash(clients, reloadOn) } }),
  }
  return resource(serviceType, options.unit.replace(/\.service$/, ''), want)
}

export const serviceType: ResourceType<ServiceWant, ServiceState> = {
  kind: 'service',
  isPlain: true,
  shared: sharedOfServices,
  probe: serviceFragment,
  parse: parseServices,
  diff: diffService,
  unmanaged: strangersOf,
  steps: serviceSteps,
}

function inputOf(input: Resource): Input {
  const want = input.want as FileWant
  return { ...hashedAs(want), sha256: contentHash(want) }
}

/** The hash of what `grep -oE` finds in all of them, line by line. */
function linesHash({ pattern }: ClientLines, inputs: readonly Resource[]): string {
  const wanted = new RegExp(pattern)
  const lines = inputs.flatMap(({ want }) => (want as FileWant).content.split('\n'))
  return linesSha256(lines.flatMap((line) => wanted.exec(line)?.slice(0, 1) ?? []))
}
