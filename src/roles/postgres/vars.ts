import * as z from 'zod'
import { absolutePath, line, packageName, port, text } from '../../inventory/fields.ts'

const Version = z.union([z.literal(9.6), z.int().min(10).max(18)], {
  error: 'expected 9.6 or a whole number from 10 to 18, without quotes',
})

const HbaLine = text(
  /^(local|host|hostssl|hostnossl|hostgssenc|hostnogssenc)([ \t]+[^ \t\u0000-\u001f]+){3,}[ \t]*$/,
  'expected a line of pg_hba.conf, such as: host all all 198.18.2.0/24 scram-sha-256',
)

const ParameterName = text(
  /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/,
  'not a name of a PostgreSQL setting',
)

const ParameterValue = z.union([line(), z.number(), z.boolean(), z.literal('')], {
  error: 'expected one line of text, a number, true or false',
})

/** PostgreSQL itself. Patroni starts and configures it. */
export const PostgresqlVars = z.strictObject({
  version: Version.default(17).meta({ description: 'major version: 9.6, or 10 to 18' }),
  port: port().default(5432).meta({ description: 'port of PostgreSQL on each node; clients use HAProxy' }),
  parameters: z.record(ParameterName, ParameterValue).default({}).meta({
    description: 'settings of postgresql.conf, kept in the DCS, the same on all nodes',
  }),
  client_networks: z.array(z.cidrv4()).default([]).meta({
    description: 'networks whose clients may log in at PostgreSQL directly, past HAProxy',
  }),
  hba: z
    .array(HbaLine)
    .default([])
    .meta({ description: 'further lines of pg_hba.conf, after those of pgha' }),
  data_dir: absolutePath()
    .optional()
    .meta({ description: "data directory; default: the distribution's own" }),
  initdb_locale: text(/^[A-Za-z0-9_.@-]+$/, 'not a locale name')
    .optional()
    .meta({
      description:
        'locale of a new cluster, counts once; default: C.UTF-8, and C on EL 7, which has no other',
    }),
  packages: z.array(packageName()).min(1).optional().meta({
    description: 'packages to install instead of those that pgha knows for the distribution',
  }),
})

export type PostgresqlVars = z.infer<typeof PostgresqlVars>
