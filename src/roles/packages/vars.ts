import * as z from 'zod'
import { line, text } from '../../inventory/fields.ts'

const YumRepository = z.strictObject({
  baseurl: line().meta({ description: 'address of the repository' }),
  gpgkey: line().optional().meta({ description: 'address of its key' }),
  gpgcheck: z.boolean().default(true).meta({ description: 'whether packages have to be signed' }),
})

const Repository = z
  .strictObject({
    name: text(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'expected a name of letters, digits and _ . -').meta({
      description: 'name of the file on the node',
    }),
    apt: text(/^[^\u0000-\u0008\u000b-\u001f\u007f]+$/, 'cannot contain control characters')
      .optional()
      .meta({ description: 'for apt: one "deb …" line or deb822 text' }),
    yum: YumRepository.optional().meta({ description: 'for yum and dnf' }),
    key: line().optional().meta({ description: 'signing key, a file on this machine' }),
  })
  .refine(({ apt, yum }) => apt !== undefined || yum !== undefined, 'needs apt: or yum:')

/** Where packages come from, besides what the nodes have configured already. */
export const PackagesVars = z.strictObject({
  repositories: z.array(Repository).default([]).meta({ description: 'package repositories to add' }),
})

export type PackagesVars = z.infer<typeof PackagesVars>
