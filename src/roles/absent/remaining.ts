import type { Resource } from '../../engine/resource.ts'
import { absentMember } from '../../resources/absent-member.ts'
import { absentAgent, absentPeer } from '../../resources/consul-peer.ts'
import { nodeName } from '../members.ts'
import type { SiteHost } from '../site.ts'
import { ofAbsent } from './leaving.ts'

/** A host under `absent:`, and whether this run has reached it. */
export interface AbsentHost {
  readonly host: SiteHost
  readonly isReached: boolean
}

/** What a host that stays sees to: Patroni and the DCS know those no more that have left, living or dead. */
export function remainingOn(speaker: SiteHost, absent: readonly AbsentHost[]): readonly Resource[] {
  const { roles, address, patroni, consul } = speaker.vars
  return absent.flatMap(({ host, isReached }) => {
    const isMember = roles.includes('patroni') && host.vars.roles.includes('patroni')
    const isPeer =
      roles.includes('consul') && host.vars.roles.includes('consul') && consul.external === undefined
    const peer = { name: host.name, isLost: !isReached }
    const url = `http://${address}:${patroni.rest_port}`
    return [
      ...(isMember ? [absentMember({ member: nodeName(host), url })] : []),
      ...(isPeer ? [absentPeer(peer), absentAgent(peer)] : []),
    ].map((wanted) => ofAbsent(host, wanted))
  })
}
