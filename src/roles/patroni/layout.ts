import type { Family } from '../../resources/package/package.ts'

/** Where a family of distributions keeps Patroni. */
export interface PatroniLayout {
  readonly packages: readonly string[]
  readonly patroni: string
  readonly config: string
  /** Accepts a configuration, as far as the installed version of Patroni can judge one. */
  readonly validate: string
}

const config = '/etc/patroni/patroni.yml'

// Versions before 3.2 take the running PostgreSQL's port for a mistake: they get only a check that the file is YAML.
const validate = `if patroni --help | grep -q ignore-listen-port; then
  out=$(patroni --validate-config --ignore-listen-port "$F" 2>&1) || { printf '%s\\n' "$out"; exit 1; }
else
  python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$F"
fi`

export function patroniLayout(family: Family): PatroniLayout {
  return layouts[family]
}

const layouts: Record<Family, PatroniLayout> = {
  debian: {
    packages: ['patroni', 'python3-consul', 'python3-psycopg2', 'curl'],
    patroni: '/usr/bin/patroni',
    config,
    validate,
  },
  el: { packages: ['patroni', 'patroni-consul', 'curl'], patroni: '/usr/bin/patroni', config, validate },
}
