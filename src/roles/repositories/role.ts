import type { Role } from '../role.ts'
import { wantedRepository } from './wanted.ts'

/** The sources that packages come from, beside those that the node has. */
export const repositories: Role = {
  name: 'repositories',
  tags: [],
  section: 'packages',

  resources: (context) =>
    context.host.vars.packages.repositories.flatMap((wanted) =>
      wantedRepository(wanted.name, wanted, context),
    ),
}
