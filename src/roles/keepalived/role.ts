import { PghaError } from '../../shared/errors.ts'
import { directory } from '../../resources/directory.ts'
import { file } from '../../resources/file.ts'
import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { unit } from '../../resources/unit.ts'
import { systemUser } from '../../resources/user.ts'
import { balancers, etcdEndpoints, members, nodeName } from '../members.ts'
import type { Role, RoleContext } from '../role.ts'
import { selinuxBooleans } from '../selinux.ts'
import type { SiteHost } from '../site.ts'
import { scriptPaths, scriptUser } from './layout.ts'
import type { KeepalivedVars } from './vars.ts'

// 2.2.7 (Debian 12) ends the test of a valid configuration with SIGTERM when scripts have a user of their own, and says
// nothing (keepalived #2587, #2617, mended in 2.2.8); an invalid one is named before. Versions before 1.4 have no test.
const validate = `keepalived --help 2>&1 | grep -q config-test || exit 0
out=$(timeout 20 keepalived -t -f "$F" 2>&1); code=$?
printf '%s' "$out"
[ "$code" = 0 ] || { [ "$code" = 143 ] && [ -z "$out" ]; }`

/** How long the other members have to answer a node that thinks that it is cut off; they need a round trip. */
const askMs = 1_000
/** The check ends by its own time-outs; keepalived's is for a node that starts programs slowly, and no reason to move the address. */
const marginMs = 2_000

/** Of the second keepalived that release.sh starts. */
const releaseConfig = '/etc/keepalived/release.conf'
const clients = {
  pattern: '^ *(interface|virtual_router_id) .*|^ *[0-9a-fA-F.:]+/[0-9]+ dev .*',
  cut: 'the VIP or where it is held changes: clients of the VIP are cut',
}

/** Keeps the VIP on one node whose HAProxy answers. */
export const keepalived: Role = {
  name: 'keepalived',
  tags: ['patroni'],
  section: 'keepalived',

  resources(context) {
    const { host, hosts, family, facts, render } = context
    const { haproxy, address, alerts } = host.vars
    const paths = scriptPaths(family)
    const vars = keepalivedVars(host)
    const node_name = nodeName(host)
    const network = networkOf(context)
    const instance = {
      ...vars,
      ...network,
      address,
      node_name,
      instance: `pgha_${vars.virtual_router_id}`,
      peers: balancers(hosts).flatMap((peer) => (peer.name === host.name ? [] : [peer.vars.address])),
    }
    // One after another: HAProxy, Patroni and, where that answers from its memory, etcd.
    const asked = host.vars.dcs === 'etcd' ? 3 : 2
    const config = file({
      ...{ path: '/etc/keepalived/keepalived.conf', mode: '0600', secret: true, validate },
      content: render('keepalived/keepalived.conf.njk', {
        ...instance,
        check_script: paths.check,
        notify_script: paths.notify,
        script_user: scriptUser,
        script_timeout_seconds: Math.ceil((asked * vars.check_timeout_ms + askMs + marginMs) / 1000),
      }),
    })
    return [
      ...packages(family, ['keepalived', 'curl']),
      systemUser({ name: scriptUser }),
      // Its check asks HAProxy over HTTP.
      ...selinuxBooleans(facts, 'keepalived_connect_any'),
      file({
        path: paths.check,
        mode: '0755',
        content: render('keepalived/check-haproxy.sh.njk', {
          ...{ status_port: haproxy.status_port, check_timeout_ms: vars.check_timeout_ms },
          ...isolationOf(host, hosts),
        }),
      }),
      file({
        path: paths.notify,
        mode: '0755',
        content: render('keepalived/notify.sh.njk', {
          node_name,
          vip: vars.vip,
          alert_script: alerts === undefined ? null : paths.alert,
        }),
      }),
      config,
      file({
        ...{ path: releaseConfig, mode: '0600', secret: true, validate },
        content: render('keepalived/release.conf.njk', instance),
      }),
      file({
        path: paths.release,
        mode: '0755',
        content: render('keepalived/release.sh.njk', { ...vars, ...network, release_config: releaseConfig }),
      }),
      directory({ path: '/etc/systemd/system/keepalived.service.d' }),
      unit(
        'keepalived.service.d/pgha.conf',
        render('keepalived/keepalived.service.conf.njk', {
          // Units of systemd 219 want the whole path.
          ip: family === 'el' ? '/usr/sbin/ip' : '/bin/ip',
          vip: vars.vip,
          release_script: paths.release,
          ...network,
        }),
        { enabledNext: 'keepalived.service' },
      ),
      service({ unit: 'keepalived.service', reloadOn: [config], clients }),
    ]
  },
}

/** What a node asks before it thinks that it is cut off: Patroni beside it, that of each other member, and etcd. */
function isolationOf(host: SiteHost, hosts: readonly SiteHost[]) {
  const { name, vars } = host
  const restOf = ({ vars: { address, patroni } }: SiteHost) => `${address}:${patroni.rest_port}`
  const scheme = vars.etcd.cacert === undefined ? 'http' : 'https'
  const etcds = vars.dcs === 'etcd' ? etcdEndpoints(host, hosts) : []
  const [etcd, ...otherEtcds] = etcds.map((server) => `${scheme}://${server}`)
  const own = members(hosts).find((member) => member.name === name)
  return {
    own: own === undefined ? null : restOf(own),
    others: members(hosts).flatMap((member) => (member.name === name ? [] : [restOf(member)])),
    // Patroni's memory of etcd stays fresh by its own server, whose leader is gone (`dcs_last_seen`, KVCache of Patroni 3 and 4).
    ...{ etcd: etcd ?? null, other_etcds: otherEtcds },
    ask_seconds: askMs / 1000,
    // A leader that has not reached the DCS for so long has stepped down (Patroni: retry_timeout, once in a loop).
    dcs_patience_seconds: vars.patroni.loop_wait + vars.patroni.retry_timeout,
  }
}

/** The interface that the VIP lives on and its prefix: as the inventory says, else by the node's route to the VIP. */
function networkOf({ host, facts }: RoleContext): { readonly interface: string; readonly prefix: number } {
  const vars = keepalivedVars(host)
  const name = vars.interface ?? facts.route?.interface
  const prefix = vars.prefix ?? facts.route?.prefix
  if (name !== undefined && prefix !== undefined) return { interface: name, prefix }
  const source = host.sourceOf(['keepalived', 'vip'])
  throw new PghaError('input', `the node has no route to the VIP ${vars.vip}`, {
    host: host.name,
    hint: 'set keepalived.interface and keepalived.prefix, or correct keepalived.vip',
    ...(source === undefined ? {} : { source }),
  })
}

function keepalivedVars(host: SiteHost): KeepalivedVars {
  if (host.vars.keepalived !== undefined) return host.vars.keepalived
  throw new PghaError('input', 'has the role keepalived, but no section keepalived', { host: host.name })
}
