import { stoppable } from './abort.ts'
import type { Connection, Holder, Target } from './connection.ts'
import { Helper } from './helper.ts'
import { type Link, openLink } from './link.ts'
import { loaderCommand } from './loader.ts'
import { resolveLogin } from './login.ts'
import { openSession } from './session.ts'
import { ssh2 } from './ssh2.ts'
import { asRoot } from './sudo.ts'
import { forward } from './tunnel.ts'

export interface ConnectOptions {
  /** Locks the node for this run; without it nothing is locked, as fits a run that only looks. */
  readonly holder?: Holder
  /** Trusts and remembers the key of a node that has none on file; never a changed key. */
  readonly acceptNew?: boolean
  /** Ends the attempt to connect; it has no effect on the connection afterwards. */
  readonly signal?: AbortSignal
}

/** Logs in to a host, becomes root there and, with a holder, locks it: kind `locked` if another run has the lock. */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<Connection> {
  const { holder, acceptNew = false, signal } = options
  // Loads while ssh_config is read.
  void ssh2()
  const login = await resolveLogin(target)
  const link = await openLink(login, { acceptNew, ...(signal === undefined ? {} : { signal }) })
  try {
    const stop = () => link.client.destroy()
    const helper = await stoppable(signal, stop, () => startHelper(link, target, holder))
    return connectionOf(target.host, link, helper)
  } catch (error) {
    link.close()
    throw error
  }
}

async function startHelper(link: Link, target: Target, holder: Holder | undefined): Promise<Helper> {
  const { host, user } = link.login
  const sudoPassword = user === 'root' ? undefined : target.sudoPassword
  const pipe = await openSession(link, asRoot(loaderCommand(), user, sudoPassword))
  return Helper.start(pipe, {
    host,
    user,
    ...(holder === undefined ? {} : { holder }),
    ...(sudoPassword === undefined ? {} : { sudoPassword }),
  })
}

function connectionOf(host: string, link: Link, helper: Helper): Connection {
  return {
    host,
    run: (script, options) => helper.run(script, options),
    tunnel: (address, port) => forward(link.client, host, address, port),
    async close() {
      await helper.close()
      link.close()
    },
  }
}
