import type { ServiceWant } from './service.ts'
import type { ServiceState } from './state.ts'

const adminFolder = '/etc/systemd/system/'

/** Drop-ins of an administrator and further files of configuration that the unit heeds, and that pgha did not write. */
export function strangersOf({ folders }: ServiceWant, state: ServiceState): readonly string[] {
  const { dropIns, files, commandLine = '' } = state
  const read = folders.filter((folder) => commandLine.includes(folder))
  return [
    ...dropIns.filter((path) => path.startsWith(adminFolder) && !path.endsWith('/pgha.conf')),
    ...files.filter((path) => read.some((folder) => path.startsWith(`${folder}/`))),
  ]
}
