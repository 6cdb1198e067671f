import type { Resource } from '../../engine/resource.ts'
import { packages } from '../../resources/package/package.ts'
import { pythonVenv } from '../../resources/python-venv.ts'
import type { RoleContext } from '../role.ts'
import type { PatroniInstallVars } from './install-vars.ts'
import { patroniLayout, venv } from './layout.ts'

/** What brings Patroni onto the node: packages, or an environment of Python with pinned versions. */
export function patroniInstall({ host, family, readFolder }: RoleContext): readonly Resource[] {
  const { install } = host.vars.patroni
  const { packages: own } = patroniLayout(family, install.method)
  if (install.method === 'package') return packages(family, own)
  const { index_url, wheels } = install
  return [
    ...packages(family, own),
    pythonVenv({
      path: venv,
      program: 'patroni',
      requirements: requirementsOf(install),
      wheels: wheels === undefined ? [] : readFolder(wheels),
      ...(index_url === undefined ? {} : { index: index_url.reveal() }),
    }),
  ]
}

function requirementsOf({ method, requirements, git }: PatroniInstallVars): readonly string[] {
  if (method === 'pip' || git === undefined) return requirements
  const others = requirements.filter((one) => !/^patroni\b/i.test(one))
  return [`patroni[consul] @ git+${git.url}@${git.ref}`, ...others]
}
