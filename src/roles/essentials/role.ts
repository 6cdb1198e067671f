import { packageGroup } from '../../resources/package/group.ts'
import { packages } from '../../resources/package/package.ts'
import type { Role } from '../role.ts'
import { essentialPackages } from './packages.ts'

/** The tools that operators expect on every server. */
export const essentials: Role = {
  name: 'essentials',
  tags: ['software'],
  section: 'essentials',
  optional: true,

  resources({ host, family, facts }) {
    const { packages: wanted, groups = ['development'] } = host.vars.essentials ?? {}
    return [
      ...packages(family, wanted ?? essentialPackages(facts.os)),
      ...(family === 'el' ? groups.map((id) => packageGroup(id)) : []),
    ]
  },
}
