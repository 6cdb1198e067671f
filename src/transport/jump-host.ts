import { PghaError } from '../shared/errors.ts'
import type { Target } from './connection.ts'
import { type Login, resolveLogin } from './login.ts'

// Real chains have two or three hops; one that leads back to itself has no end.
const mostHops = 8

/**
 * The login of the last jump host before a login. What comes before it in ProxyJump is its own way; only the first of a
 * chain may have a ProxyJump of its own, as with `ssh -J`. Keys and passwords of the inventory are for nodes, not for it.
 */
export async function jumpHostOf(login: Login): Promise<Login> {
  const [last = '', ...before] = login.jumps.toReversed()
  const target = parse(last)
  if (target === undefined)
    throw unusable(login, 'write it as [user@]host[:port], with commas between several')
  const hop = await resolveLogin({ ...target, ...configOf(login), connectTimeoutMs: login.connectTimeoutMs })
  const jumps = before.length > 0 ? before.reverse() : hop.jumps
  const isLoop = jumps.at(-1) === last || login.hops === mostHops
  if (isLoop) throw unusable(login, `set "ProxyJump none" for ${last}: it is to be reached through itself`)
  return { ...hop, jumps, hops: login.hops + 1 }
}

function parse(text: string): Target | undefined {
  const pattern = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:/]+))(?::(\d+))?\/?$/
  const [, user, bracketed, plain, port] = pattern.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined) return undefined
  const named = { host, address: host }
  return {
    ...named,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  }
}

function configOf({ configFile }: Login): Partial<Target> {
  return configFile === undefined ? {} : { configFile }
}

function unusable(login: Login, hint: string): PghaError {
  return new PghaError('input', `ProxyJump of ${login.host} cannot be followed: ${login.jumps.join(',')}`, {
    host: login.host,
    hint: `in ssh_config, ${hint}`,
  })
}
