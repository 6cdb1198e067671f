import { isEl7 } from '../../facts/os.ts'
import { file } from '../../resources/file.ts'
import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { members, nodeName } from '../members.ts'
import type { Role } from '../role.ts'
import { selinuxBooleans } from '../selinux.ts'
import type { HaproxyVars } from './vars.ts'

// Templates are strict: what is not set is said to be nothing.
const noKeepalive = { keepalive_idle_seconds: null, keepalive_interval_seconds: null, keepalive_count: null }

const statsSockets = { debian: '/run/haproxy/admin.sock', el: '/var/lib/haproxy/stats' } as const

const clients = {
  pattern: '^ *bind [^ ]+',
  cut: 'its addresses or ports change: clients are refused at the former ones',
}

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
        ...noKeepalive,
        ...host.vars.haproxy,
        binds: host.vars.haproxy.bind,
        tcp_ut: tcpUserTimeout(host.vars.haproxy),
        stats_socket: statsSockets[family],
        // EL 7 has HAProxy 1.5: no hard-stop-after (1.8), no interval of redispatch (1.6).
        is_old: isEl7(facts.os),
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
      service({ unit: 'haproxy.service', folders: ['/etc/haproxy/conf.d'], reloadOn: [config], clients }),
    ]
  },
}

/** What a `bind` or `server` line ends with. */
function tcpUserTimeout({ tcp_user_timeout_ms: ms }: HaproxyVars): string {
  return ms === undefined ? '' : ` tcp-ut ${ms}ms`
}
