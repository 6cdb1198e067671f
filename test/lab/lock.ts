import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import pLimit, { type LimitFunction } from 'p-limit'

import type { Place } from './place.ts'
import { isAlive } from './run.ts'
import { say } from './say.ts'
import { cacheDirectory } from './settings.ts'

const holderOf = async (file: string): Promise<number | undefined> => {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  return pid > 0 && isAlive(pid) ? pid : undefined
}

// A link appears at once with its content, so that no one sees a lock without its owner.
const take = async (file: string): Promise<boolean> => {
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

const untilTaken = async (file: string, doing: string): Promise<void> => {
  let told: number | undefined
  while (!(await take(file))) {
    const pid = await holderOf(file)
    if (pid === undefined) await rm(file, { force: true })
    else if (pid !== told) say(`waiting: process ${pid} is ${doing}`)
    told = pid
    if (pid !== undefined) await new Promise((wake) => setTimeout(wake, 200))
  }
}

// The file keeps other processes out; within this one, where several labs may start at a time, a queue does.
const queues = new Map<string, LimitFunction>()

const holding = async <T>(name: string, doing: string, change: () => Promise<T>): Promise<T> => {
  const file = join(cacheDirectory, name)
  const queue = queues.get(name) ?? pLimit(1)
  queues.set(name, queue)
  return queue(async () => {
    await untilTaken(file, doing)
    return change().finally(() => rm(file, { force: true }))
  })
}

/** Runs `change` while no other process changes this lab; a lock whose process is gone does not count. */
export const withLock = <T>({ name }: Place, change: () => Promise<T>): Promise<T> =>
  holding(name === '' ? 'lock' : `lock-${name}`, 'changing the lab', change)

/** Runs `change` while no other lab builds images, creates containers or stops the engine; inside `withLock` only. */
export const withMachineLock = <T>(change: () => Promise<T>): Promise<T> =>
  holding('lock-machine', 'building an image or starting a lab', change)
