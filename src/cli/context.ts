import type { RunOptions, Stop } from '../actions/options.ts'
import type { Event } from '../engine/events.ts'
import { errorJson } from '../report/error-text.ts'
import { type Palette, palette } from '../report/palette.ts'
import { Progress } from '../report/progress.ts'
import { openLog } from '../shared/log.ts'
import { redact, redactJson } from '../shared/secret.ts'
import type { Arguments } from './arguments.ts'
import { exitCodeOf } from './exit.ts'
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
  const write = (line: string) => {
    screen.write(redact(line))
  }
  const progress = new Progress(write, palette(wantsColor(process.stderr)), screen.draw)
  const log =
    parsed.logFile === undefined
      ? undefined
      : await openLog(parsed.logFile, (text) => {
          progress.show({ kind: 'warning', text })
        })
  const emit = (event: Event) => {
    progress.show(event)
    if (event.kind !== 'pulse') log?.info(event)
  }
  // Whoever ends the process, such as a second Ctrl-C: the log has the exit code.
  const onExit = (code: number) => {
    emit({ kind: 'run-end', code })
  }
  process.once('exit', onExit)
  const { inventory, extraVars, limit, tags, skipTags, forks, acceptNew, skipUnreachable, maxDisruption } =
    parsed
  try {
    const code = await command({
      arguments: parsed,
      options: {
        ...{ inventory, extraVars, limit, tags, skipTags, forks, acceptNew, skipUnreachable, emit },
        maxDisruption,
        ...{ forceRemove: parsed.forceRemove, deleteData: parsed.deleteData },
        ...{ stop, breakLock: parsed.breakLock },
        command: withoutValues(words).join(' '),
      },
      colors: palette(wantsColor(process.stdout)),
      print: (text) => process.stdout.write(parsed.json ? redactJson(text, 2) : redact(text)),
    })
    emit({ kind: 'run-end', code })
    return code
  } catch (thrown) {
    emit({ kind: 'run-end', code: exitCodeOf(thrown), error: errorJson(thrown) })
    throw thrown
  } finally {
    process.off('exit', onExit)
    screen.end()
    progress.stop()
  }
}

/** `-e patroni.rest_password=x` may hold a secret: the lock and the log get its name only. */
function withoutValues(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    // As yargs reads them: `-e` may stand behind other letters (`-ye x=1`), long options may be in camel case.
    if (/^(-\w*e|--extra-vars|--extraVars)$/.test(words[index - 1] ?? '')) return masked(word)
    return word.replace(
      /^(-\w*?e=?|--extra-vars=|--extraVars=)(.+)$/s,
      (_, option: string, value: string) => `${option}${masked(value)}`,
    )
  })
}

function masked(value: string): string {
  return value.startsWith('@') ? value : value.replace(/=.*$/s, '=…')
}
