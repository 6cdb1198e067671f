import { early, type Resource } from '../../engine/resource.ts'
import { consulAutopilot } from '../../resources/consul-autopilot.ts'
import { directory } from '../../resources/directory.ts'
import { file } from '../../resources/file.ts'
import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { unit } from '../../resources/unit.ts'
import { dcsServers } from '../members.ts'
import type { Role } from '../role.ts'
import type { ConsulVars } from './vars.ts'

const config = '/etc/consul.d/pgha.json'

/** Of the whole DCS, so that one node tells it. */
function autopilot({ cleanup_dead_servers, token }: ConsulVars): Resource {
  return consulAutopilot({ cleanupDeadServers: cleanup_dead_servers, hasToken: token !== undefined })
}

/** The DCS: an agent on every node, which Patroni talks to; servers on those that vote. */
export const consul: Role = {
  name: 'consul',
  tags: ['dcs'],
  section: 'consul',

  resources({ host, hosts, family, render }) {
    const { address, consul: vars } = host.vars
    const settings = file({
      path: config,
      owner: 'consul',
      group: 'consul',
      mode: '0640',
      secret: true,
      validate: 'cp "$F" "$PGHA_DIR/consul.json" && consul validate "$PGHA_DIR/consul.json"',
      content: render('consul/consul.json.njk', {
        ...vars,
        gossip_key: vars.gossip_key ?? null,
        token: vars.token ?? null,
        node_name: host.name,
        address,
        servers: dcsServers(hosts).map((server) => server.vars.address),
      }),
    })
    const isFirst = dcsServers(hosts)[0]?.name === host.name
    return [
      early(unit('consul.service', render('consul/consul.service.njk', { config }))),
      ...packages(family, ['consul']),
      // Debian's package brings it; HashiCorp's has /opt/consul instead, and the agent may not make its own.
      directory({ path: vars.data_dir, owner: 'consul', group: 'consul', mode: '0700' }),
      settings,
      service({ unit: 'consul.service', reloadOn: [settings] }),
      ...(isFirst ? [autopilot(vars)] : []),
    ]
  },
}
