import { describe, expect, it } from 'vitest'

import type { ServiceWant } from '../../src/resources/service/service.ts'
import { hostsOf, inventory, wantedBy } from './support.ts'

/** The hash of what clients of a service depend on. */
async function clientsOf(name: string, ...vars: readonly string[]): Promise<string | undefined> {
  const wanted = await wantedBy(hostsOf(inventory(), vars), 'n1', 'debian')
  const found = wanted.find(({ id }) => id === `service ${name}`)?.want as ServiceWant
  return found.clients?.sha256
}

describe('what clients depend on', () => {
  it.each([
    ['haproxy', 'haproxy.primary_port=5100', true],
    ['haproxy', 'haproxy.replica_port=5101', true],
    ['haproxy', 'haproxy.bind=["198.18.1.100"]', true],
    ['haproxy', 'haproxy.client_timeout=31m', false],
    ['haproxy', 'haproxy.tcp_user_timeout_ms=9000', false],
    ['keepalived', 'keepalived.vip=198.18.1.101', true],
    ['keepalived', 'keepalived.prefix=25', true],
    ['keepalived', 'keepalived.interface=eth7', true],
    ['keepalived', 'keepalived.virtual_router_id=77', true],
    ['keepalived', 'keepalived.check_fall=7', false],
  ])('%s %s: %s', async (name, change, isOther) => {
    const before = await clientsOf(name)

    expect(before).toMatch(/^[0-9a-f]{64}$/)
    expect((await clientsOf(name, change)) !== before).toBe(isOther)
  })
})
