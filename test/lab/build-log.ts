import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { say } from './say.ts'
import { cacheDirectory } from './settings.ts'

/** The file that a build's output goes to. */
export const logOf = (name: string): string => join(cacheDirectory, `build-${name}.log`)

/** Runs `build` with a listener that writes its lines to a log and says the telling ones. */
export const logged = async <T>(
  name: string,
  build: (onLine: (line: string) => void) => Promise<T>,
): Promise<T> => {
  const log = createWriteStream(logOf(name))
  const onLine = (line: string): void => {
    log.write(`${line}\n`)
    if (/^I: (running apt-get|installing|extracting|creating|success|unpacking|building|making)/.test(line))
      say(`build ${name}: ${line.slice(3)}`)
  }
  return build(onLine).finally(() => log.end())
}
