import { describe, expect, it } from 'vitest'

import { applyResources } from '../../src/engine/apply.ts'
import type { Event } from '../../src/engine/events.ts'
import type { Resource } from '../../src/engine/resource.ts'
import type { RecordingConnection } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { thing, wordNode, wordType } from './support.ts'

function apply(node: RecordingConnection, resources: readonly Resource[], events: Event[] = []) {
  return applyResources(node, resources, { runId: 'r-1', emit: (event) => events.push(event) })
}

/** What was run between reading and reading again. */
const stepsOf = (node: RecordingConnection) =>
  node.runs.flatMap(({ script }) =>
    script.startsWith('PGHA_RUN=') ? [script.split('\n').slice(1).join('\n')] : [],
  )

describe('applying resources', () => {
  it('runs the steps of what differs, in the order of the list, between two readings', async () => {
    const node = wordNode({ b: 'wanted' })
    const changes = await apply(node, [thing('a'), thing('b'), thing('c')])

    expect(stepsOf(node)).toEqual(['set a=wanted', 'set c=wanted'])
    expect(node.runs).toHaveLength(4)
    expect(changes.map(({ resource }) => resource)).toEqual(['thing a', 'thing c'])
  })

  it('reads once and runs nothing when all is as wanted', async () => {
    const node = wordNode({ a: 'wanted', b: 'wanted' })

    expect(await apply(node, [thing('a'), thing('b')])).toEqual([])
    expect(node.runs).toHaveLength(1)
  })

  it('goes by what is there now, not by what a plan had found', async () => {
    const words = { a: 'other' }
    const planned = wordNode(words)
    await apply(planned, [thing('a')])
    const mendedSince = wordNode({ a: 'wanted' })

    expect(await apply(mendedSince, [thing('a')])).toEqual([])
    expect(stepsOf(mendedSince)).toEqual([])
  })

  it('tells each step the run, whose backups have its name', async () => {
    const node = wordNode({})
    await apply(node, [thing('a')])

    expect(node.runs[1]?.script).toBe('PGHA_RUN=r-1\nset a=wanted')
  })

  it('hands the payloads of a step on', async () => {
    const type = wordType('file', {
      steps: (todo) =>
        todo.map(({ want }) => ({
          what: 'write',
          script: `set ${want.name}=${want.word}`,
          payloads: [{ name: 'p', content: Buffer.from('content') }],
        })),
    })
    const node = wordNode({})
    await apply(node, [thing('a', { type })])

    expect(node.runs[1]?.payloads).toEqual([{ name: 'p', content: Buffer.from('content') }])
  })

  it('gives neighbours of a type that serves many one step', async () => {
    const type = wordType('package', {
      together: true,
      steps: (todo) => [
        { what: 'install', script: todo.map(({ want }) => `set ${want.name}=${want.word}`).join('\n') },
      ],
    })
    const node = wordNode({ b: 'wanted' })
    await apply(node, [
      ...['a', 'b', 'c'].map((name) => thing(name, { type })),
      thing('x'),
      thing('d', { type }),
    ])

    expect(stepsOf(node)).toEqual(['set a=wanted\nset c=wanted', 'set x=wanted', 'set d=wanted'])
  })

  it('tells of each step when it begins and how it ended', async () => {
    const events: Event[] = []
    await apply(wordNode({}), [thing('a')], events)

    expect(events).toEqual([
      { kind: 'step-start', host: 'n1', what: 'set a' },
      { kind: 'step-end', host: 'n1', what: 'set a', code: 0, ms: expect.any(Number) as number },
    ])
  })
})

describe('a step that fails', () => {
  const source = { file: 'inventory.yaml', line: 3, column: 5 }
  const failing = () =>
    wordNode({}, (script) =>
      script.includes('set b=')
        ? { code: 7, stdout: 'begin\n', stderr: 'one\n\nNo space left\n' }
        : undefined,
    )

  it('is an error with host, resource, command, exit code, last words and place in the inventory', async () => {
    const error = await failureOf(apply(failing(), [thing('a'), { ...thing('b'), source }, thing('c')]))

    expect(error).toMatchObject({
      kind: 'failed',
      message: '`set b` exited with 7',
      context: { host: 'n1', resource: 'thing b', evidence: ['begin', 'one', 'No space left'], source },
    })
  })

  it('is the last one: what comes after it is not begun', async () => {
    const node = failing()
    await failureOf(apply(node, [thing('a'), thing('b'), thing('c')]))

    expect(stepsOf(node)).toEqual(['set a=wanted', 'set b=wanted'])
  })

  it('that serves several names them all', async () => {
    const type = wordType('package', {
      together: true,
      steps: () => [{ what: 'install', script: 'install' }],
    })
    const node = wordNode({}, () => ({ code: 100 }))
    const error = await failureOf(apply(node, [thing('a', { type }), thing('b', { type })]))

    expect(error.context.resource).toBe('package a, package b')
  })

  it('for want of a connection is that error', async () => {
    const node = wordNode({}, () => new Error('connection lost'))

    await expect(apply(node, [thing('a')])).rejects.toThrow('connection lost')
  })

  it('has ended in the events too', async () => {
    const events: Event[] = []
    await failureOf(apply(failing(), [thing('b')], events))

    expect(events.at(-1)).toMatchObject({ kind: 'step-end', what: 'set b', code: 7 })
  })
})

describe('a resource that still differs after its own apply', () => {
  it('is an error that names it, and the others', async () => {
    const node = wordNode({ a: 'old' }, () => '')
    const error = await failureOf(apply(node, [thing('a'), thing('b')]))

    expect(error).toMatchObject({
      kind: 'failed',
      message: 'still differs after its own apply: update old → wanted',
      context: { host: 'n1', resource: 'thing a', evidence: ['also: thing b: absent → wanted'] },
    })
    expect(error.context.hint).toBeDefined()
  })

  it('is also one that a later step of the same run undid', async () => {
    const node = wordNode({ a: 'old', b: 'old' }, (script) =>
      script.includes('set b=') ? { code: 0 } : undefined,
    )
    const error = await failureOf(apply(node, [thing('a'), thing('b')]))

    expect(error.context.resource).toBe('thing b')
  })
})
