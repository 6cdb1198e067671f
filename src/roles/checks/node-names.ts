import type { Problem } from '../../shared/errors.ts'
import { type Check, type CheckedHost, hostsWith, isGiven, placeOf, problemAt } from './check.ts'

const path = ['patroni', 'node_name']

/** Two members with one name would take each other's place in the DCS. */
export const duplicateNodeNames: Check = (site) => {
  const owners = new Map<string, CheckedHost>()
  return hostsWith(site, 'patroni').flatMap((host) => {
    const { patroni } = host.vars
    if (!patroni) return []
    const name = patroni.node_name ?? host.name
    const owner = owners.get(name)
    if (owner === undefined) owners.set(name, host)
    return owner === undefined ? [] : [clash(name, owner, host)]
  })
}

// Said where a name was given: the other may be the default, the name of the host.
function clash(name: string, first: CheckedHost, second: CheckedHost): Problem {
  const [said, other] = isGiven(second, path) ? [second, first] : [first, second]
  const place = placeOf(other, isGiven(other, path) ? path : [])
  return problemAt(said, path, `${said.name} and ${other.name} would both be the member ${name} (${place})`)
}
