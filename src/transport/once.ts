/** `produce`, asked once per process for the same arguments: many hosts share a key, an agent, a config file. */
export function once<A extends readonly (string | undefined)[], T extends object>(
  produce: (...args: A) => T,
): (...args: A) => T {
  const made = new Map<string, T>()
  return (...args) => {
    const key = JSON.stringify(args)
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = produce(...args)
    made.set(key, fresh)
    return fresh
  }
}
