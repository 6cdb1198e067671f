import { spawn } from 'node:child_process'
import type { Ending, Pipe } from '../../src/transport/pipe.ts'

/** A local program as a Pipe, where a node would have an SSH channel. */
export function localPipe(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Pipe {
  const child = spawn(file, args, { env, stdio: 'pipe' })
  // A program that ends before it has read everything is what some tests are about.
  child.stdin.on('error', () => undefined)
  const ended = new Promise<Ending>((resolve) => {
    child.on('error', (error) => {
      resolve({ error })
    })
    child.on('close', (code, signal) => {
      resolve({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) })
    })
  })
  const { stdin, stdout, stderr } = child
  // As when a connection ends: a shell that is about to read when the signal comes sees the end of its input.
  const destroy = () => {
    stdin.destroy()
    child.kill()
  }
  return { stdin, stdout, stderr, ended, destroy }
}
