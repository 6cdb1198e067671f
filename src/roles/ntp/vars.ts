import * as z from 'zod'
import { line, text } from '../../inventory/fields.ts'

const TimeServer = text(/^[A-Za-z0-9][A-Za-z0-9.:-]*$/, 'expected the name or address of a time server')

/** Time zone and clock. */
export const NtpVars = z.strictObject({
  timezone: text(/^[A-Za-z0-9+_-]+(\/[A-Za-z0-9+_-]+)*$/, 'expected a time zone such as Europe/Moscow')
    .default('Etc/UTC')
    .meta({ description: 'time zone of the node' }),
  method: z.enum(['chrony', 'ntpdate']).default('chrony').meta({
    description: "chrony steers the clock; ntpdate sets it every five minutes, the article's way",
  }),
  pools: z
    .array(TimeServer)
    .min(1)
    .default(['pool.ntp.org'])
    .meta({ description: 'pools of time servers; for ntpdate servers as well' }),
  chrony_options: line().optional().meta({
    description: 'options of chronyd, such as -x in a container, whose clock is not its own',
  }),
})

export type NtpVars = z.infer<typeof NtpVars>
