import { access, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, mustRun, run } from './run.ts'
import { LabError, say } from './say.ts'
import { cacheDirectory, paths } from './settings.ts'

const engineFile = join(cacheDirectory, 'engine')
const bridgeFile = join(cacheDirectory, 'bridge-nf-was')

/** Installs what the lab needs on this machine and starts an engine if none answers; a no-op when all is there. */
export const prepareHost = async (): Promise<void> => {
  const onLine = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  const { code } = await run('sh', [paths.setup], { env: { LAB_CACHE: cacheDirectory }, onLine })
  if (code !== 0) throw new LabError(`test/lab/setup.sh failed; see above and ${cacheDirectory}/setup.log`)
}

const isDockerd = async (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/comm`, 'utf8').then(
    (name) => name.trim() === 'dockerd',
    () => false,
  )

const stopDockerd = async (pid: number): Promise<void> => {
  if (!(await isDockerd(pid))) return
  say('stopping the dockerd that the lab started')
  process.kill(pid, 'SIGTERM')
  for (let waited = 0; waited < 300 && isAlive(pid); waited++)
    await new Promise((wake) => setTimeout(wake, 100))
  if (isAlive(pid)) throw new LabError(`dockerd (process ${pid}) did not stop within 30 s; stop it by hand`)
  await run('ip', ['link', 'delete', 'docker0'])
}

/** Stops the engine if, and only if, setup.sh started it. */
export const stopOwnEngine = async (): Promise<void> => {
  const engine = await readFile(engineFile, 'utf8').then(
    (content) => content.trim(),
    () => '',
  )
  if (engine === 'systemd') await mustRun('systemctl', ['stop', 'docker.service', 'docker.socket'])
  else if (engine !== '') await stopDockerd(Number(engine))
  await rm(engineFile, { force: true })
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Whether a silent engine may still hold what the lab made: containers (it was never taken down) or images. */
export const mayHoldRemains = (images: boolean): Promise<boolean> =>
  exists(images ? join(cacheDirectory, 'mirror') : engineFile)

/** Gives the host's bridge filter back the value it had before setup.sh changed it. */
export const restoreBridgeFilter = async (): Promise<void> => {
  const before = await readFile(bridgeFile, 'utf8').catch(() => undefined)
  if (before === undefined) return
  await writeFile('/proc/sys/net/bridge/bridge-nf-call-iptables', before).catch(() => undefined)
  await rm(bridgeFile, { force: true })
}

/** Removes all that images were built from, and the notes on the engine unless it was left running. */
export const removeCache = async (): Promise<void> => {
  const left = await exists(engineFile)
  const remove = left
    ? ['archives', 'mirror', 'tmp'].map((name) => join(cacheDirectory, name))
    : [cacheDirectory]
  for (const path of remove) await rm(path, { recursive: true, force: true })
}
