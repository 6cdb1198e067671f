import type { Family } from '../../resources/package/package.ts'
import type { DcsName } from '../dcs-defaults.ts'
import type { PatroniInstallVars } from './install-vars.ts'

/** Where Patroni is, and what has to be installed for it. */
export interface PatroniLayout {
  readonly packages: readonly string[]
  readonly patroni: string
  readonly config: string
  /** Accepts a configuration, as far as the installed version of Patroni can judge one. */
  readonly validate: string
}

/** Patroni's own environment of Python, where it is no package of the distribution. */
export const venv = '/opt/patroni'

const config = '/etc/patroni/patroni.yml'

export function patroniLayout(
  family: Family,
  method: PatroniInstallVars['method'],
  dcs: DcsName,
): PatroniLayout {
  const isPackage = method === 'package'
  const bin = isPackage ? '/usr/bin' : `${venv}/bin`
  const tools = method === 'git' ? [...pythonTools[family], 'git'] : pythonTools[family]
  return {
    packages: [...(isPackage ? patroniPackages[family][dcs] : tools), 'curl'],
    patroni: `${bin}/patroni`,
    config,
    validate: isPackage ? validation('patroni', 'python3') : validation(`${bin}/patroni`, `${bin}/python3`),
  }
}

// Versions before 3.2 take the running PostgreSQL's port for a mistake: they get only a check that the file is YAML.
function validation(patroni: string, python: string): string {
  return `if ${patroni} --help | grep -q ignore-listen-port; then
  out=$(${patroni} --validate-config --ignore-listen-port "$F" 2>&1) || { printf '%s\\n' "$out"; exit 1; }
else
  ${python} -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$F"
fi`
}

const patroniPackages: Record<Family, Record<DcsName, readonly string[]>> = {
  debian: {
    consul: ['patroni', 'python3-consul', 'python3-psycopg2'],
    etcd: ['patroni', 'python3-etcd', 'python3-psycopg2'],
  },
  el: { consul: ['patroni', 'patroni-consul'], etcd: ['patroni', 'patroni-etcd'] },
}

const pythonTools: Record<Family, readonly string[]> = { debian: ['python3-venv'], el: ['python3'] }
