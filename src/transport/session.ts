import type { ClientChannel } from 'ssh2'
import { messageOf, PghaError } from '../shared/errors.ts'
import type { Link } from './link.ts'
import { loginText } from './login.ts'
import type { Ending, Pipe } from './pipe.ts'

/** Runs the one command of a connection. */
export async function openSession(link: Link, command: string): Promise<Pipe> {
  try {
    return pipeOf(await execute(link, command), link)
  } catch (error) {
    throw noSession(link, error)
  }
}

function execute({ client }: Link, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error === undefined) resolve(channel)
      else reject(error)
    })
  })
}

function pipeOf(channel: ClientChannel, link: Link): Pipe {
  // What goes wrong here shows as the end of the channel; an error nobody listens to would end the process.
  channel.on('error', () => undefined)
  const ended = new Promise<Ending>((resolve) => {
    channel.on('close', (code?: number | null, signal?: string) => {
      const error = link.lostBy()
      resolve({
        ...(typeof code === 'number' ? { code } : {}),
        ...(signal === undefined ? {} : { signal }),
        ...(error === undefined ? {} : { error }),
      })
    })
  })
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended,
    destroy: () => link.client.destroy(),
  }
}

function noSession(link: Link, cause: unknown): PghaError {
  return new PghaError('failed', `${loginText(link.login)} opens no session: ${messageOf(cause)}`, {
    host: link.login.host,
    isUnreachable: link.lostBy() !== undefined,
    hint: 'see MaxSessions and ForceCommand in sshd_config on the node',
    cause,
  })
}
