import { posix } from 'node:path'

/** Belong to the system with all that is in them. */
const whole = [
  ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/root', '/run'],
  ...['/sbin', '/snap', '/sys', '/usr'],
  ...['/var/backups', '/var/cache', '/var/lock', '/var/log', '/var/mail', '/var/run', '/var/spool'],
  ...['/var/lib/apt', '/var/lib/containers', '/var/lib/dbus', '/var/lib/dnf', '/var/lib/docker'],
  ...[
    '/var/lib/dpkg',
    '/var/lib/pgha',
    '/var/lib/private',
    '/var/lib/rpm',
    '/var/lib/systemd',
    '/var/lib/yum',
  ],
]

/** Hold folders of many owners: one of those may be meant, never the whole. The last two are homes with data of all versions. */
const shared = ['/var/lib', '/var/opt', '/var/lib/postgresql', '/var/lib/pgsql']

/** Are emptied by the system: at boot, or of what is old. */
const temporary = ['/tmp', '/var/tmp']

/** A path as the kernel walks it: without a slash at its end, doubled slashes and single dots. */
export function plainPath(path: string): string {
  const plain = posix.normalize(path)
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
}

/** Whether one path is the other, or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** Why nothing below this path may be taken for data, and deleted as such; undefined when it may. */
export function systemFolderReason(path: string): string | undefined {
  const plain = plainPath(path)
  const owner = whole.find((folder) => isWithin(plain, folder))
  if (owner !== undefined) return `${owner} belongs to the system`
  if (shared.includes(plain)) return `${plain} holds folders of many owners`
  if (plain.split('/').length < 3) return 'is too near to the root'
  return undefined
}

/** Why this path is no place for data; undefined when it is one. */
export function dataFolderReason(path: string): string | undefined {
  const plain = plainPath(path)
  const volatile = temporary.find((folder) => isWithin(plain, folder))
  return volatile === undefined ? systemFolderReason(path) : `${volatile} is emptied by the system`
}

/** For `case` of sh: folders of the system, of paths with a slash at their end and two names or more. */
export const systemFolderPatterns: string = [
  ...whole.map((folder) => `${folder}/*`),
  ...shared.map((folder) => `${folder}/`),
].join(' | ')
