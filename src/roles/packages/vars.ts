import * as z from 'zod'
import { line, text } from '../../inventory/fields.ts'
import { RepositoryFields } from './repository-vars.ts'

const Repository = RepositoryFields.extend({
  name: text(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'expected a name of letters, digits and _ . -').meta({
    description: 'name of the file on the node',
  }),
}).refine(({ apt, yum }) => apt !== undefined || yum !== undefined, 'needs apt: or yum:')

/** Where packages come from, besides what the nodes have configured already. */
export const PackagesVars = z.strictObject({
  centos_vault: z
    .union([z.boolean(), line()], { error: 'expected true, false or the address of a copy of the vault' })
    .default(false)
    .meta({
      description:
        'whether CentOS 7 takes its packages from the vault, EPEL and PostgreSQL from their archives',
    }),
  epel_archive: line()
    .default('https://archives.fedoraproject.org/pub/archive/epel')
    .meta({ description: 'with centos_vault: where EPEL 7 is, as <address>/7/<architecture>' }),
  pgdg_archive: line()
    .default('https://yum-archive.postgresql.org')
    .meta({ description: "with centos_vault: where PostgreSQL's packages for EL 7 are" }),
  repositories: z.array(Repository).default([]).meta({ description: 'package repositories to add' }),
})

export type PackagesVars = z.infer<typeof PackagesVars>
