import * as z from 'zod'
import { text } from '../../inventory/fields.ts'

/** The node's own name. */
export const HostnameVars = z.strictObject({
  name: text(
    /^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    'expected a host name of letters, digits, - and .',
  )
    .optional()
    .meta({ description: "the node's own name; default: its name in the inventory" }),
})

export type HostnameVars = z.infer<typeof HostnameVars>
