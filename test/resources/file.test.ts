import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Resource } from '../../src/engine/resource.ts'
import { file, type FileOptions, fileType, type FileState } from '../../src/resources/file.ts'
import { sha256 } from '../../src/resources/hash.ts'
import { Secret } from '../../src/shared/secret.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { me, runId, type Sandbox, sandbox } from './support.ts'

const want = {
  path: '/etc/haproxy/haproxy.cfg',
  content: 'maxconn 800\n',
  owner: 'root',
  group: 'root',
  mode: '0644',
  secret: false,
} as const

const found = { type: 'file', mode: '0644', owner: 'root', group: 'root' } as const
const same: FileState = { found, sha256: sha256(want.content), content: undefined }
const drifted: FileState = { found, sha256: sha256('maxconn 80\n'), content: 'maxconn 80\n' }

describe('a file differs', () => {
  it.each([
    {
      state: 'when it is not there',
      given: { found: undefined, sha256: undefined, content: undefined },
      verb: 'create',
      summary: 'root:root 0644',
      text: { before: '', after: 'maxconn 800\n' },
    },
    {
      state: 'by content',
      given: drifted,
      verb: 'update',
      summary: 'content',
      text: { before: 'maxconn 80\n', after: 'maxconn 800\n' },
    },
    {
      state: 'by content that is too large to be fetched',
      given: { ...drifted, content: undefined },
      verb: 'update',
      summary: 'content',
    },
    {
      state: 'by mode alone',
      given: { ...same, found: { ...found, mode: '0600' } },
      verb: 'update',
      summary: 'mode 0600 → 0644',
    },
    {
      state: 'by owner alone',
      given: { ...same, found: { ...found, owner: 'haproxy', group: 'adm' } },
      verb: 'update',
      summary: 'owner haproxy:adm → root:root',
    },
    {
      state: 'by content, owner and mode',
      given: { ...drifted, found: { ...found, owner: 'haproxy', mode: '4755' } },
      verb: 'update',
      summary: 'content, owner haproxy:root → root:root, mode 4755 → 0644',
      text: { before: 'maxconn 80\n', after: 'maxconn 800\n' },
    },
    {
      state: 'by being a link, even to the right content',
      given: { ...same, found: { ...found, type: 'link', mode: '0777' } },
      verb: 'update',
      summary: 'a link is in the way',
    },
    {
      state: 'by being a directory',
      given: { found: { ...found, type: 'directory' }, sha256: undefined, content: undefined },
      verb: 'update',
      summary: 'a directory is in the way',
    },
  ] as const)('$state', ({ given, verb, summary, ...rest }) => {
    const text = 'text' in rest ? { text: rest.text } : {}
    expect(fileType.diff(want, given)).toEqual({ verb, summary, ...text })
  })

  it('in nothing when hash, owner and mode are as wanted, whatever its age', () => {
    expect(fileType.diff(want, same)).toBeUndefined()
  })
})

describe('the diff of a file that holds secrets', () => {
  const password = new Secret('canary-new-password')
  const secretWant = {
    ...want,
    content: `user: u\npassword: ${password.reveal()}\nport: 1\n`,
    secret: true,
  }

  it('shows neither the new value nor the old one, which nobody knows', () => {
    const content = 'user: u\npassword: canary-old\nport: 2\n'
    const difference = fileType.diff(secretWant, { ...drifted, content })

    expect(difference).toEqual({
      verb: 'update',
      summary: 'content (secret values too)',
      text: {
        before: 'user: u\npassword: [redacted]\nport: 2\n',
        after: 'user: u\npassword: [redacted]\nport: 1\n',
      },
    })
  })

  it('does not speak of secrets that stay', () => {
    const content = secretWant.content.replace('port: 1', 'port: 2')

    expect(fileType.diff(secretWant, { ...drifted, content })?.summary).toBe('content')
  })

  it('says so when nothing but secrets differs', () => {
    const content = 'user: u\npassword: canary-old\nport: 1\n'

    expect(fileType.diff(secretWant, { ...drifted, content })?.summary).toBe('content (only secret values)')
  })

  it('has the content in the payload of its step, and in nothing else', () => {
    const steps = fileType.steps([
      { want: secretWant, state: drifted, difference: { verb: 'update', summary: '' } },
    ])

    expect(steps.map(({ what, script }) => what + script).join()).not.toContain('canary')
    expect(steps[0]?.payloads?.map(({ content }) => content.toString())).toEqual([secretWant.content])
  })
})

describe('reading files', () => {
  it('finds nothing in nothing', () => {
    expect(fileType.parse('', [want])).toEqual([{ found: undefined, sha256: undefined, content: undefined }])
  })

  it('takes the output of Debian 12 (coreutils 9.1)', () => {
    const hash = 'a6f1a0ad1f1b1b8a5f4cd3c28cb4b5f0d3f0bbc0a4f9a9c2d7b6e5f4a3b2c1d0'
    const printed = [
      'S|81a4|root|root|1795376300|/etc/haproxy/haproxy.cfg',
      'S|8180|postgres|postgres|1795376300|/etc/patroni/patroni.yml',
      'S|a1ff|root|root|1795376300|/etc/localtime',
      'S|21b6|root|root|1795376300|/dev/null',
      `${hash}  /etc/haproxy/haproxy.cfg`,
      `C|/etc/haproxy/haproxy.cfg|${Buffer.from('a|b\n').toString('base64')}`,
    ].join('\n')
    const paths = [
      '/etc/haproxy/haproxy.cfg',
      '/etc/patroni/patroni.yml',
      '/etc/localtime',
      '/dev/null',
      '/no',
    ]
    const states = fileType.parse(
      printed,
      paths.map((path) => ({ ...want, path })),
    )

    expect(states).toEqual([
      { found: { type: 'file', mode: '0644', owner: 'root', group: 'root' }, sha256: hash, content: 'a|b\n' },
      { found: { type: 'file', mode: '0600', owner: 'postgres', group: 'postgres' } },
      { found: { type: 'link', mode: '0777', owner: 'root', group: 'root' } },
      { found: { type: 'other', mode: '0666', owner: 'root', group: 'root' } },
      { found: undefined },
    ])
  })

  it.each([['etc/relative'], ['/etc/../shadow'], ['/etc/a\nb'], ['/etc/a\\b'], ['']])(
    'refuses the path %j, which no line could carry',
    (path) => {
      expect(() => file({ path, content: '' })).toThrow('not a usable absolute path')
    },
  )
})

describe.each(shells)('a file in %s', (shell) => {
  let node: Sandbox
  const at = (name: string, content: string, options: Partial<FileOptions> = {}): Resource =>
    file({ ...me, path: node.path(name), content, ...options })
  const backups = () => node.list(`var/backups/pgha/${runId}${node.root}/etc`)

  beforeEach(() => {
    node = sandbox(shell)
    mkdirSync(node.path('etc'))
  })

  afterEach(() => node.close())

  it.each([
    ['an ordinary text', 'a\nb\n'],
    ['no newline at the end', 'a\nb'],
    ['nothing', ''],
    ['a single newline', '\n'],
    ['quotes, dollars and backslashes', `a'b"c\`d$e\\n%s $(reboot)\n`],
    ['letters beyond ASCII', 'пароль 密码 🔑\n'],
    ['control characters', '\u0001\u0002\r\n\u007f\u0000end'],
    ['300 kB', 'x'.repeat(300_000)],
  ])('is written whole with %s, and then nothing is to do', async (_, content) => {
    const wanted = [at('etc/x', content, { mode: '0640' })]
    expect((await node.apply(wanted)).map(({ verb }) => verb)).toEqual(['create'])

    expect(readFileSync(node.path('etc/x'), 'utf8')).toBe(content)
    expect(statSync(node.path('etc/x')).mode & 0o7777).toBe(0o640)
    expect(await node.plan(wanted)).toEqual([])
    expect(node.list('etc')).toEqual(['x'])
  })

  it.each([['with space'], [`quo'te`], ['double"quote'], ['$(dollar)'], ['-n'], ['a|b'], ['é'], ['a  b']])(
    'may be called %j',
    async (name) => {
      const wanted = [at(`etc/${name}`, 'one\n')]
      await node.apply(wanted)
      node.write(`etc/${name}`, 'two\n')

      expect(await node.plan(wanted)).toMatchObject([{ text: { before: 'two\n', after: 'one\n' } }])
      await node.apply(wanted)
      expect(await node.plan(wanted)).toEqual([])
      expect(backups()).toEqual([name])
    },
  )

  it('keeps what was there as a backup of the run, not beside the file', async () => {
    node.write('etc/x', 'old\n', 0o600)
    await node.apply([at('etc/x', 'new\n')])

    const backup = node.path(`var/backups/pgha/${runId}${node.root}/etc/x`)
    expect(readFileSync(backup, 'utf8')).toBe('old\n')
    expect(statSync(backup).mode & 0o777).toBe(0o600)
    expect(statSync(node.path(`var/backups/pgha/${runId}`)).mode & 0o777).toBe(0o700)
    expect(node.list('etc')).toEqual(['x'])
  })

  it('shows what is there and binary files as text, but writes bytes', async () => {
    node.write('etc/x', Buffer.from([0, 255, 10, 254]))
    const [change] = await node.plan([at('etc/x', 'new\n')])

    expect(change?.text?.after).toBe('new\n')
    await node.apply([at('etc/x', 'new\n')])
    expect(readFileSync(node.path(`var/backups/pgha/${runId}${node.root}/etc/x`))).toEqual(
      Buffer.from([0, 255, 10, 254]),
    )
  })

  it('may differ in lines that do not count, and only in those', async () => {
    const wanted = [
      at('etc/a b.yml', 'one\n  dcs: 1\ntwo\n', { ignore: '  dcs: ' }),
      at("etc/it's.yml", 'initial: x\nrest\n', { ignore: 'initial' }),
      at('etc/plain.yml', 'plain\n'),
      at('etc/none.yml', 'dcs\n', { ignore: '  dcs: ' }),
    ]
    const differing = async () => (await node.plan(wanted)).map(({ resource }) => resource.split('/').at(-1))
    await node.apply(wanted)
    expect(await differing()).toEqual([])

    node.program('grep', `echo grep >>'${node.path('started')}'`, 'exec /bin/grep "$@"')
    expect(await differing()).toEqual([])
    expect(node.list('')).not.toContain('started')

    node.write('etc/a b.yml', 'one\n  dcs: 2\n  dcs: 3\ntwo\n')
    node.write("etc/it's.yml", 'rest\n')
    expect(await differing()).toEqual([])
    expect(node.list('')).toContain('started')

    node.write('etc/a b.yml', 'one\n  dcs: 1\nthree\n')
    rmSync(node.path('etc/none.yml'))
    expect(await differing()).toEqual(['a b.yml', 'none.yml'])
  })

  it('is not fetched for a diff when it is large', async () => {
    node.write('etc/x', 'x'.repeat(262_145))

    expect(await node.plan([at('etc/x', 'new\n')])).toMatchObject([{ verb: 'update', summary: 'content' }])
    expect((await node.plan([at('etc/x', 'new\n')]))[0]?.text).toBeUndefined()
  })

  it('that only has another mode is not written again: no process has to read it once more', async () => {
    const path = node.write('etc/x', 'same\n', 0o600)
    const before = statSync(path)
    await node.apply([at('etc/x', 'same\n')])

    const after = statSync(path)
    expect(after.mode & 0o777).toBe(0o644)
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs])
    expect(backups()).toEqual([])
  })

  it('that its program does not accept leaves the old one, and nothing beside it', async () => {
    node.write('etc/x', 'old\n')
    const validate = 'grep -q good "$F" || { echo "line 1: not good" >&2; exit 1; }'
    const error = await failureOf(node.apply([at('etc/x', 'bad\n', { validate })]))

    expect(error.context).toMatchObject({ host: 'n1', resource: `file ${node.path('etc/x')}` })
    expect(error.context.evidence?.join('\n')).toMatch(/line 1: not good\n.*the new content did not pass/)
    expect(readFileSync(node.path('etc/x'), 'utf8')).toBe('old\n')
    expect(node.list('etc')).toEqual(['x'])
    await node.apply([at('etc/x', 'good\n', { validate })])
    expect(readFileSync(node.path('etc/x'), 'utf8')).toBe('good\n')
  })

  it('is validated with its final mode and owner, since programs look at them', async () => {
    const validate = `[ "$(stat -c %a:%U "$F")" = 700:${me.owner} ]`

    await node.apply([at('etc/x', 'x', { validate, mode: '0700' })])
    expect(node.list('etc')).toEqual(['x'])
  })

  it('is not written through a symbolic link', async () => {
    node.write('target', 'untouched\n')
    symlinkSync(node.path('target'), node.path('etc/x'))
    const error = await failureOf(node.apply([at('etc/x', 'new\n')]))

    expect(error.context.evidence).toEqual([`${node.path('etc/x')} is a link; move it away first`])
    expect(readFileSync(node.path('target'), 'utf8')).toBe('untouched\n')
    expect(readlinkSync(node.path('etc/x'))).toBe(node.path('target'))
  })

  it('is not written through a symbolic link that came after the plan', async () => {
    const [step] = fileType.steps([
      {
        want: { ...want, ...me, path: node.path('etc/x') },
        state: { found: undefined, sha256: undefined, content: undefined },
        difference: { verb: 'create', summary: '' },
      },
    ])
    symlinkSync(node.path('target'), node.path('etc/x'))
    const answer = await node.connection.run(`PGHA_RUN=${runId}\n${step?.script ?? ''}`, {
      payloads: step?.payloads ?? [],
    })

    expect(answer).toMatchObject({
      code: 91,
      stderr: `${node.path('etc/x')} is a symbolic link; not followed\n`,
    })
    expect(existsSync(node.path('target'))).toBe(false)
  })

  it('is not put in place of a directory', async () => {
    mkdirSync(node.path('etc/x'))
    const error = await failureOf(node.apply([at('etc/x', 'new\n')]))

    expect(error.message).toContain('exited with 91')
    expect(lstatSync(node.path('etc/x')).isDirectory()).toBe(true)
  })

  it('gets missing folders that everybody may enter', async () => {
    await node.apply([at('etc/a/b/x', 'x')])

    for (const folder of ['etc/a', 'etc/a/b']) {
      expect(statSync(node.path(folder)).mode & 0o777, folder).toBe(0o755)
    }
  })

  it('with an owner whom nobody knows is an error that leaves the old one', async () => {
    node.write('etc/x', 'old\n')
    const error = await failureOf(node.apply([at('etc/x', 'new\n', { owner: 'nobody-of-that-name' })]))

    expect(error.message).toContain('exited with 93')
    expect(error.context.evidence?.join()).toMatch(/invalid user/)
    expect(node.list('etc')).toEqual(['x'])
    expect(readFileSync(node.path('etc/x'), 'utf8')).toBe('old\n')
  })

  it('is read in one script, with the others', async () => {
    node.write('etc/a', 'a')
    node.write('etc/b', 'B')
    const plan = await node.plan(['a', 'b', 'c'].map((name) => at(`etc/${name}`, name)))

    expect(plan.map(({ resource, verb }) => [resource, verb])).toEqual([
      [`file ${node.path('etc/b')}`, 'update'],
      [`file ${node.path('etc/c')}`, 'create'],
    ])
    expect(node.scripts).toHaveLength(1)
  })

  it('holds the old or the new content, wherever its script is killed', async () => {
    const [old, content] = ['old\n'.repeat(2000), 'new\n'.repeat(3000)]
    const path = node.write('etc/x', old)
    const [step] = fileType.steps([
      {
        want: { ...want, ...me, path, content },
        state: drifted,
        difference: { verb: 'update', summary: '' },
      },
    ])
    const script = step?.script ?? ''
    const commands = ['mktemp', 'cp', 'chown', 'chmod', 'dd', 'mkdir', 'mv']
    for (const command of commands) {
      for (const when of ['before', 'after'] as const) {
        node.program(command, killing(command, when))
        const answer = await node.connection.run(`PGHA_RUN=${runId}\n${script}`, {
          payloads: step?.payloads ?? [],
        })

        expect(answer.code, `${command}: ${answer.stderr}`).toBe(137)
        const isNew = command === 'mv' && when === 'after'
        expect(readFileSync(path, 'utf8') === (isNew ? content : old), `killed ${when} ${command}`).toBe(true)
      }
      node.program(command, passing(command))
    }
    await node.apply([file({ ...me, path, content })])
    expect(readFileSync(path, 'utf8')).toBe(content)
  })
})

/** A program that kills the shell of the script before or after it has done its work. */
function killing(command: string, when: 'before' | 'after'): string {
  const work = `PATH=/usr/bin:/bin ${command} "$@"`
  return when === 'before' ? 'kill -9 $PPID' : `${work}; kill -9 $PPID`
}

function passing(command: string): string {
  return `PATH=/usr/bin:/bin exec ${command} "$@"`
}

describe('the path of a backup', () => {
  it('is that of the file below the folder of the run', () => {
    const script = fileType.steps([
      { want, state: drifted, difference: { verb: 'update', summary: 'content' } },
    ])[0]?.script

    expect(script).toContain(join('/var/backups/pgha/$PGHA_RUN$dest'))
  })
})
