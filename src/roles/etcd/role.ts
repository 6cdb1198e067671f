import { early } from '../../engine/resource.ts'
import { directory } from '../../resources/directory.ts'
import { file } from '../../resources/file.ts'
import { type Family, packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { unit } from '../../resources/unit.ts'
import { dcsServers } from '../members.ts'
import type { Role } from '../role.ts'

const config = '/etc/etcd/pgha.yml'

const packagesOf: Record<Family, readonly string[]> = {
  debian: ['etcd-server', 'etcd-client'],
  el: ['etcd'],
}

/** The DCS, where `dcs` is etcd: a server on each node that has one. Patroni asks any of them. */
export const etcd: Role = {
  name: 'etcd',
  tags: ['dcs'],
  section: 'etcd',

  resources({ host, hosts, family, render }) {
    const { address, etcd: vars, patroni } = host.vars
    if (!vars.server) return []
    const settings = file({
      path: config,
      content: render('etcd/etcd.yml.njk', {
        ...vars,
        name: host.name,
        address,
        token: `pgha-${patroni.scope}`,
        servers: dcsServers(hosts).map((server) => ({ name: server.name, address: server.vars.address })),
      }),
      // They count at the first start only: a server more is no reason to restart the others.
      ignore: 'initial-cluster',
    })
    const serviceUnit = unit('etcd.service', render('etcd/etcd.service.njk', { config }))
    return [
      early(serviceUnit),
      ...packages(family, packagesOf[family]),
      directory({ path: '/etc/etcd' }),
      directory({ path: vars.data_dir, owner: 'etcd', group: 'etcd', mode: '0700' }),
      settings,
      // It reads its configuration only when it starts.
      service({ unit: 'etcd.service', restartOn: [settings] }),
    ]
  },
}
