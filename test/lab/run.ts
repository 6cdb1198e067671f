import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { LabError } from './say.ts'

/** How a command ended; a command killed by a signal has code 128. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a command gets beyond its arguments. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Called with each line of either stream as it comes. */
  readonly onLine?: (line: string) => void
}

const running = new Set<ChildProcess>()

/** Ends every child still running: by the signal, and after two seconds by force. */
export const endChildren = async (signal: NodeJS.Signals): Promise<void> => {
  for (const child of running) child.kill(signal)
  for (let waited = 0; waited < 20 && running.size > 0; waited++)
    await new Promise((wake) => setTimeout(wake, 100))
  for (const child of running) child.kill('SIGKILL')
}

/** Runs a command to its end on pipes of its own, so that nothing it leaves behind can hold the terminal. */
export const run = async (
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> => {
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  running.add(child)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  for (const stream of options.onLine ? [child.stdout, child.stderr] : []) {
    createInterface({ input: stream }).on('line', options.onLine ?? (() => undefined))
  }
  child.stdin.on('error', () => undefined) // the command ended without reading its input
  child.stdin.end(options.input ?? '')
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit) => {
      resolve(exit ?? 128)
    })
  }).finally(() => running.delete(child))
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }
}

/** Like `run`, but a non-zero exit is an error that quotes the end of what the command said. */
export const mustRun = async (
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> => {
  const { code, stdout, stderr } = await run(command, args, options)
  if (code === 0) return stdout
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-20).join('\n')
  throw new LabError(`${command} ${args.join(' ')} failed with exit code ${code}:\n${said}`)
}

/** Whether a process of this id runs. */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
