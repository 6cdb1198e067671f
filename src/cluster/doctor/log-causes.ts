/** A cause that programs name in their own words. */
export interface LogCause {
  readonly cause: string
  readonly pattern: RegExp
  readonly lasting: boolean
  /** What to do on `host`, given the parts that the pattern caught. */
  readonly remedy: (host: string, parts: readonly string[]) => string
}

// Every pattern was seen on a lab node (PostgreSQL 17, Patroni 4.0, Consul 1.8, HAProxy 3.0) with the fault planted;
// the wordings of PostgreSQL are the same since 9.6 unless noted.
export const logCauses: readonly LogCause[] = [
  {
    cause: 'disk full',
    pattern: /No space left on device|no space left on device/,
    lasting: true,
    remedy: (host) =>
      `free space on ${host} (df -h), then: systemctl restart patroni if PostgreSQL stays down`,
  },
  {
    cause: 'data directory not usable',
    pattern:
      /data directory "(.+)" has (?:invalid permissions|group or world access|wrong ownership)|PermissionError: \[Errno 13\] Permission denied: '(.+)'/,
    lasting: true,
    remedy: (host, [first, second]) =>
      `on ${host}: chown postgres: ${first ?? second ?? ''} && chmod 700 ${first ?? second ?? ''}`,
  },
  {
    cause: 'program or module missing',
    pattern:
      /Can not find suitable configuration of distributed configuration store|ModuleNotFoundError: .+|ImportError: .+|status=203\/EXEC/,
    lasting: true,
    remedy: (host) =>
      `run pgha apply --limit ${host}; if it finds nothing, reinstall the packages of Patroni and of its DCS client (python3-consul or python3-etcd)`,
  },
  {
    cause: 'wrong bind address',
    pattern: /[Cc]annot assign requested address/,
    lasting: true,
    remedy: (host) =>
      `an address to listen on is not on ${host} (ip -4 addr): correct "address" (or what was edited by hand) and run pgha apply --limit ${host}`,
  },
  {
    cause: 'port in use',
    pattern: /Address already in use|address already in use/,
    lasting: true,
    remedy: (host) =>
      `see who listens: ss -ltnp on ${host}; stop that program, or choose another port in the inventory`,
  },
  {
    cause: 'pg_hba rejection',
    pattern: /no pg_hba\.conf entry for (?:replication connection from )?host "([^"]+)", user "([^"]+)"/,
    lasting: true,
    remedy: (_, [from, user]) =>
      `let ${user ?? 'the user'} in from ${from ?? 'that host'}: run pgha apply, which writes the lines of all members; add others under postgresql.hba`,
  },
  {
    cause: 'password rejection',
    pattern: /password authentication failed for user "([^"]+)"/,
    lasting: true,
    remedy: (host, [user]) =>
      `the password of ${user ?? 'the role'} in patroni.yml on ${host} is not that of the database: run pgha apply, or ALTER ROLE ${user ?? ''} on the leader`,
  },
  {
    cause: 'timeline divergence',
    pattern:
      /highest timeline \d+ of the primary is behind recovery timeline \d+|requested timeline \d+ is not a child of this server's history|new timeline \d+ forked off current database system timeline \d+ before current recovery point/,
    lasting: false,
    remedy: (host) =>
      `its data went another way than the leader's: save what is only on ${host}, then pgha reinit its member (postgresql.use_pg_rewind does it when on)`,
  },
  {
    cause: 'replication slot missing',
    pattern: /replication slot "([^"]+)" does not exist|all replication slots are in use/,
    lasting: false,
    remedy: (host, [slot]) =>
      `the leader has no slot ${slot ?? 'left'}: see postgresql.use_slots and max_replication_slots in the DCS, and primary_slot_name on ${host}`,
  },
  {
    cause: 'WAL no longer there',
    pattern: /requested WAL segment (\S+) has already been removed/,
    lasting: true,
    remedy: (host) => `the leader no longer has what ${host} needs: pgha reinit its member`,
  },
]
