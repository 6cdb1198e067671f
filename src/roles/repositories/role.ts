import type { Family } from '../../resources/package/package.ts'
import { keyPath, repository } from '../../resources/repository.ts'
import type { PackagesVars } from '../packages/vars.ts'
import type { Role } from '../role.ts'

type Wanted = PackagesVars['repositories'][number]

/** The sources that packages come from, beside those that the node has. */
export const repositories: Role = {
  name: 'repositories',
  tags: [],
  section: 'packages',

  resources: ({ host, family, readFile }) =>
    host.vars.packages.repositories.flatMap((wanted) => {
      const definition = family === 'debian' ? wanted.apt : yumDefinition(wanted)
      if (definition === undefined) return []
      const key = wanted.key === undefined ? {} : { key: readFile(wanted.key) }
      return repository(family, { name: wanted.name, definition: `${definition.trimEnd()}\n`, ...key })
    }),
}

function yumDefinition({ name, yum, key }: Wanted): string | undefined {
  if (yum === undefined) return undefined
  const family: Family = 'el'
  const gpgkey = key === undefined ? yum.gpgkey : `file://${keyPath(family, name)}`
  const lines = [
    `[${name}]`,
    `name=${name}`,
    `baseurl=${yum.baseurl}`,
    'enabled=1',
    `gpgcheck=${yum.gpgcheck ? 1 : 0}`,
  ]
  return [...lines, ...(gpgkey === undefined ? [] : [`gpgkey=${gpgkey}`])].join('\n')
}
