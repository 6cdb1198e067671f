import { connect } from 'node:net'
import type { KnownNode } from './access.ts'
import { docker, tryDocker } from './docker.ts'
import type { LabNode } from './inventory.ts'
import { type Place, placeOfProject } from './place.ts'
import { LabError, say } from './say.ts'
import { nodeNames } from './settings.ts'

const bootSeconds = 60

/** A node's container as the engine sees it. */
export interface Container {
  /** The lab it belongs to. */
  readonly place: Place
  /** The node's name: n1, n2 ... */
  readonly name: string
  /** Docker's word: running, exited, paused, created ... */
  readonly state: string
  readonly image: string
  /** Labels that Compose set; FlavorName and ImageKind unless the compose file was used by hand. */
  readonly flavor: string
  readonly kind: string
}

/** The container's name on the engine. */
export const containerOf = ({ project }: Place, node: string): string => `${project}-${node}`

/** The node as the compose file places it: n1 at .11, n2 at .12 ... */
export const nodeNamed = ({ prefix }: Place, name: string): LabNode => {
  const index = nodeNames.findIndex((known) => known === name)
  if (index < 0) throw new LabError(`there is no node "${name}"; the lab knows ${nodeNames.join(', ')}`)
  return { name, address: `${prefix}.${11 + index}` }
}

const projectLabel = 'com.docker.compose.project'

const columns = [
  `{{.Label "${projectLabel}"}}`,
  '{{.Names}}',
  '{{.State}}',
  '{{.Image}}',
  '{{.Label "pgha.lab.flavor"}}',
  '{{.Label "pgha.lab.kind"}}',
].join('\t')

const listed = async (...filters: readonly string[]): Promise<Container[]> => {
  const args = ['label=pgha.lab.flavor', ...filters].flatMap((filter) => ['--filter', filter])
  const output = await docker('ps', '-a', ...args, '--format', columns)
  const rows = output === '' ? [] : output.split('\n').map((line) => line.split('\t'))
  return rows
    .map(([project = '', name = '', state = '', image = '', flavor = '', kind = '']) => ({
      ...{ place: placeOfProject(project), name: name.slice(project.length + 1) },
      ...{ state, image, flavor, kind },
    }))
    .toSorted((a, b) => a.place.name.localeCompare(b.place.name) || a.name.localeCompare(b.name))
}

/** The lab's containers in the order of the nodes, whatever their state; empty without a lab. */
export const containers = ({ project }: Place): Promise<Container[]> =>
  listed(`label=${projectLabel}=${project}`)

/** The containers of all labs, one lab after the other. */
export const allContainers = (): Promise<Container[]> => listed()

const sleep = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds))

const sshdGreets = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 })
    const answer = (greeted: boolean) => () => {
      socket.destroy()
      resolve(greeted)
    }
    socket
      .once('data', answer(true))
      .once('error', answer(false))
      .once('timeout', answer(false))
      .once('end', answer(false))
  })

const untilBooted = async (place: Place, node: LabNode, deadline: number): Promise<string> => {
  for (;;) {
    // Fails until systemd listens on the bus, then blocks until the boot is over.
    const { stdout } = await tryDocker([
      'exec',
      containerOf(place, node.name),
      'systemctl',
      'is-system-running',
      '--wait',
    ])
    const state = stdout.trim()
    if (['running', 'degraded'].includes(state) && (await sshdGreets(node.address))) return state
    if (Date.now() > deadline) throw new LabError(await bootFailure(place, node, state))
    await sleep(50)
  }
}

const bootFailure = async (place: Place, { name, address }: LabNode, state: string): Promise<string> => {
  const { stdout, stderr } = await tryDocker(['logs', '--tail', '20', containerOf(place, name)])
  return `${name} (${address}) did not boot within ${bootSeconds} s: systemd says "${state}". Its console:\n${stdout}${stderr}`
}

/** Waits until systemd has booted and sshd greets; says which units failed, if any. */
export const waitForBoot = async (place: Place, node: LabNode): Promise<void> => {
  const state = await untilBooted(place, node, Date.now() + bootSeconds * 1000)
  if (state === 'running') return
  const failed = await docker(
    'exec',
    containerOf(place, node.name),
    'systemctl',
    '--failed',
    '--no-legend',
    '--plain',
  )
  say(`${node.name} booted, but these units failed: ${failed.split('\n').join('; ')}`)
}

/** Reads the node's public host keys through the engine, so that no one in between can forge them. */
export const withHostKeys = async (place: Place, node: LabNode): Promise<KnownNode> => {
  const keys = await docker(
    'exec',
    containerOf(place, node.name),
    'sh',
    '-c',
    'cat /etc/ssh/ssh_host_*_key.pub',
  )
  return { ...node, hostKeys: keys.split('\n') }
}
