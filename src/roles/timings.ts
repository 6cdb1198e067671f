import type { HaproxyVars } from './haproxy/vars.ts'
import type { KeepalivedVars } from './keepalived/vars.ts'
import { balancers, members } from './members.ts'
import type { PatroniVars } from './patroni/vars.ts'
import type { SiteHost } from './site.ts'

/** The settings that decide how long an outage lasts, by their names in the inventory. */
export interface Timings {
  readonly patroni: Pick<
    PatroniVars,
    'ttl' | 'loop_wait' | 'retry_timeout' | 'primary_start_timeout' | 'failsafe_mode' | 'restart_delay_ms'
  >
  readonly haproxy: Pick<
    HaproxyVars,
    'inter_ms' | 'fastinter_ms' | 'downinter_ms' | 'fall' | 'rise' | 'check_timeout_ms' | 'connect_timeout_ms'
  >
  /** Undefined where no node holds a virtual address. */
  readonly keepalived:
    | Pick<
        KeepalivedVars,
        'advert_seconds' | 'priority' | 'check_interval_seconds' | 'check_timeout_ms' | 'check_fall'
      >
    | undefined
}

/**
 * The timings of a site, which are checked to be the same on all its nodes. Of the priorities the lowest counts: its node
 * waits longest before it takes the virtual address. Throws on a site without members, which no check lets pass.
 */
export function timingsOf(hosts: readonly SiteHost[]): Timings {
  const [member] = members(hosts)
  if (member === undefined) throw new Error('a site without members')
  const [balancer = member] = hosts.filter(({ vars }) => vars.roles.includes('haproxy'))
  const sections = balancers(hosts).flatMap(({ vars }) => vars.keepalived ?? [])
  const [lowest] = sections.toSorted((a, b) => a.priority - b.priority)
  return { patroni: member.vars.patroni, haproxy: balancer.vars.haproxy, keepalived: lowest }
}

/** How commits wait for replicas; undefined where the inventory leaves that to the DCS. */
export function synchronousOf(hosts: readonly SiteHost[]): PatroniVars['synchronous'] {
  return members(hosts)[0]?.vars.patroni.synchronous
}
