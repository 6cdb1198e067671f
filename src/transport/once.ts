/** `produce`, asked once per process for the same arguments: many hosts share a key, an agent, a config file. */
export function once<A extends readonly (string | undefined)[], T>(
  produce: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  const made = new Map<string, Promise<T>>()
  return (...args) => {
    const key = JSON.stringify(args)
    const known = made.get(key)
    if (known !== undefined) return known
    const promise = produce(...args)
    made.set(key, promise)
    return promise
  }
}
