import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './run.ts'
import { say } from './say.ts'
import { cacheDirectory } from './settings.ts'

const file = join(cacheDirectory, 'lock')

const holder = async (): Promise<number | undefined> => {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  return pid > 0 && isAlive(pid) ? pid : undefined
}

// A link appears at once with its content, so that no one sees a lock without its owner.
const take = async (): Promise<boolean> => {
  const own = `${file}.${process.pid}`
  await mkdir(cacheDirectory, { recursive: true })
  await writeFile(own, String(process.pid))
  const taken = await link(own, file).then(
    () => true,
    () => false,
  )
  await rm(own)
  return taken
}

const untilTaken = async (): Promise<void> => {
  let told: number | undefined
  while (!(await take())) {
    const pid = await holder()
    if (pid === undefined) await rm(file, { force: true })
    else if (pid !== told) say(`waiting: process ${pid} is changing the lab`)
    told = pid
    if (pid !== undefined) await new Promise((wake) => setTimeout(wake, 200))
  }
}

/** Runs `change` while no other process changes the lab; a lock whose process is gone does not count. */
export const withLock = async <T>(change: () => Promise<T>): Promise<T> => {
  await untilTaken()
  return change().finally(() => rm(file, { force: true }))
}
