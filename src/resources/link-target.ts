import type { Reader, Reading } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'

/** A line `K|<path>|<target>` for each path that is a symbolic link. */
const links: Reader<string> = {
  read: (paths) =>
    `${command('find', ...paths, '-maxdepth', '0', '-type', 'l', '-printf', 'K|%p|%l\\n')} 2>/dev/null`,
}

/** Where these paths, which are absolute, lead to; `linkTarget` reads it. */
export function linksOf(paths: readonly string[]): Reading<string> {
  return { by: links, items: paths }
}

/** Undefined when there is no symbolic link at this path. */
export function linkTarget(printed: string, path: string): string | undefined {
  const prefix = `K|${path}|`
  const line = printed.split('\n').find((one) => one.startsWith(prefix))
  return line?.slice(prefix.length)
}
