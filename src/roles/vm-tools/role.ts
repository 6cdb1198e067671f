import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import type { Role } from '../role.ts'

const units = { debian: 'open-vm-tools.service', el: 'vmtoolsd.service' } as const

/** The guest agent of VMware. Other machines cannot run it, so that nodes have to ask for it. */
export const vmTools: Role = {
  name: 'vm-tools',
  tags: ['open-vm-tools'],
  section: 'vm_tools',
  optional: true,

  resources: ({ host, family }) => [
    ...packages(family, host.vars.vm_tools?.packages ?? []),
    service({ unit: units[family] }),
  ],
}
