import type { Place } from './place.ts'
import { run, mustRun, type Outcome, type RunOptions } from './run.ts'
import { LabError } from './say.ts'
import { paths } from './settings.ts'

const answers = async (command: string, args: readonly string[]): Promise<boolean> => {
  const outcome = await run(command, args).catch(() => undefined)
  return outcome?.code === 0
}

interface Candidate {
  readonly command: readonly [string, ...string[]]
  /** Arguments that make the command ask the engine something harmless. */
  readonly probe: readonly string[]
}

const firstThatWorks = async (
  candidates: readonly Candidate[],
  advice: string,
): Promise<Candidate['command']> => {
  for (const { command, probe } of candidates) {
    const [program, ...args] = command
    if (await answers(program, [...args, ...probe])) return command
  }
  throw new LabError(advice)
}

const remembered = <T>(find: () => Promise<T>): (() => Promise<T>) => {
  let found: Promise<T> | undefined
  return () => {
    found ??= find().catch((error: unknown) => {
      found = undefined
      throw error
    })
    return found
  }
}

const ask = ['version', '--format', '{{.Server.Version}}']

// A client in the path may be too new or too old for the engine; Debian's own then fits.
const client = remembered(() =>
  firstThatWorks(
    [
      { command: ['docker'], probe: ask },
      { command: ['/usr/bin/docker'], probe: ask },
      { command: ['/usr/local/bin/docker'], probe: ask },
    ],
    'no Docker engine answers. Run `npm run lab -- up`, which starts one, or `sh test/lab/setup.sh` to see why not.',
  ),
)

const composer = remembered(() =>
  firstThatWorks(
    [
      { command: ['docker', 'compose'], probe: ['ls'] },
      { command: ['/usr/bin/docker', 'compose'], probe: ['ls'] },
      { command: ['docker-compose'], probe: ['version'] },
    ],
    'neither `docker compose` nor `docker-compose` works with this Docker engine. Install one that does.',
  ),
)

/** Whether an engine answers now; never an error. */
export const engineAnswers = async (): Promise<boolean> => {
  const outcome = await tryDocker(ask).catch(() => undefined)
  return outcome?.code === 0
}

/** Runs the Docker client; a non-zero exit is an outcome, not an error. */
export const tryDocker = async (args: readonly string[], options: RunOptions = {}): Promise<Outcome> => {
  const [program] = await client()
  return run(program, args, options)
}

/** Like `tryDocker`, but a non-zero exit is an error. */
export const mustDocker = async (args: readonly string[], options: RunOptions = {}): Promise<string> => {
  const [program] = await client()
  return mustRun(program, args, options)
}

/** Runs the Docker client and returns its trimmed stdout; a non-zero exit is an error. */
export const docker = async (...args: readonly string[]): Promise<string> => (await mustDocker(args)).trim()

/** Runs Compose (v2, or 1.29) on docker-compose.test.yml for one lab, with the variables the file asks for. */
export const compose = async (
  { project, network, prefix, state }: Place,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> => {
  const [program, ...before] = await composer()
  const all = [...before, '--project-name', project, '--file', paths.compose, ...args]
  const own = { PGHA_PROJECT: project, PGHA_NETWORK: network, PGHA_PREFIX: prefix, PGHA_STATE: state }
  return mustRun(program, all, { env: { ...own, ...env } })
}
