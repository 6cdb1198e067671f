import { userInfo } from 'node:os'
import { PghaError } from '../shared/errors.ts'
import type { Target } from './connection.ts'
import { expandPath } from './paths.ts'
import { type SshConfig, sshConfig } from './ssh-config.ts'

/** All that is needed to reach and enter one machine: the inventory before ssh_config before OpenSSH's defaults. */
export interface Login {
  /** For messages: the host's name in the inventory, or the name of a jump host. */
  readonly host: string
  readonly address: string
  readonly port: number
  readonly user: string
  /** Identity files, most wanted first. */
  readonly keyFiles: readonly string[]
  /** A key file that is missing is an error only if the operator asked for it. */
  readonly keyFilesChosen: boolean
  /** Use no key of the agent but those that `keyFiles` name. */
  readonly keyFilesOnly: boolean
  readonly agentSocket?: string
  readonly passphrase?: string
  readonly password?: string
  readonly knownHostsFiles: readonly string[]
  /** Name for known_hosts instead of the address. */
  readonly hostKeyAlias?: string
  /** `[user@]host[:port]`, first hop first. */
  readonly jumps: readonly string[]
  /** How many jump hosts led to the need for this login. */
  readonly hops: number
  readonly configFile?: string
  readonly connectTimeoutMs: number
}

/** Puts together what the inventory and the operator's ssh_config say about a host. */
export async function resolveLogin(target: Target): Promise<Login> {
  const configFile = target.configFile === undefined ? undefined : expandPath(target.configFile)
  const config = await sshConfig(target.host, target.address, configFile)
  refuseProxyCommand(target.host, config)
  const address = one(config, 'hostname') ?? target.address
  const port = target.port ?? Number(one(config, 'port') ?? 22)
  const user = target.user ?? one(config, 'user') ?? userInfo().username
  const tokens = { host: address, port, user }
  const expand = (paths: readonly string[]) => paths.map((path) => expandPath(path, tokens))
  const agentSocket = agentOf(one(config, 'identityagent'), expand)
  const hostKeyAlias = one(config, 'hostkeyalias')
  return {
    host: target.host,
    address,
    port,
    user,
    keyFiles: expand(target.keyFiles ?? config.get('identityfile') ?? defaultKeyFiles),
    keyFilesChosen: target.keyFiles !== undefined,
    keyFilesOnly: target.keyFiles !== undefined || one(config, 'identitiesonly') === 'yes',
    ...(agentSocket === undefined ? {} : { agentSocket }),
    ...(target.passphrase === undefined ? {} : { passphrase: target.passphrase }),
    ...(target.password === undefined ? {} : { password: target.password }),
    knownHostsFiles: expand(target.knownHostsFiles ?? knownHostsFilesOf(config)),
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    jumps: jumpsOf(one(config, 'proxyjump')),
    hops: 0,
    ...(configFile === undefined ? {} : { configFile }),
    connectTimeoutMs: target.connectTimeoutMs ?? 10_000,
  }
}

/** `admin@n1 (10.0.0.1:22)`, as messages name a login. */
export function loginText({ host, address, port, user }: Login): string {
  return host === address ? `${user}@${host}:${port}` : `${user}@${host} (${address}:${port})`
}

const defaultKeyFiles = ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa']

function one(config: SshConfig, key: string): string | undefined {
  const value = config.get(key)?.[0]
  return value === 'none' ? undefined : value
}

function knownHostsFilesOf(config: SshConfig): readonly string[] {
  const user = config.get('userknownhostsfile') ?? ['~/.ssh/known_hosts ~/.ssh/known_hosts2']
  const global = config.get('globalknownhostsfile') ?? ['/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2']
  return [...user, ...global].flatMap((list) => list.split(' ')).filter((file) => file !== 'none')
}

function agentOf(
  setting: string | undefined,
  expand: (paths: readonly string[]) => string[],
): string | undefined {
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK
  if (setting.startsWith('$')) return process.env[setting.slice(1)]
  return expand([setting])[0]
}

function jumpsOf(proxyJump: string | undefined): readonly string[] {
  return proxyJump?.split(',') ?? []
}

function refuseProxyCommand(host: string, config: SshConfig): void {
  const command = one(config, 'proxycommand')
  if (command === undefined) return
  throw new PghaError('input', `ssh_config sets ProxyCommand for ${host}, which pgha does not support`, {
    host,
    hint: 'use ProxyJump instead',
  })
}
