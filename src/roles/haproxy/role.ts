import { file } from '../../resources/file.ts'
import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { members, nodeName } from '../members.ts'
import type { Role } from '../role.ts'
import { selinuxBooleans } from '../selinux.ts'

const statsSockets = { debian: '/run/haproxy/admin.sock', el: '/var/lib/haproxy/stats' } as const

/** Sends writes to the leader and reads to the replicas, by what each member's Patroni says of itself. */
export const haproxy: Role = {
  name: 'haproxy',
  tags: ['patroni'],
  section: 'haproxy',

  resources({ host, hosts, family, facts, render }) {
    const config = file({
      path: '/etc/haproxy/haproxy.cfg',
      validate: 'haproxy -c -q -f "$F"',
      content: render('haproxy/haproxy.cfg.njk', {
        ...host.vars.haproxy,
        binds: host.vars.haproxy.bind,
        stats_socket: statsSockets[family],
        members: members(hosts).map((member) => ({
          name: nodeName(member),
          address: member.vars.address,
          port: member.vars.postgresql.port,
          rest_port: member.vars.patroni.rest_port,
        })),
      }),
    })
    return [
      ...packages(family, ['haproxy']),
      // Its ports, PostgreSQL's and Patroni's are not those that the policy knows for it.
      ...selinuxBooleans(facts, 'haproxy_connect_any'),
      config,
      service({ unit: 'haproxy.service', reloadOn: [config] }),
    ]
  },
}
