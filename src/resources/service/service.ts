import { resource, type Resource, type ResourceType } from '../../engine/resource.ts'
import type { FileWant } from '../file.ts'
import { sha256 } from '../file.ts'
import { diffService } from './diff.ts'
import { parseServices, serviceFragment, type ServiceState } from './state.ts'
import { serviceSteps } from './steps.ts'

/** A file that a service reads, and the hash of what it should read there. */
export interface Input {
  readonly path: string
  readonly sha256: string
}

export interface ServiceWant {
  /** With its suffix, e.g. `haproxy.service`. */
  readonly unit: string
  readonly running: boolean
  readonly enabled: boolean
  readonly masked: boolean
  /** Files that a reload is enough for. */
  readonly reloadInputs: readonly Input[]
  /** Files that only a restart makes effective. */
  readonly restartInputs: readonly Input[]
}

export interface ServiceOptions {
  readonly unit: string
  readonly running?: boolean
  readonly enabled?: boolean
  readonly masked?: boolean
  /** Resources of the kinds file and unit. */
  readonly reloadOn?: readonly Resource[]
  readonly restartOn?: readonly Resource[]
}

/**
 * A systemd unit that runs (or not) now and at boot. Whether it is owed a restart or reload is read from the node: the
 * hash of its inputs is kept there at each (re)start, so that what a crash left undone is still seen and done.
 */
export function service(options: ServiceOptions): Resource {
  const running = options.running ?? true
  const want: ServiceWant = {
    unit: options.unit,
    running,
    enabled: options.enabled ?? running,
    masked: options.masked ?? false,
    reloadInputs: (options.reloadOn ?? []).map(inputOf),
    restartInputs: (options.restartOn ?? []).map(inputOf),
  }
  return resource(serviceType, options.unit.replace(/\.service$/, ''), want)
}

export const serviceType: ResourceType<ServiceWant, ServiceState> = {
  kind: 'service',
  probe: serviceFragment,
  parse: parseServices,
  diff: diffService,
  steps: serviceSteps,
}

function inputOf(input: Resource): Input {
  const { path, content } = input.want as FileWant
  return { path, sha256: sha256(content) }
}
