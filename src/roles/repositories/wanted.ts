import type { Resource } from '../../engine/resource.ts'
import type { Family } from '../../resources/package/package.ts'
import { keyPath, repository } from '../../resources/repository.ts'
import type { RepositoryFields } from '../packages/repository-vars.ts'
import type { RoleContext } from '../role.ts'

/** A source of packages as the inventory describes it; nothing when it has no description for the node's family. */
export function wantedRepository(
  name: string,
  wanted: RepositoryFields,
  { family, readFile }: Pick<RoleContext, 'family' | 'readFile'>,
): readonly Resource[] {
  const definition = family === 'debian' ? wanted.apt : yumDefinition(name, wanted)
  if (definition === undefined) return []
  const key = wanted.key === undefined ? {} : { key: readFile(wanted.key) }
  return repository(family, { name, definition: `${definition.trimEnd()}\n`, ...key })
}

function yumDefinition(name: string, { yum, key }: RepositoryFields): string | undefined {
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
