import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import { agentKeys, agentWith } from './agent.ts'
import { fingerprint } from './fingerprint.ts'
import { decryptKeyFile, type KeyFile, readKeyFile } from './key-file.ts'
import type { Login } from './login.ts'

/** One way to log in, or why there is none where one was to be expected. */
export type Attempt =
  | {
      readonly label: string
      readonly method: string
      /** Another method that asks for the same and is enough if the server takes it. */
      readonly insteadOf?: string
      readonly auth: AnyAuthMethod
    }
  | { readonly label: string; readonly problem: string }

/**
 * The ways to log in, in order: key files (by the agent where they are encrypted or public only and it has them), the agent's other
 * keys, the password. Each is made when its turn comes, since a key may take a second to decrypt.
 */
export async function* attempts(login: Login): AsyncGenerator<Attempt, undefined> {
  const offered = new Set<string>()
  for (const path of login.keyFiles) {
    const file = await readKeyFile(path)
    if (file.kind === 'missing' && !login.keyFilesChosen) continue
    const key = publicKeyOf(file)
    if (key !== undefined) offered.add(key.toString('base64'))
    yield await fromFile(login, file)
  }
  if (!login.keyFilesOnly) yield* fromAgent(login, offered)
  if (login.password !== undefined) yield* fromPassword(login.user, login.password)
}

async function fromFile(login: Login, file: KeyFile): Promise<Attempt> {
  const label = `key ${file.path}`
  if (file.kind === 'key') return withKey(login.user, file.path, file.key)
  if (file.kind !== 'encrypted' && file.kind !== 'public') return { label, problem: file.problem }
  const inAgent = await findInAgent(login, file.publicKey)
  if (inAgent !== undefined) return withAgent(login, inAgent)
  if (file.kind === 'public') return { label, problem: 'only its public key is here, and not in the agent' }
  if (login.passphrase === undefined)
    return { label, problem: 'encrypted, no passphrase given and not in the agent' }
  const decrypted = await decryptKeyFile(file.path, login.passphrase)
  return decrypted.kind === 'key'
    ? withKey(login.user, file.path, decrypted.key)
    : { label, problem: 'problem' in decrypted ? decrypted.problem : 'encrypted' }
}

async function* fromAgent(login: Login, offered: ReadonlySet<string>): AsyncGenerator<Attempt, undefined> {
  if (login.agentSocket === undefined) return
  const { keys, problem } = await agentKeys(login.agentSocket)
  if (problem !== undefined) yield { label: `agent ${login.agentSocket}`, problem }
  for (const key of keys) {
    if (!offered.has(key.getPublicSSH().toString('base64'))) yield await withAgent(login, key)
  }
}

function* fromPassword(username: string, password: string): Generator<Attempt> {
  yield { label: 'password', method: 'password', auth: { type: 'password', username, password } }
  // Some servers take a password only as the answer to a question.
  yield {
    label: 'password',
    method: 'keyboard-interactive',
    insteadOf: 'password',
    auth: {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map(({ echo }) => (echo === true ? '' : password)))
      },
    },
  }
}

async function findInAgent(
  { agentSocket }: Login,
  publicKey: Buffer | undefined,
): Promise<ParsedKey | undefined> {
  if (agentSocket === undefined || publicKey === undefined) return undefined
  const { keys } = await agentKeys(agentSocket)
  return keys.find((key) => key.getPublicSSH().equals(publicKey))
}

async function withAgent({ agentSocket = '', user }: Login, key: ParsedKey): Promise<Attempt> {
  const label = `agent key ${key.comment} ${fingerprint(key.getPublicSSH())}`
  return {
    label,
    method: 'publickey',
    auth: { type: 'agent', username: user, agent: await agentWith(agentSocket, key) },
  }
}

function withKey(username: string, path: string, key: ParsedKey): Attempt {
  return { label: `key ${path}`, method: 'publickey', auth: { type: 'publickey', username, key } }
}

function publicKeyOf(file: KeyFile): Buffer | undefined {
  if (file.kind === 'key') return file.key.getPublicSSH()
  return file.kind === 'encrypted' || file.kind === 'public' ? file.publicKey : undefined
}
