import { PghaError } from '../shared/errors.ts'
import { jumpHostOf } from './jump-host.ts'
import type { Link, Route } from './link.ts'
import { type Login, loginText } from './login.ts'
import { forward } from './tunnel.ts'

interface SharedLink {
  readonly link: Promise<Link>
  users: number
}

// Many nodes behind one jump host share one connection to it: its sshd turns away more than ten at once.
const open = new Map<string, SharedLink>()

/** A stream to a login's sshd through its jump hosts, each verified and logged into under its own name. */
export async function openJump(login: Login, openLink: (hop: Login) => Promise<Link>): Promise<Route> {
  const hop = await jumpHostOf(login)
  const key = JSON.stringify([hop.jumps, hop.user, hop.address, hop.port])
  const shared = share(key, () => openLink(hop))
  let released = false
  const release = () => {
    if (released) return
    released = true
    leave(key, shared)
  }
  try {
    const { client } = await shared.link
    return {
      sock: await forward(client, hop.host, login.address, login.port, login.connectTimeoutMs),
      release,
    }
  } catch (error) {
    release()
    throw error instanceof PghaError ? behind(login, error) : error
  }
}

function share(key: string, openHop: () => Promise<Link>): SharedLink {
  const known = open.get(key)
  const shared = known ?? { link: openHop(), users: 0 }
  shared.users += 1
  if (known === undefined) {
    open.set(key, shared)
    // A lost jump host must not be offered to whoever tries next.
    const gone = () => {
      forget(key, shared)
    }
    shared.link.then(({ client }) => client.on('close', gone), gone)
  }
  return shared
}

function leave(key: string, shared: SharedLink): void {
  shared.users -= 1
  if (shared.users > 0) return
  forget(key, shared)
  shared.link.then(
    (link) => {
      link.close()
    },
    () => undefined,
  )
}

function forget(key: string, shared: SharedLink): void {
  if (open.get(key) === shared) open.delete(key)
}

function behind(login: Login, error: PghaError): PghaError {
  if (error.kind === 'input') return error
  const message = `on the way to ${loginText(login)}: ${error.message}`
  return new PghaError(error.kind, message, { ...error.context, host: login.host })
}
