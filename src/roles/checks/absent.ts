import type { Problem } from '../../shared/errors.ts'
import { type CheckedHost, type CheckedSite, placeOf, problemAt } from './check.ts'

/** What answers at the address of a host that stays would be stopped in place of the one that leaves. */
export function takenAddresses({ hosts }: CheckedSite, absent: readonly CheckedHost[]): readonly Problem[] {
  return absent.flatMap((host) => {
    const owner = hosts.find(({ vars }) => vars.address === host.vars.address)
    if (owner === undefined) return []
    const message = `${String(host.vars.address)} is the address of ${owner.name}, which stays (${placeOf(owner, ['address'])})`
    const hint = `a machine that took the address over: remove ${host.name} from absent`
    return [problemAt(host, ['address'], message, hint)]
  })
}
