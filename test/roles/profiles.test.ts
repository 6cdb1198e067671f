import { describe, expect, it } from 'vitest'

import { fencingMarginMs, patroniTimeouts } from '../../src/roles/checks/timing.ts'
import { dcsSettings } from '../../src/roles/patroni/dcs-settings.ts'
import { profileNames, profiles } from '../../src/roles/profiles.ts'
import { contentOf, hostsOf, inventory, wantedBy } from './support.ts'

/** The variables of the first node. */
function varsOf(sections: string, patroni = '', extraVars: readonly string[] = []) {
  const [host] = hostsOf(inventory(sections, patroni), extraVars)
  if (host === undefined) throw new Error('no host')
  return host.vars
}

describe('a profile', () => {
  it.each(profileNames)('%s is whole: each of its values becomes a setting', (name) => {
    expect(varsOf(`  profile: ${name}`)).toMatchObject(profiles[name])
  })

  it.each(profileNames)("%s keeps Patroni's rules, and cuts a hung leader off 5 s early", (name) => {
    const { patroni, haproxy } = profiles[name]
    const [host] = hostsOf(inventory(`  profile: ${name}`))

    expect(patroniTimeouts({ hosts: host === undefined ? [] : [host] })).toEqual([])
    expect(patroni.ttl).toBeGreaterThanOrEqual(20)
    expect(fencingMarginMs(haproxy, patroni)).toBeGreaterThanOrEqual(5000)
  })

  it.each(profileNames)('%s fails over at once only where no acknowledged write can be lost', (name) => {
    const { synchronous, primary_start_timeout } = profiles[name].patroni
    expect(primary_start_timeout > 0 || synchronous !== 'off').toBe(true)
  })

  it('gives way to each setting of the inventory, wherever it is written', () => {
    const vars = varsOf('  profile: fast\n  haproxy: { fall: 2 }', '    loop_wait: 4', ['patroni.ttl=25'])

    expect(vars.patroni).toMatchObject({ ttl: 25, loop_wait: 4, retry_timeout: 3 })
    expect(vars.haproxy).toMatchObject({ fall: 2, downinter_ms: 200 })
  })

  it('may come from the command line', () => {
    expect(varsOf('', '', ['profile=wide-area']).patroni.ttl).toBe(60)
  })

  it("can be left for the article's values, setting by setting", () => {
    const vars = varsOf(
      '  haproxy: { inter_ms: 3000, fastinter_ms: 3000, downinter_ms: 3000, fall: 3, rise: 2, check_timeout_ms: 1000 }',
      '    ttl: 30\n    loop_wait: 10\n    retry_timeout: 10\n    primary_start_timeout: 300\n    failsafe_mode: false',
    )
    expect(vars.patroni).toMatchObject({ ttl: 30, loop_wait: 10, retry_timeout: 10, failsafe_mode: false })
  })

  it('sets the synchronous mode, which no profile leaves to the DCS', () => {
    expect(dcsSettings(varsOf('  profile: balanced'))).toMatchObject({ synchronous_mode: false })
    expect(dcsSettings(varsOf('  profile: durable'))).toMatchObject({ synchronous_mode: true })
    expect(dcsSettings(varsOf(''))).not.toHaveProperty('synchronous_mode')
  })

  it('sets what PostgreSQL does about peers that have vanished', () => {
    expect(dcsSettings(varsOf('  profile: wide-area'))).toMatchObject({
      postgresql: { parameters: { tcp_keepalives_idle: 60 } },
    })
  })

  it('makes no virtual address where there is none', () => {
    const text = inventory('  profile: fast\n  roles: [consul, postgres, patroni, haproxy]')
    const hosts = hostsOf(
      text.replace(/^ *keepalived: .*\n/m, '').replaceAll(/, keepalived: \{ priority: \d+ \}/g, ''),
    )
    expect(hosts[0]?.vars.keepalived).toBeUndefined()
  })

  it('is what the files say', async () => {
    const hosts = hostsOf(inventory('  profile: fast'))
    const wanted = await wantedBy(hosts, 'n1', 'debian')
    const haproxy = contentOf(wanted, 'haproxy.cfg')

    expect(haproxy).toContain('inter 500ms fastinter 500ms downinter 200ms fall 7 rise 1 tcp-ut 10000ms\n')
    expect(haproxy).toMatch(/ {4}bind \*:5000 tcp-ut 10000ms\n {4}option httpchk/)
    expect(haproxy).toContain('    srvtcpka-idle 10s\n    clitcpka-intvl 3s\n')
    expect(contentOf(wanted, 'check-haproxy.sh')).toContain('--max-time 0.5 ')
    expect(contentOf(wanted, 'patroni.service')).toContain('RestartSec=100ms')
  })
})
