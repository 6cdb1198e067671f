import type { Role } from '../role.ts'
import { el7Repositories } from './el7-vault.ts'
import { wantedRepository } from './wanted.ts'

/** The sources that packages come from, beside those that the node has. */
export const repositories: Role = {
  name: 'repositories',
  tags: [],
  section: 'packages',

  resources: (context) => [
    ...el7Repositories(context),
    ...context.host.vars.packages.repositories.flatMap((wanted) =>
      wantedRepository(wanted.name, wanted, context),
    ),
  ],
}
