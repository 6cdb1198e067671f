import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, it, vi } from 'vitest'

import { checkArguments } from '../../src/cli/arguments.ts'
import { type Command, withContext } from '../../src/cli/context.ts'
import { exit, exitCodeOf } from '../../src/cli/exit.ts'
import { type ErrorKind, FleetError, InputError, PghaError } from '../../src/shared/errors.ts'
import { Secret } from '../../src/shared/secret.ts'

describe('the exit code', () => {
  it.each<readonly [ErrorKind, number]>([
    ['failed', 1],
    ['unhealthy', 3],
    ['input', 4],
    ['locked', 5],
    ['refused', 6],
    ['interrupted', 130],
  ])('of an error of kind %s is %i', (kind, code) => {
    expect(exitCodeOf(new PghaError(kind, 'x'))).toBe(code)
  })

  it.each([
    ['a bug', new TypeError('x'), 1],
    ['no error at all', 'text', 1],
    ['wrong input', new InputError([{ message: 'x' }]), 4],
    ['several hosts, the first of which is locked', new FleetError([new PghaError('locked', 'x')]), 5],
  ])('of %s', (_, thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code)
  })

  it('without an error is 0, 2 for pending changes', () => {
    expect([exit.ok, exit.pending]).toEqual([0, 2])
  })
})

describe('the words of a command, for the lock and the log,', () => {
  const parsed = checkArguments({ forks: 1 })
  const stop = { signal: new AbortController().signal, defer: () => undefined }

  async function wordsOf(...words: readonly string[]): Promise<string> {
    let seen = ''
    await withContext(
      ({ options }) => {
        seen = options.command
        return Promise.resolve(0)
      },
      parsed,
      words,
      stop,
    )
    return seen
  }

  it.each([
    ['-e', 'patroni.rest_password=canary'],
    ['-epatroni.rest_password=canary'],
    ['--extra-vars', 'patroni.rest_password=canary'],
    ['--extra-vars=patroni.rest_password=canary'],
    ['-e', 'patroni.rest_password=can=ary\ncanary'],
    ['-ye', 'patroni.rest_password=canary'],
    ['-yepatroni.rest_password=canary'],
    ['-e=patroni.rest_password=canary'],
    ['--extraVars', 'patroni.rest_password=canary'],
  ])('do not hold the value of %s %s', async (...words) => {
    expect(await wordsOf('apply', ...words)).toMatch(/^apply (?!.*ary).*…$/s)
  })

  it('are otherwise as they were typed', async () => {
    const words = 'apply -i inventory.yaml --tags haproxy,patroni -y --limit=n1 --log-file=a=b -e @vars.yaml'

    expect(await wordsOf(...words.split(' '))).toBe(words)
  })
})

it('nothing leaves the process with a secret in it', async () => {
  const written: string[] = []
  const keep = (text: string | Uint8Array) => written.push(text.toString()) > 0
  const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')]
  for (const stream of streams) stream.mockImplementation(keep)
  const secret = new Secret('canary-in-output')
  const stop = { signal: new AbortController().signal, defer: () => undefined }
  try {
    await withContext(
      ({ print, options }) => {
        print(`result ${secret.reveal()}\n`)
        options.emit({ kind: 'note', text: `note ${secret.reveal()}` })
        return Promise.resolve(0)
      },
      checkArguments({ forks: 1 }),
      ['diff'],
      stop,
    )
  } finally {
    for (const stream of streams) stream.mockRestore()
  }

  expect(written).toEqual(['result [redacted]\n', 'note [redacted]\n'])
})

describe('the log file of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-context-'))
  const stop = { signal: new AbortController().signal, defer: () => undefined }

  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  /** The last line of the log of a command. */
  async function endOf(name: string, command: Command): Promise<unknown> {
    const logFile = join(folder, name)
    await withContext(command, checkArguments({ forks: 1, logFile }), ['apply'], stop).catch(() => undefined)
    return JSON.parse(readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1) ?? '')
  }

  it('ends with the exit code', async () => {
    expect(await endOf('pending', () => Promise.resolve(2))).toMatchObject({ kind: 'run-end', code: 2 })
  })

  it('ends with the error of a command that failed', async () => {
    const error = new PghaError('locked', 'n1 is locked', { host: 'n1' })

    expect(await endOf('failed', () => Promise.reject(error))).toMatchObject({
      ...{ kind: 'run-end', code: 5 },
      error: { kind: 'locked', message: 'n1 is locked', host: 'n1' },
    })
  })

  it('ends with the exit code when the process is ended', async () => {
    const once = vi.spyOn(process, 'once')
    const command: Command = () => {
      const [, onExit] = once.mock.calls.find(([event]) => event === 'exit') ?? []
      onExit?.(130)
      throw new Error('the process is gone')
    }

    await endOf('interrupted', command)
    once.mockRestore()

    const [first = ''] = readFileSync(join(folder, 'interrupted'), 'utf8').split('\n')
    expect(JSON.parse(first)).toMatchObject({ kind: 'run-end', code: 130 })
  })
})

describe('arguments', () => {
  it('are as yargs gives them where they are right', () => {
    const given = checkArguments({
      inventory: 'i.yaml',
      forks: 3,
      tags: ['a'],
      extraVars: ['x=1'],
      json: true,
    })

    expect(given).toMatchObject({
      ...{ inventory: 'i.yaml', forks: 3, tags: ['a'], extraVars: ['x=1'], json: true, yes: false },
      limit: undefined,
    })
  })

  it.each([
    [{ forks: Number.NaN }, '--forks takes a whole number above 0'],
    [{ forks: 1, logFile: ['a', 'b'] }, '--log-file is given once, with one value'],
    [{ forks: 1, inventory: '' }, '--inventory is given once, with one value'],
    [{ forks: 1, maxDisruption: 'much' }, '--max-disruption takes one of'],
  ])('are refused with the name of the option: %j', (raw, message) => {
    expect(() => checkArguments(raw)).toThrow(message)
  })
})
