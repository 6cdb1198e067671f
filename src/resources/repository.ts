import { early, resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { file, fileType, type FileState, type FileWant } from './file.ts'
import type { Family } from './package/package.ts'

export interface RepositoryOptions {
  /** Names its files on the node. */
  readonly name: string
  /** The text of the `.list`, `.sources` or `.repo` file. */
  readonly definition: string
  /** The public key that signs the packages, as text (ASCII armour). */
  readonly key?: string
}

/** A source of packages, with its key. The package lists are fetched anew before the next installation. */
export function repository(
  family: Family,
  { name, definition, key }: RepositoryOptions,
): readonly Resource[] {
  const want: FileWant = {
    path: definitionPath(family, name, definition),
    content: definition,
    owner: 'root',
    group: 'root',
    mode: '0644',
    secret: false,
  }
  const keys = key === undefined ? [] : [early(file({ path: keyPath(family, name), content: key }))]
  return [...keys, resource(repositoryType, name, want, 'prepare')]
}

export const repositoryType: ResourceType<FileWant, FileState> = { ...fileType, kind: 'repository' }

/** Where the key of a repository lies; definitions name it in `signed-by=` or `gpgkey=file://`. */
export function keyPath(family: Family, name: string): string {
  return family === 'debian' ? `/etc/apt/keyrings/${name}.asc` : `/etc/pki/rpm-gpg/RPM-GPG-KEY-${name}`
}

function definitionPath(family: Family, name: string, definition: string): string {
  if (family === 'el') return `/etc/yum.repos.d/${name}.repo`
  // deb822 paragraphs begin with a field; one-line entries with `deb`.
  return `/etc/apt/sources.list.d/${name}.${/^deb/m.test(definition) ? 'list' : 'sources'}`
}
