import { diffLines } from 'diff'

import type { Change, Plan } from '../engine/plan.ts'

// keepalived 2.2.7 and 2.3.3: an advert of VRRP 2 with another interval, password or list of addresses is dropped, one with
// another id is of another router.
const agreed =
  /^ *(advert_int|auth_type|auth_pass|virtual_router_id|interface|vrrp_version)\b|^ *[0-9a-fA-F.:]+\/[0-9]+ dev /m

/**
 * The host has a keepalived at work that is to change what its peers must have, too, or that has not read yet what was
 * changed: what that was is not known any more.
 */
export function changesVrrp({ changes }: Plan, host: string): boolean {
  const isOfKeepalived = ({ role }: Change) => role === 'keepalived'
  const reloads = changes.filter(
    (one) => isOfKeepalived(one) && one.kind === 'service' && one.verb === 'reload',
  )
  if (!reloads.some((one) => one.host === host)) return false
  return reloads.some(({ host: name }) => {
    const config = changes.find((one) => one.host === name && one.resource === configFile)
    return config === undefined || isAgreed(config)
  })
}

/** The host does not start its keepalived in this run: it is at work, or stays away. */
export function goesOnWithVrrp({ changes }: Plan, host: string): boolean {
  return !changes.some(
    ({ host: name, role, kind, verb }) =>
      name === host && role === 'keepalived' && kind === 'service' && verb === 'start',
  )
}

const configFile = 'file /etc/keepalived/keepalived.conf'

/** Its only secret is the password. */
function isAgreed({ text, verb, summary }: Change): boolean {
  if (verb !== 'update' || text === undefined || summary.includes('secret values')) return true
  return diffLines(text.before, text.after).some(
    ({ added, removed, value }) => (added || removed) && agreed.test(value),
  )
}
