import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type Family, packages, packageType, type PackageWant } from '../../src/resources/package/package.ts'
import { apt } from '../../src/resources/package/apt.ts'
import { type PackageState, parseQuery } from '../../src/resources/package/manager.ts'
import { yum } from '../../src/resources/package/yum.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

const absent: PackageState = { installed: undefined, candidate: undefined }
const installed = (version: string): PackageState => ({ installed: version, candidate: undefined })

interface Case {
  readonly state: string
  readonly want: PackageWant
  readonly found: PackageState
  readonly difference?: { readonly verb: string; readonly summary: string }
}

const cases: readonly Case[] = [
  { state: 'is there, in whatever version', want: { name: 'haproxy' }, found: installed('2.6.12') },
  {
    state: 'is there in the version it is pinned to',
    want: { name: 'haproxy', version: '2.6.12' },
    found: installed('2.6.12'),
  },
  {
    state: 'is missing',
    want: { name: 'haproxy' },
    found: { ...absent, candidate: '3.0.11-1' },
    difference: { verb: 'install', summary: '3.0.11-1' },
  },
  {
    state: 'is missing, and its repository is still to be added',
    want: { name: 'haproxy' },
    found: absent,
    difference: { verb: 'install', summary: 'version not known to the node yet' },
  },
  {
    state: 'is missing and pinned',
    want: { name: 'haproxy', version: '2.8' },
    found: { ...absent, candidate: '3.0.11-1' },
    difference: { verb: 'install', summary: '2.8' },
  },
  {
    state: 'is there in another version than it is pinned to',
    want: { name: 'haproxy', version: '3.0.11-1' },
    found: installed('2.6.12'),
    difference: { verb: 'update', summary: '2.6.12 → 3.0.11-1' },
  },
]

describe('a package that', () => {
  it.each(cases)('$state', ({ want, found, difference }) => {
    expect(packageType(apt).diff(want, found)).toEqual(difference)
  })
})

describe('many packages', () => {
  it.each([
    ['debian', 'apt install haproxy curl', 'haproxy=3.0 curl'],
    ['el', 'yum install haproxy curl', 'haproxy-3.0 curl'],
  ] as const)('are one step on %s, and read in one question', (family, what, words) => {
    const wanted = packages(family, [{ name: 'haproxy', version: '3.0' }, 'curl'])
    const [first] = wanted
    const todo = wanted.map(({ want }) => ({
      want,
      state: absent,
      difference: { verb: 'install', summary: '' },
    }))
    const steps = first?.type.steps(todo as never) ?? []

    expect(steps.map((step) => step.what)).toEqual([what])
    expect(steps[0]?.script).toContain(`${words} >>"$log"`)
    expect(steps[0]?.timeoutMs).toBe(1_800_000)
    expect(wanted.map(({ id, phase }) => [id, phase])).toEqual([
      ['package haproxy', 'packages'],
      ['package curl', 'packages'],
    ])
  })
})

describe('reading packages', () => {
  it('tells apart installed, available and unknown ones', () => {
    expect(
      parseQuery('installed|a|1.0\n\nA|b|2.0\ninstalled|c|\nconfig-files|d|1\n', ['a', 'b', 'c', 'd']),
    ).toEqual([installed('1.0'), { installed: undefined, candidate: '2.0' }, absent, absent])
  })
})

describe.each(shells)('apt in %s', (shell) => {
  let node: Sandbox
  const names = ['haproxy', 'patroni', 'pgbouncer', 'nosuch']

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(() => node.close())

  const query = async () => parseQuery((await node.connection.run(apt.query(names))).stdout, names)

  it('reads what dpkg 1.22 and apt 3.0 of Debian 13 say', async () => {
    node.program(
      'dpkg-query',
      `echo 'installed|haproxy|3.0.11-1+deb13u5'`,
      `echo 'config-files|patroni|4.0.7-3~deb13u1'`,
      `echo 'dpkg-query: no packages found matching pgbouncer' >&2; exit 1`,
    )
    node.program(
      'apt-cache',
      `cat <<'EOF'
patroni:
  Installed: (none)
  Candidate: 4.0.7-3~deb13u1
  Version table:
     4.0.7-3~deb13u1 500
        500 file:/srv/mirror ./ Packages
pgbouncer:
  Installed: (none)
  Candidate: (none)
  Version table:
EOF`,
      `echo "$*" >'${node.path('asked')}'`,
    )

    expect(await query()).toEqual([
      installed('3.0.11-1+deb13u5'),
      { installed: undefined, candidate: '4.0.7-3~deb13u1' },
      absent,
      absent,
    ])
    expect(readFileSync(node.path('asked'), 'utf8')).toBe('policy patroni pgbouncer nosuch\n')
  })

  it('does not ask for candidates when nothing is missing', async () => {
    node.program('dpkg-query', `for n in ${names.join(' ')}; do echo "installed|$n|1"; done`)
    node.program('apt-cache', `: >'${node.path('asked')}'`)

    expect(await query()).toEqual(names.map(() => installed('1')))
    expect(existsSync(node.path('asked'))).toBe(false)
  })

  it('counts everything as missing on a node without dpkg', async () => {
    node.program('dpkg-query', 'exit 127')
    node.program('apt-cache', 'exit 127')

    expect(await query()).toEqual(names.map(() => absent))
  })

  describe('installing', () => {
    const run = (wants: readonly PackageWant[]) => node.connection.run(apt.install(wants))
    const calls = () => readFileSync(node.path('calls'), 'utf8').trimEnd().split('\n')
    const stamp = () => node.path('var/lib/pgha/apt-updated')

    beforeEach(() => {
      node.write('var/log/x', '')
      node.program('dpkg', `echo "dpkg $*" >>'${node.path('calls')}'`)
      node.program(
        'apt-get',
        `echo "$1 $DEBIAN_FRONTEND $NEEDRESTART_MODE" >>'${node.path('calls')}'`,
        `echo "$*" >>'${node.path('args')}'; echo "apt says $1"; [ -t 0 ] || cat`,
        `[ ! -e '${node.path('broken')}' ] || [ "$1" != "$(cat '${node.path('broken')}')" ] || exit 100`,
      )
    })

    it('fetches lists first, asks no questions and restarts nothing behind our back', async () => {
      expect(await run([{ name: 'haproxy', version: '3.0' }, { name: 'curl' }])).toMatchObject({
        code: 0,
        stdout: '',
      })

      expect(calls()).toEqual(['update noninteractive l', 'dpkg --configure -a', 'install noninteractive l'])
      expect(readFileSync(node.path('args'), 'utf8')).toMatch(
        /\ninstall -y -q --no-install-recommends .*--force-confold haproxy=3.0 curl\n$/,
      )
    })

    it('fetches lists once an hour', async () => {
      await run([{ name: 'a' }])
      await run([{ name: 'b' }])
      expect(calls().filter((call) => call.startsWith('update'))).toHaveLength(1)

      const before = Date.now() / 1000 - 3700
      utimesSync(stamp(), before, before)
      await run([{ name: 'c' }])
      expect(calls().filter((call) => call.startsWith('update'))).toHaveLength(2)
    })

    it('tells the last lines of its log when it fails, and keeps the log to root', async () => {
      node.write('broken', 'install')
      const answer = await run([{ name: 'nosuch' }])

      expect(answer).toMatchObject({
        code: 100,
        stderr: expect.stringContaining('apt says install') as string,
      })
      expect(statSync(node.path('var/log/pgha-packages.log')).mode & 0o777).toBe(0o600)
    })

    it('does not take lists for fetched that could not be', async () => {
      node.write('broken', 'update')

      expect(await run([{ name: 'a' }])).toMatchObject({ code: 100 })
      expect(existsSync(stamp())).toBe(false)
      expect(calls()).toEqual(['update noninteractive l'])
    })
  })
})

describe.each(shells)('yum in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    node.write('var/log/x', '')
  })

  afterEach(() => node.close())

  it('reads what rpm says of those that are there, and nothing of the others', async () => {
    node.program(
      'rpm',
      `printf '%s\\n' "$*" >'${node.path('asked')}'`,
      `echo 'installed|haproxy|1.5.18-9.el7_9.1'`,
      `echo 'package patroni is not installed'; exit 1`,
    )
    const { code, stdout } = await node.connection.run(yum.query(['haproxy', 'patroni']))

    expect(code).toBe(0)
    expect(parseQuery(stdout, ['haproxy', 'patroni'])).toEqual([installed('1.5.18-9.el7_9.1'), absent])
    expect(readFileSync(node.path('asked'), 'utf8')).toBe(
      '-q --qf installed|%{NAME}|%{VERSION}-%{RELEASE}\\n haproxy patroni\n',
    )
  })

  it('reads nothing as nothing', async () => {
    node.program('rpm', 'exit 127')

    expect(await node.connection.run(yum.query(['a']))).toMatchObject({ code: 0, stdout: '' })
  })

  it('installs all in one transaction, and tells the last lines of its log when that fails', async () => {
    node.program('yum', `echo "yum $*"; echo 'Error: Unable to find a match: nosuch'; exit 1`)
    const answer = await node.connection.run(
      yum.install([{ name: 'haproxy', version: '1.5' }, { name: 'nosuch' }]),
    )

    expect(answer).toEqual({
      code: 1,
      stdout: '',
      stderr: 'yum -y install haproxy-1.5 nosuch\nError: Unable to find a match: nosuch\n',
    })
  })
})

describe.each(shells)('packages of a node in %s', (shell) => {
  it.each(['debian', 'el'] as const)(
    'are installed together and then there, on %s',
    async (family: Family) => {
      const node = sandbox(shell)
      node.write('var/log/x', '')
      const shelf = node.path('shelf')
      node.write('shelf/.keep', '')
      // Both managers at once; only the family's own is called.
      const put = `for last; do case $last in -*|install|noninteractive) ;; *) : >'${shelf}'/"$last" ;; esac; done`
      node.program('apt-get', `[ "$1" != install ] || { ${put}; }`)
      node.program('yum', put)
      node.program('dpkg', ':')
      const tell = (form: string) => `for n; do [ ! -e '${shelf}'/"$n" ] || printf '${form}\\n' "$n"; done`
      node.program('dpkg-query', 'shift 3', tell('installed|%s|1'))
      node.program('rpm', 'shift 3', tell('installed|%s|1'))
      node.program('apt-cache', ':')
      const wanted = packages(family, ['haproxy', 'keepalived', 'curl'])

      expect((await node.apply(wanted)).map(({ resource }) => resource)).toEqual(wanted.map(({ id }) => id))
      expect(await node.plan(wanted)).toEqual([])
      await node.close()
    },
  )

  it('that the manager does not bring although it succeeded are an error that names them', async () => {
    const node = sandbox(shell)
    node.write('var/log/x', '')
    node.program('rpm', ':')
    node.program('yum', 'echo Nothing to do')
    const error = await failureOf(node.apply(packages('el', ['patroni'])))

    expect(error.message).toContain('still differs after its own apply: install')
    expect(error.context.resource).toBe('package patroni')
    await node.close()
  })
})
