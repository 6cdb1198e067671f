import { resource, type Difference, type Resource, type ResourceType } from '../../src/engine/resource.ts'
import { type Canned, recordingConnection, type RecordingConnection } from '../support/fake-connection.ts'

/** A resource whose state is one word; it differs when the word is another. */
export interface WordWant {
  readonly name: string
  readonly word: string
}

export function wordType(
  kind: string,
  more: Partial<ResourceType<WordWant, string>> = {},
): ResourceType<WordWant, string> {
  return {
    kind,
    probe: (wants) => wants.map(({ name }) => `read ${name}`).join('\n'),
    parse(printed, wants) {
      const words = new Map(printed.split('\n').map((line) => line.split('=') as [string, string]))
      return wants.map(({ name }) => words.get(name) ?? 'absent')
    },
    diff: ({ word }, state): Difference | undefined =>
      state === word
        ? undefined
        : { verb: state === 'absent' ? 'create' : 'update', summary: `${state} → ${word}` },
    steps: (todo) =>
      todo.map(({ want }) => ({ what: `set ${want.name}`, script: `set ${want.name}=${want.word}` })),
    ...more,
  }
}

export interface WordOptions {
  readonly type?: ResourceType<WordWant, string>
  readonly phase?: Resource['phase']
  readonly role?: string
}

const things = wordType('thing')

export function thing(name: string, options: WordOptions = {}): Resource {
  const wanted = resource(options.type ?? things, name, { name, word: 'wanted' }, options.phase)
  return { ...wanted, tags: [options.role ?? 'role'] }
}

/** A node that answers what `thing` asks, and does what its steps say. */
export function wordNode(
  words: Readonly<Record<string, string>>,
  step?: (script: string) => Canned | undefined,
): RecordingConnection {
  const state = new Map(Object.entries(words))
  return recordingConnection((script) => {
    const nonce = /@([0-9a-f]{16}) end/.exec(script)?.[1]
    if (nonce === undefined) {
      const canned = step?.(script)
      if (canned !== undefined) return canned
      for (const [, name = '', word = ''] of script.matchAll(/^set (\S+)=(\S+)$/gm)) state.set(name, word)
      return ''
    }
    const sections = script.split(`@${nonce} `).slice(1, -1)
    const answers = sections.map((section, index) => {
      const lines = [...section.matchAll(/^read (\S+)$/gm)].flatMap(([, name = '']) =>
        state.has(name) ? [`${name}=${state.get(name) ?? ''}`] : [],
      )
      return `\n@${nonce} ${index}\n${lines.join('\n')}`
    })
    return `${answers.join('')}\n@${nonce} end\n`
  }, 'n1')
}
