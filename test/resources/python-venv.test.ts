import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { pythonVenv, type Wheel } from '../../src/resources/python-venv.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

// A wheel is a zip file: this one is Patroni by name, and a program that says its version.
const make = `import sys, zipfile
version, path = sys.argv[1:]
info = f'patroni-{version}.dist-info/'
with zipfile.ZipFile(path, 'w') as wheel:
    wheel.writestr('patroni_stub.py', f'def main(): print("patroni {version}")')
    wheel.writestr(info + 'METADATA', f'Metadata-Version: 2.1\\nName: patroni\\nVersion: {version}\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'entry_points.txt', '[console_scripts]\\npatroni = patroni_stub:main\\n')
    wheel.writestr(info + 'RECORD', '')
`

describe.each(shells)('an environment of Python in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    node.write('var/log/x', '')
  })

  afterEach(() => node.close())

  const wheel = (version: string): Wheel => {
    const name = `patroni-${version}-py3-none-any.whl`
    node.write('made/.keep', '')
    execFileSync('python3', ['-c', make, version, node.path(`made/${name}`)])
    return { name, content: readFileSync(node.path(`made/${name}`)) }
  }

  const wanted = (version: string, wheels: readonly Wheel[]) => [
    pythonVenv({
      path: node.path('opt/patroni'),
      program: 'patroni',
      requirements: [`patroni==${version}`],
      wheels,
    }),
  ]

  it('is made from wheels of the operator without an index, once, and anew for another version', async () => {
    const first = wanted('4.0.6', [wheel('4.0.6')])
    expect(await node.plan(first)).toMatchObject([{ verb: 'install', summary: 'patroni==4.0.6' }])
    await node.apply(first)
    expect(execFileSync(node.path('opt/patroni/bin/patroni'), { encoding: 'utf8' })).toBe('patroni 4.0.6\n')
    expect(await node.plan(first)).toEqual([])

    const second = wanted('4.0.7', [wheel('4.0.7')])
    expect(await node.plan(second)).toMatchObject([{ verb: 'update' }])
    await node.apply(second)
    expect(execFileSync(node.path('opt/patroni/bin/patroni'), { encoding: 'utf8' })).toBe('patroni 4.0.7\n')
  }, 120_000)

  it('whose wheels do not fit is an error with the words of pip, and not taken for made', async () => {
    const error = await failureOf(node.apply(wanted('9.9', [wheel('4.0.7')])))
    expect(error.context.evidence?.join('\n')).toContain('No matching distribution found for patroni==9.9')
    expect(existsSync(node.path('opt/patroni/.pgha'))).toBe(false)
  }, 120_000)

  it('asks the index of the operator, whose login is in no argument and in no log', async () => {
    const index = 'https://ann:canary-password@pypi.example/simple'
    node.program(
      'python3',
      `mkdir -p ${node.path('opt/patroni/bin')}`,
      `cat >${node.path('opt/patroni/bin/pip')} <<'E'`,
      '#!/bin/sh',
      `echo "$PIP_INDEX_URL" >${node.path('asked')}; tr '\\0' ' ' </proc/$$/cmdline >${node.path('arguments')}`,
      `touch ${node.path('opt/patroni/bin/patroni')}; chmod +x ${node.path('opt/patroni/bin/patroni')}`,
      'E',
      `chmod +x ${node.path('opt/patroni/bin/pip')}`,
    )
    const [one] = wanted('4.0.7', [])
    if (one === undefined) throw new Error('nothing wanted')
    await node.apply([{ ...one, want: { ...(one.want as object), index } }])
    const text = (name: string) => readFileSync(node.path(name), 'utf8')
    expect(text('asked').trim()).toBe(index)
    expect(text('arguments')).toContain('install --force-reinstall patroni==4.0.7')
    expect(text('arguments')).not.toContain('--no-index')
    expect([text('arguments'), text('var/log/pgha-packages.log'), ...node.scripts].join()).not.toContain(
      'canary',
    )
  })

  it("does not take the place of something else, such as the article's checkout", async () => {
    node.write('opt/patroni/patroni.py', 'kept')
    const error = await failureOf(node.apply(wanted('4.0.7', [wheel('4.0.7')])))
    expect(error.context.evidence?.join()).toContain('is something else; move it away first')
    expect(node.list('opt/patroni')).toEqual(['patroni.py'])
  })
})
