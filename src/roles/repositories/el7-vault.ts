import { isEl7 } from '../../facts/os.ts'
import type { Resource } from '../../engine/resource.ts'
import { repository } from '../../resources/repository.ts'
import type { RoleContext } from '../role.ts'

// CentOS 7 ended on 30 June 2024; its mirrors are switched off, and this is where its packages are now.
const vault = 'https://vault.centos.org/centos/7.9.2009'

/** The repositories of CentOS 7 where they still are, each with its key; in the files of the packages that brought them. */
export function el7Repositories({ host, family, facts, render }: RoleContext): readonly Resource[] {
  const { packages, postgresql } = host.vars
  const isMeant = isEl7(facts.os) && packages.centos_vault !== false
  if (!isMeant) return []
  const { version } = postgresql
  const values = {
    vault: packages.centos_vault === true ? vault : packages.centos_vault,
    epel: packages.epel_archive,
    pgdg: packages.pgdg_archive,
    version,
    id: `pgdg${String(version).replace('.', '')}`,
  }
  return ['CentOS-Base', 'epel', 'pgdg-redhat-all'].flatMap((name) =>
    repository(family, { name, definition: render(`repositories/${name}.repo.njk`, values) }),
  )
}
