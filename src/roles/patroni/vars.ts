import * as z from 'zod'
import { port, roleName, secret, text, wholeNumber } from '../../inventory/fields.ts'
import { defaults } from '../profiles.ts'
import { PatroniInstallVars } from './install-vars.ts'

const Tags = z.strictObject({
  nofailover: z.boolean().optional().meta({ description: 'never becomes leader' }),
  noloadbalance: z.boolean().optional().meta({ description: 'gets no read-only clients' }),
  clonefrom: z.boolean().default(true).meta({
    description: 'new members are cloned from such a replica; from the leader where there is none',
  }),
  nosync: z.boolean().optional().meta({ description: 'never becomes a synchronous standby' }),
})

/** Options of pg_basebackup, which makes new members. */
const Basebackup = z.strictObject({
  checkpoint: z.enum(['fast', 'spread']).default('fast').meta({
    description:
      'spread: begins a copy with an unhurried checkpoint, up to checkpoint_timeout later; fast: at once, which writes much',
  }),
  max_rate: text(/^[0-9]+[kM]?$/, 'expected a rate such as 100M, per second')
    .optional()
    .meta({
      description: 'bytes a second that a copy may take from its source, in k or M; default: all it can',
    }),
})

/** Patroni silently raises what is below its floors (config.py, _validate_and_adjust_timeouts); here that is an error. */
function aboveFloor(floor: number, max: number) {
  return z.int().min(floor, `has to be at least ${floor}, Patroni's own floor`).max(max)
}

/** Whether a commit waits for replicas, and for which (replication_modes.rst of Patroni). */
export const synchronousModes = ['off', 'on', 'strict', 'quorum'] as const

/** Patroni runs PostgreSQL and elects the leader. */
export const PatroniVars = z.strictObject({
  scope: text(/^[A-Za-z0-9_.-]{1,63}$/, 'expected letters, digits and _ . -').meta({
    description: 'name of the cluster in the DCS',
  }),
  node_name: text(/^[A-Za-z0-9_.-]{1,63}$/, 'expected letters, digits and _ . -')
    .optional()
    .meta({
      description: 'name of this member in the DCS; default: the host name in the inventory',
    }),
  namespace: text(/^\/[A-Za-z0-9_./-]*$/, 'expected a path such as /service')
    .default('/service')
    .meta({
      description: 'where in the DCS all Patroni clusters live',
    }),

  install: PatroniInstallVars.prefault({}).meta({ description: 'how Patroni gets onto the node' }),

  rest_port: port().default(8008).meta({ description: 'port of the REST API' }),
  rest_user: text(/^[A-Za-z0-9_.-]{1,63}$/, 'expected letters, digits and _ . -')
    .default('patroni')
    .meta({
      description: 'user for calls of the REST API that change something',
    }),
  rest_password: secret().meta({ description: 'password of rest_user' }),

  superuser: roleName().default('postgres').meta({ description: 'superuser that Patroni works as' }),
  superuser_password: secret().meta({ description: 'password of the superuser' }),
  replication_user: roleName().default('replicator').meta({ description: 'role that replicas stream as' }),
  replication_password: secret().meta({ description: 'password of the replication role' }),
  rewind_user: roleName().default('rewind').meta({ description: 'role for pg_rewind, from PostgreSQL 11' }),
  rewind_password: secret().optional().meta({
    description: 'password of the rewind role; without it pg_rewind works as superuser',
  }),

  ttl: aboveFloor(20, 3600)
    .default(defaults.patroni.ttl)
    .meta({ description: 'seconds after which a silent leader loses its lock' }),
  loop_wait: aboveFloor(1, 600)
    .default(defaults.patroni.loop_wait)
    .meta({ description: 'seconds between two rounds of Patroni' }),
  retry_timeout: aboveFloor(3, 600).default(defaults.patroni.retry_timeout).meta({
    description: 'seconds for which failing calls to the DCS or PostgreSQL are repeated',
  }),
  maximum_lag_on_failover: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(1_048_576).meta({
    description: 'bytes a replica may lag behind and still become leader',
  }),
  primary_start_timeout: wholeNumber(0, 86_400).default(defaults.patroni.primary_start_timeout).meta({
    description: 'seconds that a crashed leader may take to start; 0 only with synchronous replication',
  }),
  synchronous: z.enum(synchronousModes).optional().meta({
    description:
      'off: asynchronous; on: a commit waits for a replica; strict: also when there is none; quorum: for any of them, from Patroni 4.0. Not set: as the DCS has it, which is off for a new cluster',
  }),
  synchronous_count: wholeNumber(1, 16).default(1).meta({
    description: 'how many replicas a commit waits for, in synchronous mode',
  }),
  failsafe_mode: z.boolean().default(true).meta({
    description: 'whether the leader goes on without the DCS while it reaches all members',
  }),
  restart_delay_ms: wholeNumber(0, 60_000).default(defaults.patroni.restart_delay_ms).meta({
    description: 'ms until systemd restarts a Patroni that has died',
  }),
  watchdog: z.enum(['off', 'automatic', 'required', 'auto']).default('auto').meta({
    description: 'auto: required where the node has a watchdog device, else off with a warning',
  }),
  basebackup: Basebackup.prefault({}).meta({ description: 'how new members are copied' }),
  tags: Tags.prefault({}).meta({ description: 'tags of this member' }),
  prune: z
    .array(text(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'expected a path such as postgresql.parameters.work_mem'))
    .default([])
    .meta({
      description: 'keys of the dynamic configuration that the next apply removes, with all below them',
    }),
  dcs: z.record(z.string().min(1), z.json()).default({}).meta({
    description: 'further keys of the dynamic configuration, such as maximum_lag_on_syncnode',
  }),
})

export type PatroniVars = z.infer<typeof PatroniVars>
