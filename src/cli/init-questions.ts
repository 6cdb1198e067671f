import type { InitOptions } from '../actions/init.ts'
import { InputError } from '../shared/errors.ts'
import { askText } from './ask.ts'
import { type Raw, flagOption, listOption, textOption } from './raw.ts'

/** The options of init, asked for where they are missing and there is a terminal. */
export async function initOptions(raw: Raw): Promise<InitOptions> {
  const given = listOption(raw, 'host')
  const asks = given.length === 0
  if (asks && !process.stdin.isTTY) {
    const hint =
      'pgha init --host n1=198.18.1.11 --host n2=198.18.1.12 --host n3=198.18.1.13 --vip 198.18.1.100'
    throw new InputError([{ message: 'which nodes? --host NAME=ADDRESS, once for each', hint }])
  }
  const hosts = hostsOf(asks ? await askHosts() : given)
  const open = async (name: string, question: string, otherwise?: string): Promise<string | undefined> => {
    const value = textOption(raw, name) ?? (asks ? await askText(question, otherwise) : otherwise)
    return value === '' ? otherwise : value
  }
  return {
    hosts,
    vip: await open('vip', 'Virtual address that clients connect to (empty: none)'),
    scope: (await open('scope', 'Name of the cluster', 'main')) ?? 'main',
    user: await open('user', 'Login on the nodes (empty: what ~/.ssh/config says, else root)'),
    version: (await open('pg-version', 'Version of PostgreSQL', '17')) ?? '17',
    out: textOption(raw, 'out') ?? '.',
    force: flagOption(raw, 'force'),
  }
}

async function askHosts(): Promise<readonly string[]> {
  const answer = await askText('Nodes, as NAME=ADDRESS with spaces between them')
  return answer.split(/[\s,]+/).filter((word) => word !== '')
}

function hostsOf(words: readonly string[]): InitOptions['hosts'] {
  const hosts = words.map((word) => {
    const [, name, address] = /^([^=]+)=(.+)$/.exec(word) ?? []
    return { name, address, word }
  })
  const problems = hosts
    .filter(({ name }) => name === undefined)
    .map(({ word }) => ({ message: `--host ${word}: expected NAME=ADDRESS`, hint: 'such as n1=198.18.1.11' }))
  const names = hosts.map(({ name }) => name)
  const twice = names.filter((name, index) => name !== undefined && names.indexOf(name) !== index)
  problems.push(
    ...twice.map((name) => ({
      message: `--host ${name ?? ''} is given twice`,
      hint: 'each node needs its own name',
    })),
  )
  if (hosts.length === 0)
    throw new InputError([{ message: 'a cluster needs a node', hint: 'three make a quorum' }])
  if (problems.length > 0) throw new InputError(problems)
  return hosts.map(({ name = '', address = '' }) => ({ name, address }))
}
