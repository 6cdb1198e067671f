import { early } from '../../engine/resource.ts'
import { guardedCommand } from '../../resources/command.ts'
import { file } from '../../resources/file.ts'
import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import type { Role } from '../role.ts'
import { postgresLayout } from './layout.ts'

/** The programs of PostgreSQL, without a cluster of the distribution's own. */
export const postgres: Role = {
  name: 'postgres',
  tags: ['patroni'],
  section: 'postgresql',

  resources({ host, family, facts }) {
    const { postgresql: vars } = host.vars
    const layout = postgresLayout(family, vars.version)
    const noDefaultCluster = file({
      path: '/etc/postgresql-common/createcluster.d/pgha.conf',
      content: '# Written by pgha: clusters are made by Patroni.\ncreate_main_cluster = false\n',
    })
    return [
      ...(family === 'debian' ? [early(noDefaultCluster)] : []),
      ...(family === 'el' && hasModules(facts.os.version) ? [early(noModule)] : []),
      ...layout.units.map((unit) => early(service({ unit, running: false, masked: true }))),
      ...packages(family, vars.packages ?? layout.packages),
    ]
  },
}

// The distribution's module of that name hides the packages of PGDG from dnf (https://www.postgresql.org/download/linux/redhat/).
const noModule = guardedCommand({
  name: 'no module postgresql',
  guard: "grep -q '^state=disabled' /etc/dnf/modules.d/postgresql.module",
  run: 'dnf -q -y module disable postgresql',
})

/** EL has modules in 8 and 9 only. */
function hasModules(version: string): boolean {
  return ['8', '9'].includes(version.split('.')[0] ?? '')
}
