import { type Difference, resource, type Resource, type ResourceType } from '../../engine/resource.ts'
import { apt } from './apt.ts'
import { type PackageManager, type PackageState, parseQuery } from './manager.ts'
import { yum } from './yum.ts'

export interface PackageWant {
  readonly name: string
  /** Pinned exactly; when not given, any installed version is as wanted. */
  readonly version?: string
}

/** Families of distributions that share package tools, names and paths. */
export type Family = 'debian' | 'el'

/** Packages that are there; all missing ones of a host are installed in one transaction. */
export function packages(family: Family, wants: readonly (string | PackageWant)[]): readonly Resource[] {
  return wants.map((want) => {
    const wanted = typeof want === 'string' ? { name: want } : want
    return resource(packageTypes[family], wanted.name, wanted, 'packages')
  })
}

/** The package type over one manager. */
export function packageType(manager: PackageManager): ResourceType<PackageWant, PackageState> {
  return {
    kind: 'package',
    isPlain: true,
    together: true,
    probe: (wants) => manager.query(wants.map((want) => want.name)),
    parse: (printed, wants) =>
      parseQuery(
        printed,
        wants.map((want) => want.name),
      ),
    diff: diffPackage,
    steps: (todo) => [
      {
        what: `${manager.name} install ${todo.map(({ want }) => want.name).join(' ')}`,
        script: manager.install(todo.map(({ want }) => want)),
        timeoutMs: 1_800_000,
      },
    ],
  }
}

const packageTypes = { debian: packageType(apt), el: packageType(yum) } as const

function diffPackage(want: PackageWant, { installed, candidate }: PackageState): Difference | undefined {
  if (installed === undefined) {
    return { verb: 'install', summary: want.version ?? candidate ?? 'version not known to the node yet' }
  }
  if (want.version === undefined || want.version === installed) return undefined
  return { verb: 'update', summary: `${installed} → ${want.version}` }
}
