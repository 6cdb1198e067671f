import pLimit from 'p-limit'

import { FleetError, messageOf, PghaError } from '../shared/errors.ts'

/** Hosts worked on at once when `--forks` does not say; a handshake costs the controller about 3 ms of CPU. */
export const defaultForks = 64

/**
 * Runs `work` for every host, at most `forks` at once, and gives the results in the order of the hosts. All hosts are
 * let come to their end; then failures are thrown together as a FleetError.
 */
export async function onEach<Item, Result>(
  items: readonly Item[],
  forks: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const limit = pLimit(forks)
  const settled = await Promise.allSettled(items.map((item) => limit(() => work(item))))
  const failures = settled.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
  if (failures.length > 0) throw failureOf(failures)
  return settled.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
}

function failureOf(failures: readonly unknown[]): unknown {
  const bug = failures.find((failure) => !(failure instanceof PghaError))
  if (bug !== undefined) return bug
  const known = failures.filter((failure) => failure instanceof PghaError)
  return known.length === 1 ? known[0] : new FleetError(known)
}

/** The error of one host among others, named by it. */
export function namedError(host: string, thrown: unknown): PghaError {
  if (thrown instanceof PghaError) return thrown.with({ host })
  return new PghaError('failed', messageOf(thrown), { host, cause: thrown })
}
