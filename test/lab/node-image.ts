import { docker, mustDocker, tryDocker } from './docker.ts'
import { isAlive } from './run.ts'

/** An image of a node, and the package mirror that belongs to it. */
export interface NodeImage {
  readonly tag: string
  readonly mirror: string
}

/** The name of all images that the lab builds; their tags tell them apart. */
export const repository = 'pgha-lab'

/** On every image that the lab builds. */
export const imageLabel = 'pgha.lab.image'

const buildPrefix = `${repository}-making-`

/** Removes containers that interrupted builds left: their names end with the id of a process that is gone. */
export const removeUnfinished = async (): Promise<void> => {
  const listed = await docker('ps', '-a', '--filter', `name=^/?${buildPrefix}`, '--format', '{{.Names}}')
  const left = listed.split('\n').filter((name) => !isAlive(Number(name.split('-').at(-1))))
  if (listed !== '' && left.length > 0) await docker('rm', '-f', ...left)
}

/** Work inside a container of an image, without a network. */
export interface Work {
  readonly from: string
  /** Docker's notation. */
  readonly volumes: readonly string[]
  readonly command: readonly string[]
  readonly onLine: (line: string) => void
}

/** Runs the work in a container, hands the container to `harvest` and removes it. */
export const inContainer = async (
  name: string,
  { from, volumes, command, onLine }: Work,
  harvest: (container: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> => {
  const container = `${buildPrefix}${name}-${process.pid}`
  try {
    const mounts = volumes.flatMap((volume) => ['-v', volume])
    await mustDocker(['run', '--name', container, '--network', 'none', ...mounts, from, ...command], {
      onLine,
    })
    await harvest(container)
  } finally {
    await tryDocker(['rm', '-f', container])
  }
}

/** Runs the work in a container and makes an image of the container. */
export const derive = (name: string, tag: string, work: Work): Promise<void> =>
  inContainer(name, work, (container) => docker('commit', container, tag))
