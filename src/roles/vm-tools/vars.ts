import * as z from 'zod'
import { packageName } from '../../inventory/fields.ts'

/** The guest agent of VMware, for the nodes that are its guests. */
export const VmToolsVars = z.strictObject({
  packages: z.array(packageName()).default(['open-vm-tools']).meta({ description: 'packages of the agent' }),
})

export type VmToolsVars = z.infer<typeof VmToolsVars>
