import type { Resource } from '../../engine/resource.ts'
import { isEl7 } from '../../facts/os.ts'
import { dcsConfig } from '../../resources/dcs-config.ts'
import { directory } from '../../resources/directory.ts'
import { file } from '../../resources/file.ts'
import { postgresRestart } from '../../resources/postgres-restart.ts'
import { service } from '../../resources/service/service.ts'
import { unit } from '../../resources/unit.ts'
import { members, nodeName } from '../members.ts'
import { postgresLayout } from '../postgres/layout.ts'
import type { Role, RoleContext } from '../role.ts'
import { patroniConfig, watchdogMode } from './config.ts'
import { dcsParameters, dcsSettings } from './dcs-settings.ts'
import { patroniInstall } from './install.ts'
import { patroniLayout } from './layout.ts'

/** Patroni on a member: its configuration, its unit, and the cluster's settings in the DCS. */
export const patroni: Role = {
  name: 'patroni',
  tags: [],
  section: 'patroni',

  resources(context) {
    const { host, family, facts, render } = context
    const { patroni: vars, postgresql, address } = host.vars
    const layout = patroniLayout(family, vars.install.method, host.vars.dcs)
    const config = file({
      path: layout.config,
      owner: 'postgres',
      group: 'postgres',
      mode: '0600',
      secret: true,
      validate: layout.validate,
      // bootstrap.dcs: it counts once, and the settings of a running cluster are the DCS's.
      ignore: '  dcs: ',
      content: render('patroni/patroni.yml.njk', patroniConfig(context)),
    })
    const serviceUnit = unit(
      'patroni.service',
      render('patroni/patroni.service.njk', {
        ...layout,
        version: postgresql.version,
        dcs: host.vars.dcs,
        restart_delay_ms: vars.restart_delay_ms,
        watchdog: watchdogMode(vars.watchdog, facts),
        is_old: isEl7(facts.os),
      }),
      { enabledNext: 'patroni.service' },
    )
    const settings = dcsConfig({
      scope: vars.scope,
      url: `http://${address}:${vars.rest_port}`,
      others: members(context.hosts)
        .filter(({ name }) => name !== host.name)
        .map((other) => `http://${other.vars.address}:${other.vars.patroni.rest_port}`),
      dataDir: postgresql.data_dir ?? postgresLayout(family, postgresql.version).dataDir,
      user: vars.rest_user,
      password: vars.rest_password,
      settings: dcsSettings(host.vars),
      prune: vars.prune,
    })
    return [
      ...patroniInstall(context),
      directory({ path: '/etc/patroni', owner: 'postgres', group: 'postgres', mode: '0750' }),
      config,
      serviceUnit,
      // Never restarted here, not even for a new Python: that would stop PostgreSQL, on all members at once.
      service({
        unit: 'patroni.service',
        mayRestart: false,
        // One that somebody else has set up reads another file: no reload leads it to ours.
        startedAs: {
          words: [layout.patroni, layout.config],
          answers: `curl -s -o /dev/null --max-time 2 http://${address}:${vars.rest_port}/patroni`,
        },
        reloadOn: [config],
      }),
      ...(context.speaksForCluster ? [settings] : []),
      restartOf(context),
    ]
  },
}

/** What PostgreSQL of this member can take up only by a restart. */
function restartOf({ host, hosts, family }: RoleContext): Resource {
  const { patroni: vars, postgresql, address } = host.vars
  const { binDir, socketDir } = postgresLayout(family, postgresql.version)
  return postgresRestart({
    member: nodeName(host),
    members: members(hosts).length,
    url: `http://${address}:${vars.rest_port}`,
    psql: { path: `${binDir}/psql`, socketDir, port: postgresql.port, user: vars.superuser },
    parameters: {
      ...dcsParameters(postgresql),
      // Of patroni.yml.
      port: postgresql.port,
      listen_addresses: `127.0.0.1,${address}`,
      unix_socket_directories: socketDir,
    },
    prune: vars.prune,
  })
}
