import { accessSync, constants, statSync } from 'node:fs'

import { pathText } from '../inventory/path-text.ts'
import { type HostProblem, joinHosts, sortProblems } from '../inventory/problems.ts'
import { reasonOf } from '../inventory/read-text.ts'
import { shownPath } from '../inventory/reading.ts'
import { type LocalFile, loginFiles, sentFiles } from '../roles/local-files.ts'
import type { SiteHost } from '../roles/site.ts'
import { InputError } from '../shared/errors.ts'

export interface LocalFilesContext {
  /** Hosts that the run may change, and those under `absent:`. */
  readonly hosts: readonly SiteHost[]
  readonly absent: readonly SiteHost[]
  /** Nothing is sent to any host. */
  readonly onlyLooks: boolean
  /** A known_hosts that is not there comes into being. */
  readonly acceptNew: boolean
}

/** Refuses an inventory that names files of this machine which nobody can read, all at once, before anything is contacted. */
export function refuseMissingFiles({ hosts, absent, onlyLooks, acceptNew }: LocalFilesContext): void {
  const wrongOf = (host: SiteHost, files: readonly LocalFile[]) =>
    files.flatMap((file) => problemOf(host, file, acceptNew))
  const problems = [
    ...hosts.flatMap((host) => wrongOf(host, loginFiles(host.vars))),
    ...(onlyLooks ? [] : hosts.flatMap((host) => wrongOf(host, sentFiles(host.vars)))),
    ...absent.flatMap((host) => wrongOf(host, loginFiles(host.vars))),
  ]
  if (problems.length > 0)
    throw new InputError(sortProblems(joinHosts(problems, hosts.length + absent.length), []))
}

function problemOf(
  host: SiteHost,
  { path, file, kind }: LocalFile,
  acceptNew: boolean,
): readonly HostProblem[] {
  // Of tokens and variables only the login knows what they stand for (ssh_config(5)).
  if (path[0] === 'ssh' && /[%$]/.test(file)) return []
  const reason = unreadable(file, kind === 'folder')
  if (reason === undefined) return []
  if (kind === 'known_hosts' && acceptNew && isMissing(file)) return []
  if (kind === 'private key' && isMissing(file) && unreadable(`${file}.pub`) === undefined) return []
  const source = host.sourceOf(path)
  const hint = hints[kind]
  return [
    {
      host: host.name,
      message: `${shownPath(file)}: ${reason}`,
      path: pathText(path),
      ...(source === undefined ? {} : { source }),
      ...(hint === undefined ? {} : { hint }),
    },
  ]
}

const hints: Readonly<Partial<Record<LocalFile['kind'], string>>> = {
  'private key': 'where an agent has the key, its .pub beside it is enough',
  known_hosts: '--accept-new makes it at the first contact',
}

/** Why a file cannot be read, without opening it: it may be a pipe. */
function unreadable(file: string, isFolder = false): string | undefined {
  try {
    if (statSync(file).isDirectory() !== isFolder)
      return isFolder ? 'this is a file, not a directory' : 'this is a directory, not a file'
    accessSync(file, constants.R_OK)
    return undefined
  } catch (thrown) {
    return reasonOf(thrown)
  }
}

function isMissing(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) === undefined
}
