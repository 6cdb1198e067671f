import { isIPv4 } from 'node:net'
import { join, relative, resolve } from 'node:path'
import type { Scalar, Tree } from '../tree.ts'
import { type Plain, scalarText } from './plain.ts'
import type { Form } from './rules.ts'

/** What a value comes to: nothing when it does not fit, else the value, and what stands beside it in pgha. */
export interface Formed {
  readonly value: Plain
  /** Further settings, by their key beside the first. */
  readonly beside?: Readonly<Record<string, Plain>>
  readonly remark?: string
}

export type Addresses = Pick<ReadonlyMap<string, string>, 'get'>

export interface FormOptions {
  /** IPv4 addresses of names that were looked up. */
  readonly addresses: Addresses
  /** Where relative paths of the Ansible project start, and those of the new inventory. */
  readonly from: string
  readonly to: string
}

/** Whether values of this form are passwords. */
export function isSecretForm(form: Form): boolean {
  return form === 'secret' || form === 'password behind the colon' || form === 'vrrp secret'
}

/** The value in pgha's form; undefined when nothing can be made of it. What the schema says of it comes later. */
export function formed(form: Form, tree: Tree, options: FormOptions): Formed | undefined {
  const values = tree.kind === 'list' ? tree.items : [tree]
  const [first] = values
  if (first?.kind !== 'scalar' || first.value === null) return undefined
  if (form === 'key file') return { value: values.flatMap((one) => keyFile(one, options)) }
  if (values.length > 1) return undefined
  return readers[form](first.value, options)
}

type Reader = (value: Exclude<Scalar, null>, options: FormOptions) => Formed | undefined

const readers: Readonly<Record<Exclude<Form, 'key file'>, Reader>> = {
  text: (value) => ({ value: scalarText(value) }),
  secret: (value) => ({ value: scalarText(value) }),
  number: (value) => ({ value: numberOf(value) }),
  version: (value) => ({ value: numberOf(value) }),
  address: (value, { addresses }) => addressOf(String(value), addresses),
  vip: (value) => vipOf(String(value)),
  // The article has `timezone: name=Europe/Moscow`.
  timezone: (value) => ({
    value: String(value).replace(/^name=/, ''),
    remark: "switches the role ntp on, with chrony; the article's way is method: ntpdate",
  }),
  'port behind the colon': (value) => part(/^[^:]*:(\d+)$/, value, Number),
  'user before the colon': (value) => part(/^([^:]+):/s, value, String),
  'password behind the colon': (value) => part(/^[^:]+:(.+)$/s, value, String),
  'version in a path': (value) => part(/[/-](9\.6|1\d)(?=\/|$)/, value, Number),
  'remote consul': (value) => consulOf(String(value)),
  // VRRP carries 8 characters; keepalived drops the rest.
  'vrrp secret': (value) => ({
    value: scalarText(value).slice(0, 8),
    ...(scalarText(value).length > 8 ? { remark: 'the 8 characters that VRRP uses' } : {}),
  }),
}

function part(form: RegExp, value: Scalar, read: (text: string) => Plain): Formed | undefined {
  const found = form.exec(String(value))?.[1]
  return found === undefined ? undefined : { value: read(found) }
}

function numberOf(value: Exclude<Scalar, null>): Plain {
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value
}

function addressOf(name: string, addresses: Addresses): Formed | undefined {
  if (isIPv4(name)) return { value: name }
  const found = addresses.get(name)
  return found === undefined ? undefined : { value: found, remark: `looked up: ${name}` }
}

// keepalived takes the prefix with the address.
function vipOf(text: string): Formed {
  const [address = '', prefix] = text.split('/')
  return prefix === undefined || prefix === '32'
    ? { value: address }
    : { value: address, beside: { prefix: Number(prefix) } }
}

function consulOf(text: string): Formed | undefined {
  const [, host, port = '8500'] = /^(?:https?:\/\/)?([A-Za-z0-9.-]+)(?::(\d+))?\/?$/.exec(text) ?? []
  if (host === undefined || host === 'localhost' || host.startsWith('127.')) return undefined
  return { value: [`${host}:${port}`] }
}

// Relative paths start at the inventory in both; in the new place they have to lead to the old file.
function keyFile(tree: Tree, { from, to }: FormOptions): readonly string[] {
  if (tree.kind !== 'scalar' || tree.value === null) return []
  const path = String(tree.value)
  if (path.startsWith('/') || path.startsWith('~')) return [path]
  return [relative(resolve(to), resolve(join(from, path)))]
}
