import * as z from 'zod'
import { text } from '../../inventory/fields.ts'
import { RepositoryFields } from './repository-vars.ts'

const Repository = RepositoryFields.extend({
  name: text(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'expected a name of letters, digits and _ . -').meta({
    description: 'name of the file on the node',
  }),
}).refine(({ apt, yum }) => apt !== undefined || yum !== undefined, 'needs apt: or yum:')

/** Where packages come from, besides what the nodes have configured already. */
export const PackagesVars = z.strictObject({
  repositories: z.array(Repository).default([]).meta({ description: 'package repositories to add' }),
})

export type PackagesVars = z.infer<typeof PackagesVars>
