import { isEl7, type Os } from '../../facts/os.ts'
import type { Resource } from '../../engine/resource.ts'
import { packages } from '../../resources/package/package.ts'
import { pythonVenv } from '../../resources/python-venv.ts'
import type { DcsName } from '../dcs-defaults.ts'
import type { RoleContext } from '../role.ts'
import type { PatroniInstallVars } from './install-vars.ts'
import { patroniLayout, venv } from './layout.ts'

/** What brings Patroni onto the node: packages, or an environment of Python with pinned versions. */
export function patroniInstall({ host, family, facts, readFolder }: RoleContext): readonly Resource[] {
  const { dcs } = host.vars
  const { install } = host.vars.patroni
  const { packages: own } = patroniLayout(family, install.method, dcs)
  if (install.method === 'package') return packages(family, own)
  const { index_url, wheels } = install
  return [
    ...packages(family, own),
    pythonVenv({
      path: venv,
      program: 'patroni',
      requirements: requirementsOf(install, dcs, facts.os),
      wheels: wheels === undefined ? [] : readFolder(wheels),
      ...(index_url === undefined ? {} : { index: index_url.reveal() }),
    }),
  ]
}

function requirementsOf(
  { method, requirements, git }: PatroniInstallVars,
  dcs: DcsName,
  os: Os,
): readonly string[] {
  if (method === 'pip' || git === undefined) return requirements
  const others = requirements.filter((one) => !/^patroni\b/i.test(one))
  const patroni = `patroni[${dcs === 'etcd' ? 'etcd3' : 'consul'}]`
  const at = `git+${git.url}@${git.ref}`
  // pip 9 of EL 7 knows only the first form, and pip before 24 takes an address without a host only so.
  const isOldForm = git.url.startsWith('file:') || isEl7(os)
  return [isOldForm ? `${at}#egg=${patroni}` : `${patroni} @ ${at}`, ...others]
}
