import * as z from 'zod'
import { line, text } from '../../inventory/fields.ts'

const command = (description: string) => line().optional().meta({ description })

const Power = z.strictObject({
  off: command('cuts the power of $PGHA_HOST, as pulling the plug does'),
  on: command('switches $PGHA_HOST on'),
  freeze: command('stops all of $PGHA_HOST, as a hypervisor pauses a guest'),
  thaw: command('lets $PGHA_HOST go on'),
  reboot: command('resets $PGHA_HOST'),
})

const FaultName = text(/^[a-z][a-z0-9-]{0,40}$/, 'not the name of a fault; pgha drill --list names them')

/** How `pgha drill` may break this cluster. Nothing here changes a node. */
export const DrillVars = z.strictObject({
  power: Power.prefault({}).meta({
    description:
      'commands of your hypervisor, run on this machine by /bin/sh with PGHA_HOST and PGHA_ADDRESS set; without them faults of whole nodes are not tested',
  }),
  outage_seconds: z.record(FaultName, z.number().min(0).max(86_400)).default({}).meta({
    description: 'by fault: the longest write outage that passes; counts where it is less than the formula',
  }),
})

export type DrillVars = z.infer<typeof DrillVars>
