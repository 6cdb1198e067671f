import type { BaseAgent, ParsedKey } from 'ssh2'
import { messageOf } from '../shared/errors.ts'
import { within } from './deadline.ts'
import { once } from './once.ts'
import { ssh2 } from './ssh2.ts'

/** What the agent behind a socket can sign with; certificates and FIDO2 keys are left out, since ssh2 knows neither. */
export interface AgentKeys {
  readonly keys: readonly ParsedKey[]
  readonly problem?: string
}

// The agent of a dead forwarding accepts and never answers.
const patienceMs = 5000

/** Asks an agent for its keys, once per process. An agent that does not answer has none. */
export const agentKeys = once((socket: string): Promise<AgentKeys> => {
  return within(ask(socket), patienceMs, () => ({ keys: [], problem: 'no answer' }))
})

async function ask(socket: string): Promise<AgentKeys> {
  const { OpenSSHAgent } = await ssh2()
  return new Promise((resolve) => {
    new OpenSSHAgent(socket).getIdentities((error, keys) => {
      if (error) resolve({ keys: [], problem: messageOf(error) })
      else resolve({ keys: (keys ?? []).filter((key) => 'type' in key) })
    })
  })
}

/** An agent that offers one key only, so that a server's limit of attempts is not spent on the others. */
export async function agentWith(socket: string, key: ParsedKey): Promise<BaseAgent<ParsedKey>> {
  const { OpenSSHAgent } = await ssh2()
  class OneKeyAgent extends OpenSSHAgent {
    override getIdentities(callback: (error: undefined, keys: ParsedKey[]) => void): void {
      callback(undefined, [key])
    }
  }
  return new OneKeyAgent(socket)
}
