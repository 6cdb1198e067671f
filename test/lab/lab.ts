import { addKnownHost, ensureKey, removeAccess, writeAccess, writeKnownHosts } from './access.ts'
import { compose, docker, engineAnswers, tryDocker } from './docker.ts'
import { flavorNamed, kindNamed, type Flavor, type FlavorName, type ImageKind } from './flavors.ts'
import { mayHoldRemains, prepareHost, restoreBridgeFilter, stopOwnEngine } from './host.ts'
import { ensureImage, removeAllImages, removeOlder, removeUnfinished, type NodeImage } from './images.ts'
import type { LabNode } from './inventory.ts'
import { withLock } from './lock.ts'
import { containerOf, containers, type Container, nodeNamed, waitForBoot, withHostKeys } from './nodes.ts'
import type { Outcome, RunOptions } from './run.ts'
import { LabError, say, secondsSince } from './say.ts'
import { network, nodeNames, paths } from './settings.ts'

/** What the lab shall look like; the default is three bare nodes of Debian 13. */
export interface UpOptions {
  readonly flavor?: FlavorName
  readonly kind?: ImageKind
  /** How many of n1, n2 ... to boot; nodes beyond are removed. */
  readonly nodes?: number
  /** Replace nodes that already run, so that each starts from its image. */
  readonly fresh?: boolean
}

/** A running lab, and a test's own eyes and hands on it, independent of pgha and SSH. */
export interface Lab {
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
  readonly flavor: Flavor
  readonly kind: ImageKind
  readonly nodes: readonly LabNode[]
}

const firstNodes = (count: number): LabNode[] => {
  if (Number.isInteger(count) && count >= 1 && count <= nodeNames.length)
    return nodeNames.slice(0, count).map(nodeNamed)
  throw new LabError(`the lab has 1 to ${nodeNames.length} nodes, not ${count}`)
}

const removeContainers = async (names: readonly string[]): Promise<void> => {
  if (names.length > 0) await docker('rm', '-f', '-v', ...names.map(containerOf))
}

// Compose would shut such nodes down gracefully first, but no one needs their data. A network without nodes
// goes too: Compose 1.29 and 2 do not accept each other's.
const removeMisfits = async (nodes: readonly LabNode[], image: NodeImage): Promise<void> => {
  const fits = ({ name, image: tag }: Container) =>
    tag === image.tag && nodes.some((node) => node.name === name)
  const there = await containers()
  const misfits = there.filter((container) => !fits(container)).map(({ name }) => name)
  await removeContainers(misfits)
  if (misfits.length === there.length) await tryDocker(['network', 'rm', network])
}

const boot = async ({ flavor, kind }: Shape, image: NodeImage, nodes: readonly LabNode[]): Promise<void> => {
  const start = Date.now()
  const names = nodes.map(({ name }) => name)
  const variables = { PGHA_NODE_IMAGE: image.tag, PGHA_MIRROR: image.mirror }
  await compose({ ...variables, PGHA_FLAVOR: flavor.name, PGHA_KIND: kind }, 'up', '-d', ...names)
  await Promise.all(nodes.map(waitForBoot))
  say(`${names.join(', ')} (${flavor.name}, ${kind}) up in ${secondsSince(start)} s`)
}

const started = async (shape: Shape): Promise<Lab> => {
  const { flavor, kind, nodes } = shape
  const image = await ensureImage(flavor, kind)
  await ensureKey()
  await removeMisfits(nodes, image)
  await removeOlder(flavor, kind, image)
  await boot(shape, image, nodes)
  await writeKnownHosts(await Promise.all(nodes.map(withHostKeys)))
  await writeAccess(flavor, nodes)
  return labOf(shape)
}

// Leaves the others alone, whatever state a test has put them in.
const extended = async (shape: Shape, node: LabNode): Promise<Lab> => {
  const larger = { ...shape, nodes: [...shape.nodes, node] }
  await boot(shape, await ensureImage(shape.flavor, shape.kind), [node])
  await addKnownHost(await withHostKeys(node))
  await writeAccess(shape.flavor, larger.nodes)
  return labOf(larger)
}

const replaced = async (shape: Shape): Promise<Lab> => {
  await removeContainers((await containers()).map(({ name }) => name))
  return started(shape)
}

const control = (verb: 'stop' | 'kill' | 'pause' | 'unpause') => async (node: string) => {
  await docker(verb, containerOf(node))
}

const labOf = (shape: Shape): Lab => ({
  ...shape,
  inventoryPath: paths.inventory,
  sshConfigPath: paths.sshConfig,
  knownHostsPath: paths.knownHosts,
  keyPath: paths.key,
  exec: (node, command, options) =>
    tryDocker(['exec', '-i', containerOf(node), 'sh', '-c', command], options),
  stop: control('stop'),
  start: async (node) => {
    await docker('start', containerOf(node))
    await waitForBoot(nodeNamed(node))
  },
  kill: control('kill'),
  pause: control('pause'),
  unpause: control('unpause'),
  addNode: (name) => withLock(() => extended(shape, nodeNamed(name))),
  reset: () => withLock(() => replaced(shape)),
  down: () => down(),
})

/** Boots the lab, preparing the machine and building the image where needed; nodes that fit are left as they are. */
export const up = async (options: UpOptions = {}): Promise<Lab> => {
  const shape = {
    flavor: flavorNamed(options.flavor ?? 'debian13'),
    kind: options.kind ?? 'bare',
    nodes: firstNodes(options.nodes ?? 3),
  }
  return withLock(async () => {
    await prepareHost()
    return options.fresh === true ? replaced(shape) : started(shape)
  })
}

/** The lab that is there, without starting or changing anything; undefined without one. */
export const attach = async (): Promise<Lab | undefined> => {
  if (!(await engineAnswers())) return undefined
  const there = await containers()
  const [first] = there
  if (!first) return undefined
  const nodes = there.map(({ name }) => nodeNamed(name))
  return labOf({ flavor: flavorNamed(first.flavor), kind: kindNamed(first.kind), nodes })
}

const removeEverything = async (images: boolean): Promise<void> => {
  await removeContainers((await containers()).map(({ name }) => name))
  await removeUnfinished()
  await tryDocker(['network', 'rm', network])
  if (images) await removeAllImages()
}

const engineIsIdle = async (): Promise<boolean> =>
  !(await engineAnswers()) || (await docker('ps', '-q')) === ''

/** Removes nodes, network and generated files, and stops an engine that the lab started; with `images` those too. */
export const down = ({ images = false } = {}): Promise<void> =>
  withLock(async () => {
    if (!(await engineAnswers()) && (await mayHoldRemains(images))) await prepareHost()
    if (await engineAnswers()) await removeEverything(images)
    await removeAccess()
    await restoreBridgeFilter()
    if (await engineIsIdle()) await stopOwnEngine()
    else say('other containers run here: the Docker engine is left to them')
  })
