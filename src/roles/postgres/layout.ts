import type { Family } from '../../resources/package/package.ts'

/** Where a family of distributions keeps PostgreSQL, and what it calls it. */
export interface PostgresLayout {
  readonly packages: readonly string[]
  readonly binDir: string
  readonly dataDir: string
  readonly socketDir: string
  readonly home: string
  /** The distribution's own units, which must never start PostgreSQL behind Patroni's back. */
  readonly units: readonly string[]
}

/** Debian's layout is that of its own packages and of apt.postgresql.org; EL's is that of PGDG. */
export function postgresLayout(family: Family, version: number): PostgresLayout {
  return layouts[family](String(version))
}

const layouts: Record<Family, (version: string) => PostgresLayout> = {
  debian: (version) => ({
    // The contributed modules had a package of their own up to 9.6.
    packages: [`postgresql-${version}`, ...(version === '9.6' ? ['postgresql-contrib-9.6'] : [])],
    binDir: `/usr/lib/postgresql/${version}/bin`,
    dataDir: `/var/lib/postgresql/${version}/main`,
    socketDir: '/var/run/postgresql',
    home: '/var/lib/postgresql',
    units: ['postgresql.service'],
  }),
  el: (version) => ({
    packages: ['server', 'contrib'].map((part) => `postgresql${version.replace('.', '')}-${part}`),
    binDir: `/usr/pgsql-${version}/bin`,
    dataDir: `/var/lib/pgsql/${version}/data`,
    socketDir: '/var/run/postgresql',
    home: '/var/lib/pgsql',
    units: [`postgresql-${version}.service`],
  }),
}
