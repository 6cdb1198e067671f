import { mkdir, rename, rm } from 'node:fs/promises'
import { logged } from './build-log.ts'
import { derive, type NodeImage } from './node-image.ts'
import { paths } from './settings.ts'

/** Makes a bare node shaped like CentOS 7, and yum repositories, from a Debian image and its mirror. */
export const buildEl7 = async (
  name: string,
  debian: NodeImage,
  { tag, mirror }: NodeImage,
): Promise<void> => {
  const fresh = `${mirror}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true })
  const volumes = [
    `${debian.mirror}:/srv/mirror:ro`,
    `${paths.recipeEl7}:/srv/recipe:ro`,
    `${fresh}:/srv/repos`,
  ]
  const command = ['sh', '/srv/recipe/build.sh']
  await logged(name, (onLine) => derive(name, tag, { from: debian.tag, volumes, command, onLine }))
  await rm(mirror, { recursive: true, force: true })
  await rename(fresh, mirror)
}
