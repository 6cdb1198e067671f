import { join } from 'node:path'
import type { Tree } from '../tree.ts'
import { readLoosely, yamlFilesIn } from './loose-yaml.ts'
import type { AnsibleReading } from './reading.ts'
import { reasonFor, rules } from './rules.ts'
import { namesIn } from './sources.ts'

/** Notes what the tasks beside the inventory and in the roles set while they run: no import can know that. */
export function noteTaskFiles(reading: AnsibleReading, folders: readonly string[]): void {
  const places = folders.flatMap((folder) => [
    join(folder, 'tasks'),
    ...namesIn(reading, join(folder, 'roles')).flatMap((role) =>
      ['tasks', 'handlers'].map((part) => join(folder, 'roles', role, part)),
    ),
  ])
  for (const path of places.flatMap((place) => yamlFilesIn(reading, place))) {
    noteTasks(reading, readLoosely(reading, path))
  }
}

/** Notes what a list of tasks sets, blocks included. */
export function noteTasks(reading: AnsibleReading, tasks: Tree | undefined): void {
  if (tasks?.kind !== 'list') return
  for (const task of tasks.items) {
    if (task.kind !== 'map') continue
    for (const [key, { value }] of task.entries) {
      const name = key.replace(/^ansible\.(builtin|legacy)\./, '')
      if (name === 'set_fact') noteNames(reading, value, 'set by a task (set_fact)')
      else if (name === 'vars') noteNames(reading, value, 'a variable of a task')
      else if (name === 'include_vars')
        reading.notes.push({ message: 'include_vars of a task: not read', source: value.source })
      else if (['block', 'rescue', 'always'].includes(name)) noteTasks(reading, value)
    }
  }
}

function noteNames(reading: AnsibleReading, value: Tree, how: string): void {
  for (const [name, { source }] of namesOf(value)) {
    const to = rules.find(({ variables }) => variables.includes(name))?.path.join('.')
    const hint = to === undefined ? reasonFor(name) : `belongs into ${to}`
    const message = `${name}, ${how}: not read`
    reading.notes.push(hint === undefined ? { message, source } : { message, source, hint })
  }
}

function namesOf(value: Tree): readonly (readonly [string, Tree])[] {
  if (value.kind === 'map') {
    return [...value.entries].flatMap(([name, entry]) =>
      name === 'cacheable' ? [] : [[name, entry.value] as const],
    )
  }
  // The old way: set_fact: a=1 b=2
  const text = value.kind === 'scalar' ? String(value.value) : ''
  return [...text.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)].map(([, name = '']) => [name, value] as const)
}
