import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Lab } from '../../lab/lab.ts'

/** What of the mirror's wheels an operator pins. */
export interface PinnedWheels {
  /** The folder on this machine that holds them all. */
  readonly folder: string
  /** `patroni[consul]==3.0.2` and the driver of PostgreSQL. */
  readonly requirements: readonly string[]
}

/** Copies the wheels that the lab made from Debian's packages to the operator's machine. */
export async function wheelsOf(lab: Lab, folder: string): Promise<PinnedWheels> {
  await mkdir(folder, { recursive: true })
  const printed = await lab.exec(
    'n1',
    'cd /srv/mirror/wheels && for f in *; do echo "$f $(base64 -w 0 "$f")"; done',
  )
  const wheels = printed.stdout.split('\n').flatMap((line) => {
    const [name, base64] = line.split(' ')
    return name === undefined || base64 === undefined
      ? []
      : [{ name, content: Buffer.from(base64, 'base64') }]
  })
  await Promise.all(wheels.map(({ name, content }) => writeFile(join(folder, name), content)))
  const versionOf = (name: string) =>
    wheels.find((wheel) => wheel.name.startsWith(`${name}-`))?.name.split('-')[1]
  const requirements = [`patroni[consul]==${versionOf('patroni')}`, `psycopg2==${versionOf('psycopg2')}`]
  return { folder, requirements }
}
