import type { Problem } from '../../shared/errors.ts'
import { type CheckedHost, type CheckedSite, placeOf, problemAt } from './check.ts'

/** Taking a server out of etcd is done by hand, before: the others would wait for it for ever. */
export function etcdServersStay(absent: readonly CheckedHost[]): readonly Problem[] {
  return absent.flatMap((host) => {
    const { dcs, roles, etcd } = host.vars
    if (dcs !== 'etcd' || roles?.includes('etcd') !== true || etcd?.server !== true) return []
    const message = `${host.name} is a server of etcd, which pgha does not take out`
    const hint = `\`etcdctl member remove\` first, then set etcd.server: false on ${host.name} and apply`
    return [problemAt(host, ['roles'], message, hint)]
  })
}

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
