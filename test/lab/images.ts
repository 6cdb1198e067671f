import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, link, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { docker, tryDocker } from './docker.ts'
import type { Flavor, ImageKind } from './flavors.ts'
import { mustRun } from './run.ts'
import { say, secondsSince } from './say.ts'
import { cacheDirectory, debianMirror, paths } from './settings.ts'

/** An image that exists, and the package mirror that belongs to it. */
export interface NodeImage {
  readonly tag: string
  readonly mirror: string
}

const repository = 'pgha-lab'
const imageLabel = 'pgha.lab.image'

const readyRecipe = join(paths.recipe, 'install-ready.sh')

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const filesUnder = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const digest = async (files: readonly string[], data: unknown): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(data))
  for (const file of files.toSorted()) hash.update(relative(paths.recipe, file)).update(await readFile(file))
  return hash.digest('hex').slice(0, 12)
}

const baseDigest = async (flavor: Flavor): Promise<string> => {
  const files = (await filesUnder(paths.recipe)).filter((file) => file !== readyRecipe)
  return digest(files, [flavor.suite, flavor.basePackages, flavor.mirrorPackages])
}

const tagOf = (flavor: Flavor, kind: ImageKind, hash: string): string =>
  `${repository}:${flavor.name}-${kind}-${hash}`

const imageExists = async (tag: string): Promise<boolean> =>
  (await tryDocker(['image', 'inspect', '--format', '{{.Id}}', tag])).code === 0

const labImages = async (): Promise<string[]> => {
  const listed = await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository)
  return listed.split('\n').filter((tag) => tag !== '' && !tag.endsWith(':<none>'))
}

const removeImages = async (tags: readonly string[]): Promise<void> => {
  if (tags.length > 0) await tryDocker(['image', 'rm', ...tags]) // one still in use stays until next time
  await tryDocker(['image', 'prune', '--force', '--filter', `label=${imageLabel}`]) // those that lost their tag
}

/** Removes every image the lab ever built. */
export const removeAllImages = async (): Promise<void> => removeImages(await labImages())

const removeOlderImages = async (flavor: Flavor, kind: ImageKind, current: string): Promise<void> => {
  const older = (await labImages()).filter(
    (tag) => tag.startsWith(tagOf(flavor, kind, '')) && tag !== current,
  )
  await removeImages(older)
}

// Another checkout's lab may run on an older recipe: what its nodes have mounted stays.
const mountedMirrors = async (): Promise<string> =>
  docker('ps', '-a', '--no-trunc', '--filter', 'label=pgha.lab.flavor', '--format', '{{.Mounts}}')

const removeOlderMirrors = async (flavor: Flavor, current: string): Promise<void> => {
  const directory = dirname(current)
  const mounted = await mountedMirrors()
  const older = (await readdir(directory)).filter(
    (name) => name.startsWith(flavor.name) && name !== basename(current) && !mounted.includes(name),
  )
  for (const name of older) await rm(join(directory, name), { recursive: true })
}

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

const logged = async (
  name: string,
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<void> => {
  const log = createWriteStream(join(cacheDirectory, `${name}.log`))
  const onLine = (line: string): void => {
    log.write(`${line}\n`)
    if (/^I: (running apt-get|installing|extracting|creating|success)/.test(line))
      say(`${name}: ${line.slice(3)}`)
  }
  await mustRun(command, args, { env, onLine }).finally(() => log.end())
}

const buildBase = async (flavor: Flavor, mirror: string, tag: string): Promise<void> => {
  const archives = join(cacheDirectory, 'archives', flavor.suite)
  const fresh = `${mirror}.new`
  const tarball = join(cacheDirectory, `${flavor.name}.tar`)
  await rm(fresh, { recursive: true, force: true })
  await mkdir(archives, { recursive: true })
  await mkdir(fresh, { recursive: true })
  await logged(`build-${flavor.name}`, 'sh', [join(paths.recipe, 'build-base.sh')], {
    LAB_SUITE: flavor.suite,
    LAB_BASE_PACKAGES: flavor.basePackages.join(' '),
    LAB_MIRROR_PACKAGES: flavor.mirrorPackages.join(' '),
    LAB_ARCHIVES: archives,
    LAB_LISTS: fresh,
    LAB_TARBALL: tarball,
    LAB_DEBIAN: debianMirror,
    LAB_TEMPORARY: join(cacheDirectory, 'tmp'),
  })
  await indexMirror(archives, fresh, mirror)
  await docker('import', '--change', `LABEL ${imageLabel}=1`, tarball, tag)
  await rm(tarball)
}

const bareImage = async (flavor: Flavor, hash: string): Promise<NodeImage> => {
  const tag = tagOf(flavor, 'bare', hash)
  const mirror = join(cacheDirectory, 'mirror', `${flavor.name}-${hash}`)
  if ((await imageExists(tag)) && (await exists(mirror))) return { tag, mirror }
  const start = Date.now()
  say(`building ${tag} and its package mirror (log: ${cacheDirectory}/build-${flavor.name}.log)`)
  await buildBase(flavor, mirror, tag)
  say(`built ${tag} in ${secondsSince(start)} s`)
  return { tag, mirror }
}

const buildPrefix = `${repository}-build-`

/** Removes containers that an interrupted build left. */
export const removeUnfinished = async (): Promise<void> => {
  const left = await docker('ps', '-a', '-q', '--filter', `name=^/?${buildPrefix}`)
  if (left !== '') await docker('rm', '-f', ...left.split('\n'))
}

const installReady = async (flavor: Flavor, bare: NodeImage, tag: string): Promise<void> => {
  const name = `${buildPrefix}${flavor.name}`
  await tryDocker(['rm', '-f', name])
  try {
    const volumes = ['-v', `${bare.mirror}:/srv/mirror:ro`, '-v', `${readyRecipe}:/srv/install:ro`]
    const command = ['sh', '/srv/install', ...flavor.readyPackages]
    await docker('run', '--name', name, '--network', 'none', ...volumes, bare.tag, ...command)
    await docker('commit', name, tag)
  } finally {
    await tryDocker(['rm', '-f', name])
  }
}

/** Makes sure that a node image of the present recipe exists; builds it, from Debian's packages, if not. */
export const ensureImage = async (flavor: Flavor, kind: ImageKind): Promise<NodeImage> => {
  const hash = await baseDigest(flavor)
  const bare = await bareImage(flavor, hash)
  if (kind === 'bare') return bare
  const tag = tagOf(flavor, 'ready', await digest([readyRecipe], [hash, flavor.readyPackages]))
  if (await imageExists(tag)) return { tag, mirror: bare.mirror }
  const start = Date.now()
  say(`building ${tag}: installing ${flavor.readyPackages.join(', ')}`)
  await installReady(flavor, bare, tag)
  say(`built ${tag} in ${secondsSince(start)} s`)
  return { tag, mirror: bare.mirror }
}

/** Removes images and mirrors of older recipes of this flavour and kind. */
export const removeOlder = async (
  flavor: Flavor,
  kind: ImageKind,
  { tag, mirror }: NodeImage,
): Promise<void> => {
  await removeOlderImages(flavor, kind, tag)
  await removeOlderMirrors(flavor, mirror)
}
