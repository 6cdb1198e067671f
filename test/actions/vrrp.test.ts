import { describe, expect, it } from 'vitest'

import { changesVrrp, goesOnWithVrrp } from '../../src/actions/vrrp.ts'
import type { Change } from '../../src/engine/plan.ts'

function change(host: string, resource: string, more: Partial<Change> = {}): Change {
  const [kind = ''] = resource.split(' ')
  const summary = kind === 'file' ? 'content' : 'newer than the process'
  return { host, resource, kind, role: 'keepalived', verb: 'update', summary, disruption: 'none', ...more }
}

const reload = (host: string) => change(host, 'service keepalived', { verb: 'reload', disruption: 'reload' })

const config = (host: string, before: string, after: string, more: Partial<Change> = {}) =>
  change(host, 'file /etc/keepalived/keepalived.conf', {
    text: { before: `a\n${before}\nb\n`, after: `a\n${after}\nb\n` },
    ...more,
  })

const hostsOf = (changes: readonly Change[]) =>
  ['n1', 'n2', 'n3'].filter((host) => changesVrrp({ changes, hosts: 3, resources: 3 }, host))

describe('what the peers of VRRP must have alike', () => {
  it.each([
    ['the interval', '    advert_int 2', '    advert_int 1'],
    ['the router id', '    virtual_router_id 150', '    virtual_router_id 151'],
    ['the VIP', '        198.18.1.100/24 dev eth0', '        198.18.1.101/24 dev eth0'],
  ])('is %s', (_, before, after) => {
    const changes = ['n1', 'n2'].flatMap((host) => [config(host, before, after), reload(host)])
    expect(hostsOf(changes)).toEqual(['n1', 'n2'])
  })

  it('is the password, which no plan shows', () => {
    const hidden = config('n1', 'priority 1', 'priority 2', { summary: 'content (secret values too)' })
    expect(hostsOf([hidden, reload('n1'), reload('n2')])).toEqual(['n1', 'n2'])
  })

  it('is not what each has for itself', () => {
    const changes = ['n1', 'n2'].flatMap((host) => [
      config(host, '    priority 101', '    priority 90'),
      reload(host),
    ])
    expect(hostsOf(changes)).toEqual([])
    expect(hostsOf([config('n1', '', '        198.18.1.14'), reload('n1')])).toEqual([])
  })

  it('may be what was written and not read', () => {
    expect(hostsOf([reload('n1'), reload('n3')])).toEqual(['n1', 'n3'])
  })

  it('is nothing where keepalived only starts, or on a node with no change', () => {
    const start = change('n1', 'service keepalived', { verb: 'start' })
    expect(hostsOf([config('n1', 'advert_int 2', 'advert_int 1'), start])).toEqual([])
  })
})

describe('a keepalived that starts', () => {
  it('waits until its peers have read that it is there', () => {
    const changes = [
      change('n4', 'service keepalived', { verb: 'start' }),
      config('n1', '', '        198.18.1.14'),
      reload('n1'),
      change('n2', 'service haproxy', { verb: 'start', role: 'haproxy' }),
    ]
    const goesOn = ['n1', 'n2', 'n4'].filter((host) =>
      goesOnWithVrrp({ changes, hosts: 3, resources: 3 }, host),
    )
    expect(goesOn).toEqual(['n1', 'n2'])
  })
})
