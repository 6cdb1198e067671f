import { run, mustRun, type Outcome, type RunOptions } from './run.ts'
import { LabError } from './say.ts'
import { networkPrefix, paths, project } from './settings.ts'

const answers = async (command: string, args: readonly string[]): Promise<boolean> => {
  const outcome = await run(command, args).catch(() => undefined)
  return outcome?.code === 0
}

const firstThatWorks = async (
  candidates: readonly (readonly string[])[],
  probe: readonly string[],
  advice: string,
): Promise<readonly string[]> => {
  for (const candidate of candidates) {
    const [command = '', ...args] = candidate
    if (await answers(command, [...args, ...probe])) return candidate
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

// A client in the path may be too new or too old for the engine; Debian's own then fits.
const client = remembered(() =>
  firstThatWorks(
    [['docker'], ['/usr/bin/docker'], ['/usr/local/bin/docker']],
    ['version', '--format', '{{.Server.Version}}'],
    'no Docker engine answers. Run `npm run lab -- up`, which starts one, or `sh test/lab/setup.sh` to see why not.',
  ),
)

const composer = remembered(() =>
  firstThatWorks(
    [['docker', 'compose'], ['/usr/bin/docker', 'compose'], ['docker-compose']],
    ['version'],
    'neither `docker compose` nor `docker-compose` works. Install one of them.',
  ),
)

/** Whether an engine answers; never an error. */
export const engineAnswers = async (): Promise<boolean> =>
  client().then(
    () => true,
    () => false,
  )

/** Runs the Docker client; a non-zero exit is an outcome, not an error. */
export const tryDocker = async (args: readonly string[], options: RunOptions = {}): Promise<Outcome> => {
  const [command = ''] = await client()
  return run(command, args, options)
}

/** Runs the Docker client and returns its trimmed stdout; a non-zero exit is an error. */
export const docker = async (...args: readonly string[]): Promise<string> => {
  const [command = ''] = await client()
  return (await mustRun(command, args)).trim()
}

/** Runs Compose (v2, or 1.29) on docker-compose.test.yml with the variables it asks for. */
export const compose = async (
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> => {
  const [command = '', ...before] = await composer()
  const all = [...before, '--project-name', project, '--file', paths.compose, ...args]
  return mustRun(command, all, { env: { PGHA_PREFIX: networkPrefix, ...env } })
}
