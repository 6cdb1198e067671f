import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { engineAnswers } from './docker.ts'
import { flavorNamed } from './flavors.ts'
import { removeCache } from './host.ts'
import { attach, down, up, type Lab } from './lab.ts'
import { containers, nodeNamed } from './nodes.ts'
import { endChildren } from './run.ts'
import { LabError, say } from './say.ts'
import { paths } from './settings.ts'

const usage = `\
Real nodes for pgha: containers with systemd and sshd.

  npm run lab -- up [--flavor debian13|debian12] [--nodes 3] [--bare|--ready]
                      boot nodes n1, n2 ... (bare: a minimal server, the default; ready: packages installed)
  npm run lab -- status               what runs
  npm run lab -- ssh n1 [command...]  a shell on a node, or a command
  npm run lab -- stop|start|kill n1   shut down, boot, cut the power
  npm run lab -- reset                fresh nodes of the same flavour
  npm run lab -- down [--images]      remove all that the lab made (with --images: images and cache too)

After up: ${paths.inventory} for pgha, and plain  ssh -F ${paths.sshConfig} n1`

const fail = (message: string): never => {
  throw new LabError(message)
}

const runningLab = async (): Promise<Lab> =>
  (await attach()) ?? fail('no lab is up. Start one: npm run lab -- up')

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
  await up({
    flavor: flavorNamed(values.flavor).name,
    nodes: Number(values.nodes),
    kind,
    fresh: values.fresh,
  })
  say(`inventory: ${paths.inventory}`)
  say(`shell:     ssh -F ${paths.sshConfig} n1`)
}

const doDown = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({ args: [...args], options: { images: { type: 'boolean', default: false } } })
  await down(values)
  if (values.images) await removeCache()
  say('down')
}

const doStatus = async (): Promise<void> => {
  const there = (await engineAnswers()) ? await containers() : []
  if (there.length === 0) console.log('no lab is up')
  for (const { name, state, image } of there)
    console.log(`${name}  ${nodeNamed(name).address}  ${state.padEnd(8)}  ${image}`)
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
    await act(await runningLab(), nodeNamed(node).name)
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
