import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { engineAnswers } from './docker.ts'
import { flavorNamed } from './flavors.ts'
import { attach, down, up, type Lab } from './lab.ts'
import { allContainers, nodeNamed } from './nodes.ts'
import { placeOf } from './place.ts'
import { endChildren } from './run.ts'
import { LabError, say } from './say.ts'

const usage = `\
Real nodes for pgha: containers with systemd and sshd.

  npm run lab -- up [--flavor debian13|debian12|el7] [--nodes 3] [--bare|--ready]
                      boot nodes n1, n2 ... (bare: a minimal server, the default; ready: packages installed)
  npm run lab -- status               what runs, in all labs
  npm run lab -- ssh n1 [command...]  a shell on a node, or a command
  npm run lab -- stop|start|kill n1   shut down, boot, cut the power
  npm run lab -- reset                fresh nodes of the same flavour
  npm run lab -- down [--images]      remove all that the lab made (with --images: images and cache too)

Several labs run side by side: PGHA_LAB=b (one letter) before any of these means another lab than the default,
with its own nodes (containers pgha-b-n1 ...), network (198.18.3.0/24), VIP (.100) and files (test/lab/state-b/).

After up: inventory.yaml for pgha and ssh_config for plain ssh, in test/lab/ or the lab's own folder.`

const fail = (message: string): never => {
  throw new LabError(message)
}

const runningLab = async (): Promise<Lab> =>
  (await attach()) ?? fail('this lab is not up. Start it: npm run lab -- up')

const doUp = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      flavor: { type: 'string', default: 'debian13' },
      nodes: { type: 'string', default: '3' },
      bare: { type: 'boolean', default: false },
      ready: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    },
  })
  if (values.bare && values.ready) fail('--bare and --ready exclude each other')
  const kind = values.ready ? 'ready' : 'bare'
  const lab = await up({
    flavor: flavorNamed(values.flavor).name,
    nodes: Number(values.nodes),
    kind,
    fresh: values.fresh,
  })
  say(`inventory: ${lab.inventoryPath}`)
  say(`shell:     ssh -F ${lab.sshConfigPath} n1`)
}

const doDown = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({ args: [...args], options: { images: { type: 'boolean', default: false } } })
  await down(values)
  say('down')
}

const doStatus = async (): Promise<void> => {
  const there = (await engineAnswers()) ? await allContainers() : []
  if (there.length === 0) console.log('no lab is up')
  for (const { place, name, state, image } of there) {
    const lab = place.name === '' ? '' : `PGHA_LAB=${place.name}  `
    console.log(`${lab}${name}  ${nodeNamed(place, name).address}  ${state.padEnd(8)}  ${image}`)
  }
}

// The one command that owns the terminal: ssh may ask, draw and read keys.
const doSsh = async ([node, ...command]: readonly string[]): Promise<void> => {
  const { nodes, sshConfigPath } = await runningLab()
  const target =
    nodes.find(({ name }) => name === node) ??
    fail(`ssh to which node? One of ${nodes.map(({ name }) => name).join(', ')}`)
  const child = spawn('ssh', ['-F', sshConfigPath, target.name, ...command], { stdio: 'inherit' })
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      resolve(code ?? 255)
    })
  })
}

const toNode =
  (act: (lab: Lab, node: string) => Promise<void>) =>
  async ([node = '']: readonly string[]): Promise<void> => {
    await act(await runningLab(), nodeNamed(placeOf(), node).name)
  }

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  up: doUp,
  down: doDown,
  status: doStatus,
  ssh: doSsh,
  reset: async () => {
    await (await runningLab()).reset()
  },
  stop: toNode((lab, node) => lab.stop(node)),
  start: toNode((lab, node) => lab.start(node)),
  kill: toNode((lab, node) => lab.kill(node)),
}

const interrupt = (signal: NodeJS.Signals): void => {
  say(`${signal}: stopping; \`npm run lab -- up\` goes on from here, \`npm run lab -- down\` cleans up`)
  void endChildren(signal).then(() => process.exit(130))
}

const main = async ([name = '', ...args]: readonly string[]): Promise<void> => {
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const command = commands[name]
  if (!command) {
    console.log(usage)
    process.exitCode = ['', 'help', '--help', '-h'].includes(name) ? 0 : 1
    return
  }
  await command(args)
}

const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const expected =
    error instanceof LabError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  return expected ? error.message : (error.stack ?? error.message)
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  say(explain(error))
  process.exitCode = 1
})
