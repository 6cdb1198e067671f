import * as z from 'zod'
import { secret, text, wholeNumber } from '../../inventory/fields.ts'
import { defaults } from '../profiles.ts'

// auth_pass: keepalived uses the first 8 characters and drops the rest with a warning (keepalived.conf(5)). It has no
// quoting, so that # ! { and the like would cut the value.
const VrrpSecret = secret(
  { pattern: /^.{0,8}$/, message: 'longer than the 8 characters that VRRP uses' },
  { pattern: /^[A-Za-z0-9_.-]*$/, message: 'a VRRP secret is made of letters, digits and _ . -' },
)

/** keepalived holds the virtual address on one node whose HAProxy works. */
export const KeepalivedVars = z.strictObject({
  vip: z.ipv4().meta({ description: 'virtual address that clients connect to' }),
  prefix: wholeNumber(1, 32).optional().meta({
    description: "prefix length of the virtual address; default: that of the interface's network",
  }),
  interface: text(/^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,14}$/, 'not the name of an interface')
    .optional()
    .meta({
      description: 'interface of the virtual address; default: the one that leads to it',
    }),
  virtual_router_id: wholeNumber(1, 255).default(51).meta({
    description: 'number of this cluster in VRRP, unique in its network',
  }),
  priority: wholeNumber(1, 254).default(100).meta({
    description: 'who gets the virtual address first: the highest; different on each node',
  }),
  vrrp_secret: VrrpSecret.meta({ description: 'shared secret of VRRP, 4 to 8 characters' }),
  advert_seconds: wholeNumber(1, 60)
    .default(defaults.keepalived.advert_seconds)
    .meta({ description: 'seconds between two VRRP adverts' }),
  check_interval_seconds: wholeNumber(1, 60)
    .default(defaults.keepalived.check_interval_seconds)
    .meta({ description: 'seconds between two checks of the HAProxy of the node' }),
  check_timeout_ms: wholeNumber(100, 60_000)
    .default(defaults.keepalived.check_timeout_ms)
    .meta({ description: 'ms until such a check without answer fails' }),
  check_fall: wholeNumber(1, 100)
    .default(defaults.keepalived.check_fall)
    .meta({ description: 'failed checks until the virtual address moves' }),
  check_rise: wholeNumber(1, 100)
    .default(defaults.keepalived.check_rise)
    .meta({ description: 'good checks until the node may hold it again' }),
  unicast: z.boolean().default(true).meta({ description: 'adverts to each peer; false: multicast' }),
})

export type KeepalivedVars = z.infer<typeof KeepalivedVars>
