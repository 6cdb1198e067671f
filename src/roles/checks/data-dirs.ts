import type { Path } from '../../inventory/tree.ts'
import { dataFolderReason, isWithin, plainPath } from '../../resources/system-folders.ts'
import { postgresLayout } from '../postgres/layout.ts'
import { type Check, type CheckedHost, type Finding, finding, isGiven, onEachHost, runs } from './check.ts'

interface DataDir {
  readonly folder: string
  readonly path: Path
}

/** Folders of data get an owner and a mode, are filled and, when a host leaves, may be deleted: each needs one of its own. */
export const soundDataDirs: Check = onEachHost((host) => {
  const all = dataDirsOf(host)
  return [...all.flatMap(misplaced), ...all.flatMap((one, index) => shared(host, one, all.slice(0, index)))]
})

function misplaced({ folder, path }: DataDir): readonly Finding[] {
  const reason = dataFolderReason(folder)
  if (reason === undefined) return []
  return [finding(path, `${folder} cannot be a folder of data: ${reason}`, 'such as /srv/postgresql/main')]
}

function shared(host: CheckedHost, one: DataDir, others: readonly DataDir[]): readonly Finding[] {
  const other = others.find(
    ({ folder, path }) =>
      path[0] !== one.path[0] && (isWithin(folder, one.folder) || isWithin(one.folder, folder)),
  )
  if (other === undefined) return []
  const [changed, kept] = isGiven(host, one.path) ? [one, other] : [other, one]
  const how = changed.folder === kept.folder ? 'is also' : 'lies above or below'
  return [
    finding(changed.path, `${changed.folder} ${how} the data of ${String(kept.path[0])} (${kept.folder})`),
  ]
}

function dataDirsOf(host: CheckedHost): readonly DataDir[] {
  const { postgresql, consul, etcd } = host.vars
  const of = (section: string, folder: string) => ({
    folder: plainPath(folder),
    path: [section, 'data_dir'],
  })
  return [
    ...(runs(host, 'consul') && consul ? [of('consul', consul.data_dir)] : []),
    ...(runs(host, 'etcd') && etcd ? [of('etcd', etcd.data_dir)] : []),
    ...(runs(host, 'postgres') && postgresql
      ? postgresDirs(postgresql).map((folder) => of('postgresql', folder))
      : []),
  ]
}

/** The default depends on the distribution, which nobody has asked yet: each may be it. */
function postgresDirs({
  data_dir,
  version,
}: NonNullable<CheckedHost['vars']['postgresql']>): readonly string[] {
  if (data_dir !== undefined) return [data_dir]
  return (['debian', 'el'] as const).map((family) => postgresLayout(family, version).dataDir)
}
