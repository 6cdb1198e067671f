import { copyFile, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { logged } from './build-log.ts'
import { docker } from './docker.ts'
import type { DebianSource } from './flavors.ts'
import { imageLabel, inContainer, type NodeImage, repository } from './node-image.ts'
import { mustRun } from './run.ts'
import { cacheDirectory, debianMirror, paths } from './settings.ts'

const shared = async (from: string, to: string): Promise<void> =>
  link(from, to).catch(() => copyFile(from, to))

const indexMirror = async (archives: string, fresh: string, mirror: string): Promise<void> => {
  const files = (await readFile(join(fresh, 'files'), 'utf8')).trim().split('\n')
  for (const file of files) await shared(join(archives, file), join(fresh, file))
  await rm(join(fresh, 'files'))
  await writeFile(
    join(fresh, 'Packages'),
    await mustRun('sh', ['-c', `cd '${fresh}' && apt-ftparchive packages .`]),
  )
  await writeFile(
    join(fresh, 'Release'),
    await mustRun('sh', ['-c', `cd '${fresh}' && apt-ftparchive release .`]),
  )
  await rm(mirror, { recursive: true, force: true })
  await rename(fresh, mirror)
}

// Patroni as pip wants it, for nodes that have no way to PyPI.
const buildWheels = async (
  name: string,
  { tag, mirror }: NodeImage,
  onLine: (line: string) => void,
): Promise<void> => {
  const wheels = join(mirror, 'wheels')
  await mkdir(wheels)
  const recipe = join(paths.recipe, 'wheels')
  const volumes = [`${mirror}:/srv/mirror:ro`, `${recipe}:/srv/recipe:ro`, `${wheels}:/srv/wheels`]
  const command = ['sh', '/srv/recipe/build.sh']
  await inContainer(name, { from: tag, volumes, command, onLine })
}

/** Builds a bare node of Debian, and the mirror of packages beside it, in one run of mmdebstrap. */
export const buildDebian = async (
  name: string,
  suite: string,
  source: DebianSource,
  { tag, mirror }: NodeImage,
): Promise<void> => {
  const archives = join(cacheDirectory, 'archives', suite)
  const fresh = `${mirror}.new`
  const tarball = join(cacheDirectory, `${name}.tar`)
  await rm(fresh, { recursive: true, force: true })
  await mkdir(archives, { recursive: true })
  await mkdir(fresh, { recursive: true })
  const env = {
    LAB_SUITE: suite,
    LAB_BASE_PACKAGES: source.basePackages.join(' '),
    LAB_MIRROR_PACKAGES: source.mirrorPackages.map((group) => group.join(' ')).join(' | '),
    LAB_ARCHIVES: archives,
    LAB_LISTS: fresh,
    LAB_TARBALL: tarball,
    LAB_DEBIAN: debianMirror,
    LAB_TEMPORARY: join(cacheDirectory, 'tmp'),
  }
  const unfinished = `${repository}:${name}-unfinished`
  await logged(name, async (onLine) => {
    await mustRun('sh', [join(paths.recipe, 'build-base.sh')], { env, onLine })
    await indexMirror(archives, fresh, mirror)
    await docker('import', '--change', `LABEL ${imageLabel}=1`, tarball, unfinished)
    await rm(tarball)
    await buildWheels(name, { tag: unfinished, mirror }, onLine)
  })
  await docker('tag', unfinished, tag)
  await docker('image', 'rm', unfinished)
}
