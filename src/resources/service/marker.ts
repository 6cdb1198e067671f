import { sha256 } from '../hash.ts'
import { sh } from '../../transport/shell.ts'
import type { Input, ServiceWant } from './service.ts'

/** Where each unit's hashes of its inputs lie, one file per unit; root only. */
export const markerFolder = '/var/lib/pgha/units'

/** One hash over what a service should read; the order of the inputs counts. */
export function inputsHash(inputs: readonly Input[]): string {
  return sha256(inputs.map((input) => `${input.sha256}  ${input.path}\n`).join(''))
}

/** Records that the unit now runs with what it should read. Whole file or none, so that a crash leaves the old record. */
export function writeMarker(want: ServiceWant): string {
  const clients = want.clients === undefined ? '' : `\nclients=${want.clients.sha256}`
  const lines = `restart=${inputsHash(want.restartInputs)}\nreload=${inputsHash(want.reloadInputs)}${clients}`
  const path = `${markerFolder}/${want.unit}`
  return `mkdir -p ${markerFolder} && printf '%s\\n' ${sh(lines)} >${sh(`${path}.new`)} && mv -f ${sh(`${path}.new`)} ${sh(path)}`
}
