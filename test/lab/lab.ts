import { addKnownHost, ensureKey, removeAccess, writeAccess, writeKnownHosts } from './access.ts'
import { compose, docker, engineAnswers, tryDocker } from './docker.ts'
import { flavorNamed, kindNamed, type Flavor, type FlavorName, type ImageKind } from './flavors.ts'
import { mayHoldRemains, prepareHost, removeCache, restoreBridgeFilter, stopOwnEngine } from './host.ts'
import { ensureImage, removeAllImages, removeOlder } from './images.ts'
import type { LabNode } from './inventory.ts'
import { withLock, withMachineLock } from './lock.ts'
import {
  allContainers,
  containerOf,
  containers,
  type Container,
  nodeNamed,
  waitForBoot,
  withHostKeys,
} from './nodes.ts'
import { type NodeImage, removeUnfinished } from './node-image.ts'
import { type Place, placeOf } from './place.ts'
import type { Outcome, RunOptions } from './run.ts'
import { LabError, say, secondsSince } from './say.ts'
import { nodeNames } from './settings.ts'

/** What the lab shall look like; the default is three bare nodes of Debian 13. */
export interface UpOptions {
  readonly flavor?: FlavorName
  readonly kind?: ImageKind
  /** How many of n1, n2 ... to boot; nodes beyond are removed. */
  readonly nodes?: number
  /** Replace nodes that already run, so that each starts from its image. */
  readonly fresh?: boolean
  /** Which of several labs: a letter, or empty for the default; PGHA_LAB unless given. */
  readonly lab?: string
}

/** A running lab, and a test's own eyes and hands on it, independent of pgha and SSH. */
export interface Lab {
  /** Its letter; empty for the default lab. */
  readonly name: string
  /** The first three bytes of its network: `198.18.1`. */
  readonly prefix: string
  /** The virtual address in its inventory. */
  readonly vip: string
  readonly flavor: Flavor
  readonly kind: ImageKind
  readonly nodes: readonly LabNode[]
  readonly inventoryPath: string
  readonly sshConfigPath: string
  readonly knownHostsPath: string
  readonly keyPath: string
  /** Runs a shell command as root inside a node; a non-zero exit is an outcome, not an error. */
  readonly exec: (node: string, command: string, options?: RunOptions) => Promise<Outcome>
  /** Shuts a node down as `poweroff` would. */
  readonly stop: (node: string) => Promise<void>
  /** Boots a stopped or killed node and waits for it; its disk, keys and address are as before. */
  readonly start: (node: string) => Promise<void>
  /** Cuts a node's power. */
  readonly kill: (node: string) => Promise<void>
  /** Freezes all processes of a node; its address stays silent. */
  readonly pause: (node: string) => Promise<void>
  readonly unpause: (node: string) => Promise<void>
  /** Boots one more, empty node and returns the lab that includes it; the generated files name it. */
  readonly addNode: (name: string) => Promise<Lab>
  /** Replaces all nodes by fresh ones of the same image. */
  readonly reset: () => Promise<Lab>
  readonly down: () => Promise<void>
}

interface Shape {
  readonly place: Place
  readonly flavor: Flavor
  readonly kind: ImageKind
  readonly nodes: readonly LabNode[]
}

/** What `up` is to bring about; `fresh` accepts no node that is there. */
interface Wanted extends Shape {
  readonly fresh: boolean
}

const firstNodes = (place: Place, count: number): LabNode[] => {
  if (Number.isInteger(count) && count >= 1 && count <= nodeNames.length)
    return nodeNames.slice(0, count).map((name) => nodeNamed(place, name))
  throw new LabError(`the lab has 1 to ${nodeNames.length} nodes, not ${count}`)
}

const removeContainers = async (there: readonly Container[]): Promise<void> => {
  const names = there.map(({ place, name }) => containerOf(place, name))
  if (names.length > 0) await docker('rm', '-f', '-v', ...names)
}

// Compose would shut such nodes down gracefully first, but no one needs their data. A network without nodes
// goes too: Compose 1.29 and 2 do not accept each other's.
const removeMisfits = async ({ place, nodes, fresh }: Wanted, image: NodeImage): Promise<void> => {
  const fits = ({ name, image: tag }: Container) =>
    !fresh && tag === image.tag && nodes.some((node) => node.name === name)
  const there = await containers(place)
  const misfits = there.filter((container) => !fits(container))
  await removeContainers(misfits)
  if (misfits.length === there.length) await tryDocker(['network', 'rm', place.network])
}

const create = async (
  { place, flavor, kind }: Shape,
  image: NodeImage,
  nodes: readonly LabNode[],
): Promise<void> => {
  const variables = { PGHA_NODE_IMAGE: image.tag, PGHA_MIRROR: image.mirror }
  const labels = { PGHA_FLAVOR: flavor.name, PGHA_KIND: kind }
  await compose(place, { ...variables, ...labels }, 'up', '-d', ...nodes.map(({ name }) => name))
}

const untilBooted = async (
  { place, flavor, kind }: Shape,
  nodes: readonly LabNode[],
  start: number,
): Promise<void> => {
  await Promise.all(nodes.map((node) => waitForBoot(place, node)))
  const names = nodes.map(({ name }) => name).join(', ')
  const lab = place.name === '' ? '' : `lab ${place.name}: `
  say(`${lab}${names} (${flavor.name}, ${kind}) up in ${secondsSince(start)} s`)
}

// Other labs wait while the engine starts and images are built, and until there are containers that keep both.
const created = (wanted: Wanted): Promise<number> =>
  withMachineLock(async () => {
    const { place, flavor, kind, nodes } = wanted
    await prepareHost()
    const image = await ensureImage(flavor, kind)
    await ensureKey(place)
    await removeMisfits(wanted, image)
    await removeOlder(flavor, kind, image)
    const start = Date.now()
    await create(wanted, image, nodes)
    return start
  })

const started = async (shape: Shape, fresh: boolean): Promise<Lab> => {
  const { place, flavor, nodes } = shape
  await untilBooted(shape, nodes, await created({ ...shape, fresh }))
  await writeKnownHosts(place, await Promise.all(nodes.map((node) => withHostKeys(place, node))))
  await writeAccess(place, flavor, nodes)
  return labOf(shape)
}

// Leaves the others alone, whatever state a test has put them in.
const extended = async (shape: Shape, node: LabNode): Promise<Lab> => {
  const { place, flavor, kind } = shape
  const larger = { ...shape, nodes: [...shape.nodes, node] }
  const start = Date.now()
  await withMachineLock(async () => create(shape, await ensureImage(flavor, kind), [node]))
  await untilBooted(shape, [node], start)
  await addKnownHost(place, await withHostKeys(place, node))
  await writeAccess(place, flavor, larger.nodes)
  return labOf(larger)
}

const control =
  (place: Place, verb: 'stop' | 'kill' | 'pause' | 'unpause') =>
  async (node: string): Promise<void> => {
    await docker(verb, containerOf(place, node))
  }

const labOf = (shape: Shape): Lab => {
  const { place, flavor, kind, nodes } = shape
  const { name, prefix, vip, files } = place
  return {
    ...{ name, prefix, vip, flavor, kind, nodes },
    inventoryPath: files.inventory,
    sshConfigPath: files.sshConfig,
    knownHostsPath: files.knownHosts,
    keyPath: files.key,
    exec: (node, command, options) =>
      tryDocker(['exec', '-i', containerOf(place, node), 'sh', '-c', command], options),
    stop: control(place, 'stop'),
    start: async (node) => {
      await docker('start', containerOf(place, node))
      await waitForBoot(place, nodeNamed(place, node))
    },
    kill: control(place, 'kill'),
    pause: control(place, 'pause'),
    unpause: control(place, 'unpause'),
    addNode: (added) => withLock(place, () => extended(shape, nodeNamed(place, added))),
    reset: () => withLock(place, () => started(shape, true)),
    down: () => down({ lab: name }),
  }
}

/** Boots the lab, preparing the machine and building the image where needed; nodes that fit are left as they are. */
export const up = async (options: UpOptions = {}): Promise<Lab> => {
  const place = placeOf(options.lab)
  const shape = {
    place,
    flavor: flavorNamed(options.flavor ?? 'debian13'),
    kind: options.kind ?? 'bare',
    nodes: firstNodes(place, options.nodes ?? 3),
  }
  return withLock(place, () => started(shape, options.fresh === true))
}

/** The lab that is there, without starting or changing anything; undefined without one. */
export const attach = async (lab?: string): Promise<Lab | undefined> => {
  const place = placeOf(lab)
  if (!(await engineAnswers())) return undefined
  const there = await containers(place)
  const [first] = there
  if (!first) return undefined
  const nodes = there.map(({ name }) => nodeNamed(place, name))
  return labOf({ place, flavor: flavorNamed(first.flavor), kind: kindNamed(first.kind), nodes })
}

const removeLab = async (place: Place): Promise<void> => {
  await removeContainers(await containers(place))
  await tryDocker(['network', 'rm', place.network])
}

const othersUseEngine = async (): Promise<boolean> =>
  (await engineAnswers()) && ((await allContainers()).length > 0 || (await docker('ps', '-q')) !== '')

const leaveMachine = async (images: boolean): Promise<void> => {
  if (await engineAnswers()) await removeUnfinished()
  if (await othersUseEngine()) {
    const left = images ? 'the Docker engine, images and cache are' : 'the Docker engine is'
    say(`other containers are here: ${left} left to them`)
    return
  }
  if (images && (await engineAnswers())) await removeAllImages()
  await restoreBridgeFilter()
  await stopOwnEngine()
  if (images) await removeCache()
}

/**
 * Removes the lab's nodes, network and generated files. The last lab also stops an engine that was started for it,
 * and with `images` takes images and cache along.
 */
export const down = ({
  images = false,
  lab,
}: { readonly images?: boolean; readonly lab?: string } = {}): Promise<void> => {
  const place = placeOf(lab)
  return withLock(place, () =>
    withMachineLock(async () => {
      if (!(await engineAnswers()) && (await mayHoldRemains(images))) await prepareHost()
      if (await engineAnswers()) await removeLab(place)
      await removeAccess(place)
      await leaveMachine(images)
    }),
  )
}
