import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'

import { probe } from '../../src/engine/probe.ts'
import { type Resource, resource, type ResourceType } from '../../src/engine/resource.ts'
import { recordingConnection, shellConnection, shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'

/** A resource whose fragment is the wish itself, and whose state is what it printed. */
function printing(kind: string, fragment: string): Resource {
  const type: ResourceType<string, string> = {
    kind,
    probe: (wants) => wants.join('\n'),
    parse: (printed, wants) => wants.map(() => printed),
    diff: () => undefined,
    steps: () => [],
  }
  return resource(type, fragment, fragment)
}

describe.each(shells)('reading a node in %s', (shell) => {
  const node = shellConnection({ shell })

  afterAll(() => node.close())

  it('keeps the output of each type apart, whatever it is and however its fragment ends', async () => {
    const fragments: readonly (readonly [string, string])[] = [
      ['echo one', 'one\n'],
      ['printf "no newline"', 'no newline'],
      ['printf ""', ''],
      ['printf "\\n\\n"', '\n\n'],
      ['echo two; exit 3; echo never', 'two\n'],
      ['false', ''],
      ['x=leaked; cd /; echo "@deadbeef 1"; echo "@deadbeef end"', '@deadbeef 1\n@deadbeef end\n'],
      ['echo "${x-unset}"', 'unset\n'],
      ['cat', ''],
      ['echo noise >&2; echo last', 'last\n'],
    ]
    const wanted = fragments.map(([fragment], n) => printing(`kind${n}`, fragment))

    const states = await probe(node, wanted)

    expect(wanted.map(({ id }) => states.get(id))).toEqual(fragments.map(([, printed]) => printed))
  })

  it('keeps any text apart', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(texts, async (printed) => {
        const wanted = printed.map((text, n) => {
          const base64 = Buffer.from(text).toString('base64')
          return printing(`kind${n}`, `printf %s '${base64}' | base64 -d`)
        })
        const states = await probe(node, wanted)

        expect(wanted.map(({ id }) => states.get(id))).toEqual(printed)
      }),
      { numRuns: 15 },
    )
  })

  it('is one script however many resources there are', async () => {
    const counting: string[] = []
    const counted = {
      ...node,
      run: (script: string) => {
        counting.push(script)
        return node.run(script)
      },
    }
    await probe(
      counted,
      Array.from({ length: 200 }, (_, n) => printing(`kind${n % 7}`, `echo ${n}`)),
    )

    expect(counting).toHaveLength(1)
  })
})

describe('reading a node', () => {
  const wanted = [printing('a', 'echo a'), printing('b', 'echo b')]
  const framed = (...sections: readonly string[]) =>
    recordingConnection((script) => {
      const nonce = /@([0-9a-f]{16}) end/.exec(script)?.[1] ?? ''
      return {
        stdout: sections.join('').replaceAll('NONCE', nonce),
        stderr: 'sh: line 7: killed\n',
        code: 137,
      }
    }, 'n1')

  it.each([
    ['nothing at all', []],
    ['no end', ['\n@NONCE 0\na\n', '\n@NONCE 1\nb\n']],
    ['an end that was cut off', ['\n@NONCE 0\na\n', '\n@NONCE 1\nb\n', '\n@NONCE en']],
    ['an end of another run', ['\n@NONCE 0\na\n', '\n@NONCE 1\nb\n', '\n@0123456789abcdef end\n']],
  ])('that answers with %s is an error, never an absence', async (_, sections) => {
    const error = await failureOf(probe(framed(...sections), wanted))

    expect(error).toMatchObject({
      kind: 'failed',
      message: 'reading the node broke off (exit code 137)',
      context: { host: 'n1', evidence: ['sh: line 7: killed'] },
    })
  })

  it('ignores what a login shell says before', async () => {
    const states = await probe(
      framed('Welcome!\n', '\n@NONCE 0\na', '\n@NONCE 1\nb', '\n@NONCE end\n'),
      wanted,
    )

    expect([...states.values()]).toEqual(['a', 'b'])
  })

  it('asks nothing when there is nothing to know', async () => {
    const node = recordingConnection([])

    expect((await probe(node, [])).size).toBe(0)
    expect(node.runs).toEqual([])
  })
})
