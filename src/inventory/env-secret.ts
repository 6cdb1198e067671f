import { keepSecret } from '../shared/secret.ts'

const shortest = 8

/** A name, as of a host, a user or a cluster: words of letters with at most four figures behind each. */
const name = /^([A-Za-z]+\d{0,4}|\d+)([._-]([A-Za-z]+\d{0,4}|\d+))*$/
/** A number, a time, an address, a network, a port or a list of them. */
const figures = /^[\d.:/,\s-]+[a-zA-Z]{0,3}$/
const path = /^~?\/[\w./@+-]*$/

/**
 * Keeps a value of the environment out of all that is shown, where it may be a secret: whoever writes `!env` for a setting of
 * PostgreSQL had a reason. Names, figures and paths stay, or an address of a node would be missing everywhere; as the
 * password that it is for, each of them is a secret by its field.
 */
export function keepEnvSecret(value: string): void {
  if (mayBeSecret(value)) keepSecret(value)
}

export function mayBeSecret(value: string): boolean {
  return value.length >= shortest && ![name, figures, path].some((pattern) => pattern.test(value))
}
