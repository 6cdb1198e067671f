const late = Symbol('late')

/** What `promise` came to, or what `onLate` returns if it takes longer; the promise itself goes on. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, onLate: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const alarm = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, late)
  })
  try {
    const first = await Promise.race([promise, alarm])
    return first === late ? onLate() : first
  } finally {
    clearTimeout(timer)
  }
}
