import type { Step, Todo, Verb } from '../../engine/resource.ts'
import { command } from '../../transport/shell.ts'
import { needsOf } from './diff.ts'
import { writeMarker } from './marker.ts'
import type { ServiceWant, StartedAs } from './service.ts'
import type { ServiceState } from './state.ts'

/** The `systemctl` calls that each unit needs, and the record of what it now runs with. */
export function serviceSteps(todo: readonly Todo<ServiceWant, ServiceState>[]): readonly Step[] {
  return todo.flatMap(({ want, state }) => {
    if (want.masked) return [maskStep(want)]
    // At boot first: a crash in between leaves a unit that comes up, not one that is forgotten.
    const verbs = needsOf(want, state).map((need) => need.verb)
    const steps = [...verbs].reverse().map((verb) => stepFor(verb, want, state))
    return state.load === 'masked' ? [unmaskStep(want), ...steps] : steps
  })
}

/** Somebody has masked it, for ever or until the next boot: systemd refuses all else before. */
function unmaskStep({ unit }: ServiceWant): Step {
  const call = (...options: readonly string[]) => command('systemctl', 'unmask', ...options, '--', unit)
  return { what: `systemctl unmask ${unit}`, script: `${call('--runtime')}; ${call()}` }
}

function maskStep({ unit }: ServiceWant): Step {
  return {
    what: `systemctl mask ${unit}`,
    // A unit that is not there yet cannot be stopped, and need not be.
    script: `${command('systemctl', 'stop', '--', unit)} 2>/dev/null; ${command('systemctl', 'mask', '--', unit)}`,
  }
}

function stepFor(verb: Verb, want: ServiceWant, state: ServiceState): Step {
  const { unit, startedAs } = want
  if (verb === 'run') return { what: 'systemctl daemon-reload', script: 'systemctl daemon-reload' }
  if (verb === 'restart' && startedAs !== undefined) return replaceStep(want, startedAs)
  const what = `systemctl ${verb} ${unit}`
  const call = command('systemctl', verb, '--', unit)
  if (verb !== 'start' && verb !== 'restart' && verb !== 'reload') return { what, script: call }
  // A unit that failed too often is refused by systemd until its failures are forgotten.
  const forget = state.active === 'failed' ? `${command('systemctl', 'reset-failed', '--', unit)}; ` : ''
  return { what, script: `${forget}${withJournal(call, unit)} && ${writeMarker(want)}` }
}

// Not `systemctl restart`: asked to stop, such a process stops what it runs. The unit may not be one that systemd starts
// again by itself; where it is, `start` has nothing to do.
function replaceStep(want: ServiceWant, { answers }: StartedAs): Step {
  const { unit } = want
  const main = command('systemctl', 'show', '-p', 'MainPID', '--', unit)
  const replace = `old=$(${main}); ${command('systemctl', 'kill', '--kill-who=main', '-s', 'KILL', '--', unit)} || exit
i=0
while now=$(${main}); [ "$now" = "$old" ] || [ "$now" = MainPID=0 ] || ! { ${answers}; }; do
  i=$((i + 1)); [ $i -lt ${replaceSeconds} ] || exit 1
  sleep 1
  [ "$now" != MainPID=0 ] || ${command('systemctl', 'start', '--', unit)} || exit
done`
  return {
    what: `kill the process of ${unit} for systemd to start it anew, and wait until it answers`,
    script: `${withJournal(`( ${replace} )`, unit)} && ${writeMarker(want)}`,
  }
}

// As long as Patroni may take to find PostgreSQL and the DCS on a busy node.
const replaceSeconds = 60

/** A unit that does not come up is explained by its own last words. */
function withJournal(script: string, unit: string): string {
  const journal = command('journalctl', '-q', '-n', '6', '-o', 'cat', '--no-pager', '-u', unit)
  return `{ ${script} || { code=$?; ${journal} >&2; exit $code; }; }`
}
