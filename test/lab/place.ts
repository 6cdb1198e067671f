import { join } from 'node:path'
import { LabError } from './say.ts'
import { here } from './settings.ts'

/** One of several labs side by side: the names, addresses and files that are its own. */
export interface Place {
  /** One letter; empty for the default lab. */
  readonly name: string
  /** Compose's project, and the prefix of the containers' names. */
  readonly project: string
  /** The network and its bridge. */
  readonly network: string
  /** The first three bytes of its /24. */
  readonly prefix: string
  /** The virtual address that the generated inventory gives to keepalived. */
  readonly vip: string
  /** Where its files are generated. */
  readonly state: string
  readonly files: {
    readonly key: string
    readonly publicKey: string
    readonly knownHosts: string
    readonly sshConfig: string
    readonly inventory: string
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

const checked = (name: string): string => {
  if (name === '' || (name.length === 1 && letters.includes(name))) return name
  throw new LabError(`"${name}" cannot name a lab: PGHA_LAB is one letter from a to z, or empty`)
}

/** The lab of this letter, else the one that PGHA_LAB names; 198.18.1.0/24 is the default's, .2 is a's, .3 is b's ... */
export const placeOf = (lab: string = process.env['PGHA_LAB'] ?? ''): Place => {
  const name = checked(lab)
  const suffix = name === '' ? '' : `-${name}`
  const prefix = `198.18.${letters.indexOf(name) + (name === '' ? 1 : 2)}`
  const state = name === '' ? here : join(here, `state${suffix}`)
  const files = {
    key: join(state, 'id_ed25519'),
    publicKey: join(state, 'id_ed25519.pub'),
    knownHosts: join(state, 'known_hosts'),
    sshConfig: join(state, 'ssh_config'),
    inventory: join(state, 'inventory.yaml'),
  }
  const names = { name, project: `pgha${suffix}`, network: `pgha-lab${suffix}` }
  return { ...names, prefix, vip: `${prefix}.100`, state, files }
}

/** The lab whose containers Compose put into this project. */
export const placeOfProject = (project: string): Place => placeOf(project.replace(/^pgha-?/, ''))
