/** Writes a line of progress to stderr, so that stdout stays free for results. */
export const say = (line: string): void => {
  process.stderr.write(`lab: ${line}\n`)
}

/** Seconds since `start` (of `Date.now()`) with one decimal, for progress lines. */
export const secondsSince = (start: number): string => ((Date.now() - start) / 1000).toFixed(1)

/** Something went wrong that the person at the terminal can act on: printed without a stack. */
export class LabError extends Error {}
