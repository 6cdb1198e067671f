import { spawn } from 'node:child_process'

/** One run of a whole process: wall seconds, peak memory in MB where `time` tells it. */
export interface Sample {
  readonly seconds: number
  readonly peakMb: number | undefined
}

// Node parses the certificates of this variable at each start, before pgha is even read (50 ms where this was found).
const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined }

/** Runs a shell command to its end; anything but the expected exit code is an error with its output. */
export async function timed(command: string, expected = 0): Promise<Sample> {
  const startedNs = process.hrtime.bigint()
  const child = spawn('/bin/sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9
  if (code !== expected) throw new Error(`${command} ended with ${String(code)}\n${output.slice(-3000)}`)
  const peak = /Maximum resident set size \(kbytes\): (\d+)/.exec(output)?.[1]
  return { seconds, peakMb: peak === undefined ? undefined : Number(peak) / 1024 }
}

/** A figure over several runs; the median is the one to quote, the others tell how noisy the machine was. */
export interface Figure {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly peakMb: number | undefined
}

/** One run to warm up, then `runs` that count. */
export async function measured(command: string, runs: number): Promise<Figure> {
  await timed(command)
  const samples: Sample[] = []
  for (let run = 0; run < runs; run++) samples.push(await timed(command))
  return figureOf(samples)
}

type Figures<C extends readonly string[]> = { readonly [K in keyof C]: Figure }

/** Runs of several commands in turn, after one of each to warm up, so that a change of the machine's speed hits all. */
export async function inTurn<const C extends readonly string[]>(
  commands: C,
  runs: number,
): Promise<Figures<C>> {
  const samples = commands.map((): Sample[] => [])
  for (const command of commands) await timed(command)
  for (let run = 0; run < runs; run++) {
    for (const [index, command] of commands.entries()) samples[index]?.push(await timed(command))
  }
  return samples.map(figureOf) as unknown as Figures<C>
}

/** The median of several runs, and how far they lie apart. */
export function figureOf(samples: readonly Sample[]): Figure {
  const seconds = samples.map((sample) => sample.seconds).toSorted((a, b) => a - b)
  const peaks = samples.flatMap((sample) => sample.peakMb ?? [])
  return {
    median: seconds[Math.floor(seconds.length / 2)] ?? 0,
    min: seconds[0] ?? 0,
    max: seconds.at(-1) ?? 0,
    peakMb: peaks.length === 0 ? undefined : Math.max(...peaks),
  }
}
