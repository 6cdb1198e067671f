import { resource, type Resource, type ResourceType } from '../engine/resource.ts'

export interface CommandWant {
  readonly name: string
  /** A script that exits with 0 when there is nothing to do. Must not change the node, nor wait for anything. */
  readonly guard: string
  /** The script that makes the guard pass. */
  readonly run: string
}

/** A command with a guard: for what no other resource can say. */
export function guardedCommand(want: CommandWant): Resource {
  return resource(commandType, want.name, want)
}

/** The state is whether the guard passes. */
export const commandType: ResourceType<CommandWant, boolean> = {
  kind: 'command',
  isPlain: true,
  probe: (wants) =>
    wants.map(({ guard }) => `(\n${guard}\n) >/dev/null 2>&1 </dev/null; echo "G|$?"`).join('\n'),
  parse: (printed, wants) => {
    const codes = [...printed.matchAll(/^G\|(\d+)$/gm)].map(([, code]) => code)
    return wants.map((_, index) => codes[index] === '0')
  },
  diff: (want, done) => (done ? undefined : { verb: 'run', summary: want.run.split('\n')[0] ?? '' }),
  steps: (todo) => todo.map(({ want }) => ({ what: want.name, script: want.run })),
}
