import * as z from 'zod'
import { packageName, text } from '../../inventory/fields.ts'

/** The tools that operators expect on every server. */
export const EssentialsVars = z.strictObject({
  packages: z.array(packageName()).optional().meta({
    description: "packages to install; default: the article's list, by the distribution's names",
  }),
  groups: z
    .array(text(/^[a-z0-9][a-z0-9-]*$/, "expected a group's id, such as development"))
    .optional()
    .meta({ description: 'groups of packages, on EL; default: development' }),
})

export type EssentialsVars = z.infer<typeof EssentialsVars>
