import { file } from '../../resources/file.ts'
import { packages } from '../../resources/package/package.ts'
import { systemUser } from '../../resources/user.ts'
import { scriptPaths, scriptUser } from '../keepalived/layout.ts'
import { nodeName } from '../members.ts'
import type { Role } from '../role.ts'

const secrets = '/etc/keepalived/alert.secrets'

/** Messages to people when the virtual address moves; keepalived's notify script sends them. */
export const alerts: Role = {
  name: 'alerts',
  tags: ['keepalived', 'patroni'],
  section: 'alerts',
  optional: true,

  resources({ host, family, render }) {
    const { alerts: vars, keepalived } = host.vars
    if (vars === undefined || keepalived === undefined || !host.vars.roles.includes('keepalived')) return []
    return [
      ...packages(family, ['keepalived', 'curl']),
      systemUser({ name: scriptUser }),
      // keepalived runs the script as a user of its own: it may read the token, but nobody else may, nor change it.
      file({
        path: secrets,
        group: scriptUser,
        mode: '0640',
        secret: true,
        content: render('alerts/alert.secrets.njk', {
          telegram: vars.telegram ?? null,
          webhook: vars.webhook ?? null,
        }),
      }),
      file({
        path: scriptPaths(family).alert,
        mode: '0755',
        content: render('alerts/alert.sh.njk', {
          telegram: vars.telegram ?? null,
          webhook: vars.webhook ?? null,
          timeout: vars.timeout,
          secrets,
          node_name: nodeName(host),
          vip: keepalived.vip,
        }),
      }),
    ]
  },
}
