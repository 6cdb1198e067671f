import * as z from 'zod'
import { InputError, type Problem } from '../shared/errors.ts'
import type { Host, Inventory } from '../inventory/inventory.ts'
import { draftInventory } from '../inventory/load.ts'
import { ConsulVars } from './consul/vars.ts'
import { HaproxyVars } from './haproxy/vars.ts'
import { KeepalivedVars } from './keepalived/vars.ts'
import { PackagesVars } from './packages/vars.ts'
import { PatroniVars } from './patroni/vars.ts'
import { PostgresqlVars } from './postgres/vars.ts'
import { SshVars } from './ssh/vars.ts'

/** The roles a node can have, in the order in which they are built. */
export const roleNames = ['consul', 'postgres', 'patroni', 'haproxy', 'keepalived'] as const

export type RoleName = (typeof roleNames)[number]

/** All variables of a node. */
export const SiteVars = z.strictObject({
  address: z.ipv4().meta({ description: 'IPv4 address of the node, reached by pgha and by the other nodes' }),
  roles: z
    .array(z.enum(roleNames))
    .default([...roleNames])
    .meta({ description: 'what runs on the node; default: all' }),
  ssh: SshVars.prefault({}).meta({ description: 'how pgha gets onto the node' }),
  packages: PackagesVars.prefault({}).meta({ description: 'where packages come from' }),
  postgresql: PostgresqlVars.prefault({}).meta({ description: 'the database' }),
  consul: ConsulVars.prefault({}).meta({ description: 'the DCS' }),
  patroni: PatroniVars.meta({ description: 'the keeper of the cluster' }),
  haproxy: HaproxyVars.prefault({}).meta({ description: 'the way to the leader and to the replicas' }),
  keepalived: KeepalivedVars.optional().meta({
    description: 'the virtual address; needed where the role is',
  }),
})

export type SiteVars = z.infer<typeof SiteVars>

export type SiteInventory = Inventory<SiteVars>

export type SiteHost = Host<SiteVars>

export interface SiteOptions {
  readonly file: string
  readonly extraVars?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export interface Site {
  readonly inventory: SiteInventory
  readonly warnings: readonly Problem[]
}

/** Loads the site and checks that its parts agree. Throws an `InputError` with everything that is wrong. */
export function loadSite(options: SiteOptions): Site {
  const draft = draftInventory({ ...options, schema: SiteVars })
  if (draft.problems.length > 0) throw new InputError(draft.problems)
  return { inventory: draft.inventory, warnings: [] }
}
