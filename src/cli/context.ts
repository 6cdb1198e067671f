import type { RunOptions, Stop } from '../actions/options.ts'
import type { Event } from '../engine/events.ts'
import { type Palette, palette } from '../report/palette.ts'
import { Progress } from '../report/progress.ts'
import { openLog } from '../shared/log.ts'
import type { Arguments } from './arguments.ts'
import { screenOf, wantsColor } from './screen.ts'

/** What a command gets: its arguments, the run's options, and the way to the terminal. */
export interface CommandContext {
  readonly arguments: Arguments
  readonly options: RunOptions
  /** For stdout. */
  readonly colors: Palette
  /** The result, on stdout. */
  readonly print: (text: string) => void
}

/** A command: does its work and gives the exit code. */
export type Command = (context: CommandContext) => Promise<number>

/** Runs a command with its progress on stderr and, if asked for, all events in a log file. */
export async function withContext(
  command: Command,
  parsed: Arguments,
  words: readonly string[],
  stop: Stop,
): Promise<number> {
  const screen = screenOf(process.stderr)
  const progress = new Progress(screen.write, palette(wantsColor(process.stderr)), screen.draw)
  const log = parsed.logFile === undefined ? undefined : await openLog(parsed.logFile)
  const emit = (event: Event) => {
    progress.show(event)
    if (event.kind !== 'pulse') log?.info(event)
  }
  const { inventory, extraVars, limit, tags, skipTags, forks, acceptNew, skipUnreachable, maxDisruption } =
    parsed
  try {
    return await command({
      arguments: parsed,
      options: {
        ...{ inventory, extraVars, limit, tags, skipTags, forks, acceptNew, skipUnreachable, emit },
        maxDisruption,
        ...{ forceRemove: parsed.forceRemove, deleteData: parsed.deleteData },
        ...{ stop, breakLock: parsed.breakLock },
        command: words.map(withoutValue).join(' '),
      },
      colors: palette(wantsColor(process.stdout)),
      print: (text) => process.stdout.write(text),
    })
  } finally {
    screen.end()
    progress.stop()
  }
}

/** `-e patroni.rest_password=x` may hold a secret: the lock and the log get its name only. */
function withoutValue(word: string): string {
  return word.replace(/^(-e|--extra-vars=)?([\w.-]+=).*$/s, '$1$2…')
}
