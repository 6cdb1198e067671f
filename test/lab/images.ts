import { access, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { buildDebian } from './build-debian.ts'
import { buildEl7 } from './build-el7.ts'
import { logged, logOf } from './build-log.ts'
import { digest } from './digest.ts'
import { docker, tryDocker } from './docker.ts'
import { type Flavor, flavorNamed, type ImageKind } from './flavors.ts'
import { derive, imageLabel, type NodeImage, repository } from './node-image.ts'
import { say, secondsSince } from './say.ts'
import { cacheDirectory, paths } from './settings.ts'

const readyRecipe = 'install-ready.sh'

const recipeOf = ({ family }: Flavor): string => (family === 'el' ? paths.recipeEl7 : paths.recipe)

const bareDigest = async (flavor: Flavor): Promise<string> => {
  const { source } = flavor
  const data =
    source.kind === 'debian'
      ? [flavor.suite, source.basePackages, source.mirrorPackages]
      : [await bareDigest(flavorNamed(source.from))]
  return digest(recipeOf(flavor), (file) => file !== readyRecipe, data)
}

const readyDigest = (flavor: Flavor, bare: string): Promise<string> =>
  digest(recipeOf(flavor), (file) => file === readyRecipe, [bare, flavor.readyPackages])

const tagOf = (flavor: Flavor, kind: ImageKind, hash: string): string =>
  `${repository}:${flavor.name}-${kind}-${hash}`

const imageExists = async (tag: string): Promise<boolean> =>
  (await tryDocker(['image', 'inspect', '--format', '{{.Id}}', tag])).code === 0

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

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

const build = async (flavor: Flavor, image: NodeImage): Promise<void> => {
  const { name, suite, source } = flavor
  if (source.kind === 'debian') return buildDebian(name, suite, source, image)
  return buildEl7(name, await ensureImage(flavorNamed(source.from), 'bare'), image)
}

const timed = async (tag: string, log: string, make: () => Promise<void>): Promise<void> => {
  const start = Date.now()
  say(`building ${tag} (log: ${log})`)
  await make()
  say(`built ${tag} in ${secondsSince(start)} s`)
}

const bareImage = async (flavor: Flavor, hash: string): Promise<NodeImage> => {
  const image = {
    tag: tagOf(flavor, 'bare', hash),
    mirror: join(cacheDirectory, 'mirror', `${flavor.name}-${hash}`),
  }
  if (!(await imageExists(image.tag)) || !(await exists(image.mirror)))
    await timed(image.tag, logOf(flavor.name), () => build(flavor, image))
  return image
}

const installReady = (flavor: Flavor, bare: NodeImage, tag: string): Promise<void> =>
  logged(`${flavor.name}-ready`, (onLine) =>
    derive(flavor.name, tag, {
      from: bare.tag,
      volumes: [`${bare.mirror}:/srv/mirror:ro`, `${join(recipeOf(flavor), readyRecipe)}:/srv/install:ro`],
      command: ['sh', '/srv/install', ...flavor.readyPackages],
      onLine,
    }),
  )

// Someone's own image: what it can install is theirs to mount.
const imageByHand = (): NodeImage | undefined => {
  const { PGHA_NODE_IMAGE: tag = '', PGHA_MIRROR: mirror = '' } = process.env
  return tag === '' ? undefined : { tag, mirror: mirror === '' ? '/dev/null' : mirror }
}

/** Makes sure that a node image of the present recipe exists; builds it if not. PGHA_NODE_IMAGE names another one. */
export const ensureImage = async (flavor: Flavor, kind: ImageKind): Promise<NodeImage> => {
  const other = imageByHand()
  if (other) return other
  const hash = await bareDigest(flavor)
  const bare = await bareImage(flavor, hash)
  if (kind === 'bare') return bare
  const tag = tagOf(flavor, 'ready', await readyDigest(flavor, hash))
  if (!(await imageExists(tag)))
    await timed(tag, logOf(`${flavor.name}-ready`), () => installReady(flavor, bare, tag))
  return { tag, mirror: bare.mirror }
}

/** Removes images and mirrors of older recipes of this flavour and kind. */
export const removeOlder = async (
  flavor: Flavor,
  kind: ImageKind,
  { tag, mirror }: NodeImage,
): Promise<void> => {
  if (imageByHand()) return
  await removeOlderImages(flavor, kind, tag)
  await removeOlderMirrors(flavor, mirror)
}
