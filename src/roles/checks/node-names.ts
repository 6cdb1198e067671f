import { type Check, type CheckedHost, hostsWith, placeOf, problemAt } from './check.ts'

const path = ['patroni', 'node_name']

/** Two members with one name would take each other's place in the DCS. */
export const duplicateNodeNames: Check = (site) => {
  const owners = new Map<string, CheckedHost>()
  return hostsWith(site, 'patroni').flatMap((host) => {
    const { patroni } = host.vars
    if (patroni === null || patroni === undefined) return []
    const name = patroni.node_name ?? host.name
    const owner = owners.get(name)
    if (owner === undefined) owners.set(name, host)
    if (owner === undefined) return []
    return [problemAt(host, path, `${name} is also the name of ${owner.name} (${placeOf(owner, path)})`)]
  })
}
