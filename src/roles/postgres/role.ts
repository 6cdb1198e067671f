import { early } from '../../engine/resource.ts'
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

  resources({ host, family }) {
    const { postgresql: vars } = host.vars
    const layout = postgresLayout(family, vars.version)
    const noDefaultCluster = file({
      path: '/etc/postgresql-common/createcluster.d/pgha.conf',
      content: '# Written by pgha: clusters are made by Patroni.\ncreate_main_cluster = false\n',
    })
    return [
      ...(family === 'debian' ? [early(noDefaultCluster)] : []),
      ...layout.units.map((unit) => early(service({ unit, running: false, masked: true }))),
      ...packages(family, vars.packages ?? layout.packages),
    ]
  },
}
