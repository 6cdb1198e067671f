import { execFile } from 'node:child_process'
import { PghaError } from '../shared/errors.ts'
import { once } from './once.ts'
import { type Block, blocksAbout, readConfigText } from './ssh-config-files.ts'
import { combined } from './ssh-config-plain.ts'
import { lastLines } from './tail.ts'

/** What ssh_config(5) says about a host: keywords in lower case, each with its values in order. */
export type SshConfig = ReadonlyMap<string, readonly string[]>

const none: SshConfig = new Map()

/**
 * The operator's ssh_config for a host of the inventory. Where it is plain, it is read here; else OpenSSH itself reads it
 * (`ssh -G`, a process per host), so that Include and Match mean what they mean to `ssh`. Patterns may be written for the name in the inventory or for the address; what the
 * name says wins. Empty without ssh client or if nothing is said about the host.
 */
export async function sshConfig(name: string, address: string, configFile?: string): Promise<SshConfig> {
  const text = configText(configFile)
  const [ofName, ofAddress] = [blocksAbout(text, name), blocksAbout(text, address)]
  if (!text.isOpaque && ofName.size + ofAddress.size === 0) return none
  const plain = text.isOpaque
    ? undefined
    : plainConfig(ofName, ofAddress, name === address ? undefined : address)
  if (plain !== undefined) return plain
  if (name === address) return ask(configFile, address)
  // Nearly always one of the two says all that the other says, and one question will do.
  if (!text.isOpaque && contains(ofName, ofAddress)) return ask(configFile, name, address)
  if (!text.isOpaque && contains(ofAddress, ofName)) return ask(configFile, address)
  const questions = [
    ask(configFile, name, address),
    ask(configFile, address),
    ask(configFile, 'host.invalid'),
  ] as const
  return mixed(...(await Promise.all(questions)))
}

function contains<T>(all: ReadonlySet<T>, some: ReadonlySet<T>): boolean {
  return [...some].every((one) => all.has(one))
}

/** What two sets of plain blocks say, of which one has all of the other; undefined for ssh to tell. */
function plainConfig(
  ofName: ReadonlySet<Block>,
  ofAddress: ReadonlySet<Block>,
  address: string | undefined,
): SshConfig | undefined {
  const isNamed = contains(ofName, ofAddress)
  if (!isNamed && !contains(ofAddress, ofName)) return undefined
  const settings = [...(isNamed ? ofName : ofAddress)].map((block) => block.settings)
  if (settings.includes(undefined)) return undefined
  const config = combined(settings.flatMap((some) => some ?? []))
  // As `ssh -o HostName=` would have it.
  return isNamed && address !== undefined ? new Map([...config, ['hostname', [address]]]) : config
}

// `ssh -G` mixes in its defaults: what a host has that nobody wrote about does not speak of this name. `none` is left out
// of the output, so that a missing keyword may speak of the name as well.
function mixed(byName: SshConfig, byAddress: SshConfig, unknownHost: SshConfig): SshConfig {
  const keys = new Set([...byName.keys(), ...byAddress.keys()])
  const chosen = [...keys].map((key) => {
    const ofName = key !== 'hostname' && !sameValues(byName.get(key), unknownHost.get(key))
    return [key, (ofName ? byName : byAddress).get(key) ?? []] as const
  })
  return new Map(chosen)
}

const configText = once(readConfigText)

const ask = once(
  async (configFile: string | undefined, host: string, address?: string): Promise<SshConfig> => {
    const file = configFile === undefined ? [] : ['-F', configFile]
    const hostname = address === undefined ? [] : ['-o', `HostName=${address}`]
    return parse(await sshG([...file, ...hostname, '-T', '-G', '--', host]))
  },
)

function sshG(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('ssh', args, { timeout: 10_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else if (error.code === 'ENOENT') resolve('')
      else reject(unreadable(args, error, stderr))
    })
  })
}

function unreadable(args: readonly string[], cause: Error, stderr: string): PghaError {
  return new PghaError('input', `ssh cannot read its configuration: ssh ${args.join(' ')}`, {
    hint: 'correct the file that is named below',
    evidence: lastLines(stderr),
    cause,
  })
}

function parse(output: string): SshConfig {
  const config = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const [, key, value] = /^(\S+) (.+)$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) config.set(key, [...(config.get(key) ?? []), value])
  }
  return config
}

function sameValues(values: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  return values?.join('\n') === others?.join('\n')
}
