import { hostname as hostnameResource } from '../../resources/hostname.ts'
import type { Role } from '../role.ts'

/** The node bears the name that the inventory gives it. */
export const hostname: Role = {
  name: 'hostname',
  tags: [],
  section: 'hostname',
  optional: true,

  resources: ({ host }) => [hostnameResource(host.vars.hostname?.name ?? host.name)],
}
