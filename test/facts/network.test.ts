import { describe, expect, it } from 'vitest'

import { networkFragment, parseRoute } from '../../src/facts/network.ts'

const vip = '198.18.1.100'

// iproute2 6.15 of Debian 13.
const notHolder = `198.18.1.100 dev eth0 src 198.18.1.11 uid 0 \\    cache 
--
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
238: eth0    inet 198.18.1.11/24 brd 198.18.1.255 scope global eth0\\       valid_lft forever preferred_lft forever
`

const holder = `local 198.18.1.100 dev lo src 198.18.1.12 uid 0 \\    cache <local> 
--
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
240: eth0    inet 198.18.1.12/24 brd 198.18.1.255 scope global eth0\\       valid_lft forever preferred_lft forever
240: eth0    inet 198.18.1.100/24 scope global secondary proto keepalived eth0\\       valid_lft forever preferred_lft forever
`

const noRoute = `
--
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: eth0    inet 198.18.1.11/24 brd 198.18.1.255 scope global eth0\\       valid_lft forever preferred_lft forever
`

// iproute2 4.11 of CentOS 7, with a second network; the VIP lies in that.
const twoNetworks = `198.18.1.100 dev ens192 src 198.18.1.13 \\    cache 
--
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: ens160    inet 192.0.2.13/26 brd 192.0.2.63 scope global noprefixroute ens160\\       valid_lft forever preferred_lft forever
3: ens192    inet 198.18.1.13/23 brd 198.18.1.255 scope global noprefixroute ens192\\       valid_lft forever preferred_lft forever
`

const viaGateway = twoNetworks.replace(
  '198.18.1.100 dev ens192 src 198.18.1.13',
  '198.18.1.100 via 192.0.2.1 dev ens160 src 192.0.2.13',
)

const onlyVip = holder.replace(/^240: eth0 {4}inet 198\.18\.1\.12.*\n/m, '')

describe('the route to the VIP', () => {
  it.each([
    [
      'leads through the interface of its network',
      notHolder,
      { interface: 'eth0', address: '198.18.1.11', prefix: 24 },
    ],
    [
      'is that of the other address on the interface where the node holds it',
      holder,
      { interface: 'eth0', address: '198.18.1.12', prefix: 24 },
    ],
    [
      'is the VIP itself where it is the only address there',
      onlyVip,
      { interface: 'eth0', address: vip, prefix: 24 },
    ],
    [
      'is that of the right one of two networks',
      twoNetworks,
      { interface: 'ens192', address: '198.18.1.13', prefix: 23 },
    ],
    ['goes through a gateway', viaGateway, { interface: 'ens160', address: '192.0.2.13', prefix: 26 }],
    ['is not there', noRoute, undefined],
    ['is not known on a node without ip', '\n--\n', undefined],
    ['is not known from nothing', '', undefined],
  ])('%s', (_, printed, route) => {
    expect(parseRoute(printed, vip)).toEqual(route)
  })

  it('is asked for as one word, whatever it is', () => {
    expect(networkFragment('1; reboot')).toContain(`<<'E'\naddr show\nroute get 1;\nE`)
  })
})
