import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Holder } from '../../src/transport/connection.ts'
import { Helper } from '../../src/transport/helper.ts'
import { loader, loaderCommand } from '../../src/transport/loader.ts'
import type { Pipe } from '../../src/transport/pipe.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { localPipe } from '../support/local-pipe.ts'

const ann: Holder = {
  user: 'ann',
  host: 'desk',
  pid: 1,
  command: "pgha apply 'ü' $x",
  since: '2026-11-22T10:00:00Z',
}
const bob: Holder = { ...ann, user: 'bob' }

describe.each(shells)('the loader in %s', (shell) => {
  const [file = shell, ...flags] = shell.split(' ')
  const pipes: Pipe[] = []
  let root: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'pgha-loader-'))
  })

  afterEach(async () => {
    for (const pipe of pipes.splice(0)) {
      pipe.destroy()
      await pipe.ended
    }
    rmSync(root, { recursive: true, force: true })
  })

  const paths = () => ({
    shell,
    lockFile: join(root, 'pgha.lock'),
    directories: [join(root, 'missing'), root],
  })

  function open(before = ''): Pipe {
    const pipe = localPipe(file, [...flags, '-c', `${before}\n${loader(paths())}`])
    pipes.push(pipe)
    return pipe
  }

  const start = (pipe: Pipe, holder?: Holder, beatMs?: number) =>
    Helper.start(
      pipe,
      {
        host: 'n1',
        user: 'root',
        uid: process.getuid?.() ?? 0,
        timeoutMs: 5000,
        ...(holder === undefined ? {} : { holder }),
      },
      beatMs,
    )

  /** Signs of life that the lock file has, the first included. */
  const signs = () => readFileSync(join(root, 'pgha.lock'), 'utf8').trimEnd().split('\n').slice(2)

  it('is found behind what a login shell says first', async () => {
    const noise = `printf 'Welcome\\n@0 ready 0\\nno newline'; seq 1 5000; echo oops >&2`
    const helper = await start(open(noise))

    expect((await helper.run('echo hi')).stdout).toBe('hi\n')
  })

  it('skips a password that nobody asked for', async () => {
    const pipe = open()
    pipe.stdin.write('PGHA-like password\n')
    const helper = await start(pipe)

    expect((await helper.run('echo hi')).stdout).toBe('hi\n')
  })

  it('locks for one at a time and says who it is', async () => {
    const helper = await start(open(), ann)
    const error = await failureOf(start(open(), bob))

    expect(error.kind).toBe('locked')
    expect(error.message).toMatch(
      /^n1 is locked by ann@desk \(pid 1\) since 2026-11-22T10:00:00Z: pgha apply 'ü' \$x; held for \d s, last sign of life \d s ago$/,
    )
    const [line = '', pid = ''] = readFileSync(join(root, 'pgha.lock'), 'utf8').split('\n')
    expect(JSON.parse(line)).toEqual(ann)
    expect(error.context.hint).toContain(`below process ${pid}`)
    expect((await helper.run('echo still here')).code).toBe(0)
  })

  it('hears signs of life while a script runs, which changes nothing for the script', async () => {
    const helper = await start(open(), ann, 100)
    const answer = await helper.run('sleep 1; cat "$PGHA_DIR/p"; exit 3', {
      payloads: [{ name: 'p', content: Buffer.from('H\nH\n') }],
    })

    expect(answer).toEqual({ code: 3, stdout: 'H\nH\n', stderr: '' })
    expect(signs().length).toBeGreaterThan(5)
    expect(signs().every((line) => /^\d+$/.test(line))).toBe(true)
    expect((await helper.run('echo next')).stdout).toBe('next\n')
  })

  it('gets none from a run that is shorter than they are apart, nor from one that only looks', async () => {
    await (await start(open(), ann)).run('echo hi')
    await (await start(open(), undefined, 20)).run('sleep 0.2')

    expect(signs()).toHaveLength(1)
  })

  it('says how long nobody was heard of, and what to do then', async () => {
    const helper = await start(open(), ann)
    const now = Number(readFileSync('/proc/uptime', 'utf8').split('.')[0])
    const lock = join(root, 'pgha.lock')
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/\d+\n$/, `${now - 300}\n${now - 90}\n`))
    const error = await failureOf(start(open(), bob))

    expect(error.message).toMatch(/; held for 30\d s, last sign of life 9\d s ago$/)
    expect(error.context.hint).toMatch(/^nobody is there any more: apply --break-lock/)
    await helper.run('')
  })

  it('does not mind a lock file without signs of life', async () => {
    const helper = await start(open(), ann)
    writeFileSync(join(root, 'pgha.lock'), 'somebody\n')
    expect((await failureOf(start(open(), bob))).message).toBe('n1 is locked by another run')
    await helper.run('')
  })

  it('does not lock for one who only looks', async () => {
    await start(open(), ann)

    expect((await (await start(open())).run('echo hi')).stdout).toBe('hi\n')
  })

  it.each([
    { ending: 'its client closes', end: (pipe: Pipe) => pipe.stdin.end() },
    {
      ending: 'it is terminated',
      end: (pipe: Pipe) => {
        pipe.destroy()
      },
    },
  ])('unlocks and cleans up when $ending', async ({ end }) => {
    const pipe = open()
    const helper = await start(pipe, ann)
    expect(readdirSync(root)).toEqual(['pgha.lock'])
    await helper.run('')
    expect(readdirSync(root)).toHaveLength(2)
    end(pipe)
    await pipe.ended

    expect(readdirSync(root)).toEqual(['pgha.lock'])
    await expect(start(open(), bob)).resolves.toBeDefined()
  })

  it('stays locked as long as a script runs that nobody waits for', async () => {
    const pipe = open()
    const helper = await start(pipe, ann)
    const answer = failureOf(helper.run('sleep 1; echo done'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    pipe.destroy()

    expect((await failureOf(start(open(), bob))).kind).toBe('locked')
    expect((await answer).message).toContain('how far it came is unknown')
    await expect.poll(() => readdirSync(root), { timeout: 5000 }).toEqual(['pgha.lock'])
    await expect(start(open(), bob)).resolves.toBeDefined()
  })

  it('is not kept locked by a daemon that a script left behind', async () => {
    const helper = await start(open(), ann)
    await helper.run('sleep 5 & :')
    await helper.close()

    await expect(start(open(), bob)).resolves.toBeDefined()
  })

  it('sweeps what dead helpers left, but not before a day has passed', async () => {
    const dead = execFileSync('sh', ['-c', 'echo $$']).toString().trim()
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000)
    const directory = (name: string, time: Date) => {
      mkdirSync(join(root, name))
      utimesSync(join(root, name), time, time)
    }
    directory(`pgha.${dead}.old111`, yesterday)
    directory(`pgha.${dead}.new111`, new Date())
    directory(`pgha.${process.pid}.old222`, yesterday)
    const helper = await start(open())
    await helper.run('')
    await helper.close()

    expect(readdirSync(root).sort()).toEqual([`pgha.${process.pid}.old222`, `pgha.${dead}.new111`].sort())
  })

  describe('a query', () => {
    const ask = (helper: Helper, script: string) => helper.run(script, { isQuery: true })

    it('answers byte for byte, whatever it prints and however it ends', async () => {
      const helper = await start(open())

      expect(await ask(helper, 'printf "a/b\\n\\n"; (exit 3)\n\n')).toEqual({
        code: 3,
        stdout: 'a/b\n\n',
        stderr: '',
      })
      expect(await ask(helper, 'printf ü; exit 4; echo never')).toMatchObject({ code: 4, stdout: 'ü' })
      expect(await ask(helper, 'x=1; cat; printf %s "$PGHA_DIR"')).toMatchObject({ code: 0, stdout: '' })
      expect((await ask(helper, 'printf %s "$x"; seq 1 100000')).stdout).toHaveLength(588_895)
      expect(await ask(helper, 'fi')).toMatchObject({ stdout: '' })
      expect((await helper.run('echo "$x"; echo next')).stdout).toBe('\nnext\n')
    })

    it('needs no directory, and leaves none', async () => {
      const helper = await start(open(), ann)
      await ask(helper, 'true')
      expect(readdirSync(root)).toEqual(['pgha.lock'])
    })

    it('gives what was said on stderr', async () => {
      const helper = await start(open())
      await ask(helper, 'echo oops >&2')
      await expect.poll(async () => (await ask(helper, 'true')).stderr).toContain('oops')
    })

    it('is not waited for when the run ends, and does not keep the lock', async () => {
      const pipe = open()
      const helper = await start(pipe, ann)
      const answer = ask(helper, 'sleep 5').catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 200))
      pipe.destroy()

      const isFree = () => start(open(), bob).then(...([() => true, () => false] as const))
      await expect.poll(isFree, { timeout: 3000 }).toBe(true)
      await answer
    })

    it('hears signs of life meanwhile', async () => {
      const helper = await start(open(), ann, 50)
      expect((await ask(helper, 'sleep 1; echo done')).stdout).toBe('done\n')
      expect(signs().length).toBeGreaterThan(5)
    })

    it('brings no payloads', async () => {
      const helper = await start(open())
      const payloads = [{ name: 'p', content: Buffer.from('x') }]
      await expect(helper.run('true', { isQuery: true, payloads })).rejects.toThrow('no payloads')
    })
  })

  it('says that a payload found no room', async () => {
    const helper = await start(open())
    const { stdout } = await helper.run('echo "$PGHA_DIR"')
    rmSync(stdout.trim(), { recursive: true })

    const error = await failureOf(
      helper.run('echo hi', { payloads: [{ name: 'p', content: Buffer.from('x') }] }),
    )
    expect(error.message).toBe('n1: no room for p below /run')
  })

  it('refuses names of payloads that would lead elsewhere', async () => {
    const helper = await start(open())

    for (const name of ['../x', 'a/b', '.script', 'a b', '', '-x', 'a\nR 0']) {
      await expect(helper.run('', { payloads: [{ name, content: Buffer.from('x') }] })).rejects.toThrow(
        'payload name',
      )
    }
    expect((await helper.run('echo hi')).stdout).toBe('hi\n')
  })
})

describe('loaderCommand', () => {
  it('is one line of the characters that every login shell leaves alone', () => {
    const [, encoded = ''] = /^\/bin\/sh -c 'eval "\$\(printf %b "([^"]*)"\)"'$/.exec(loaderCommand()) ?? []
    expect(encoded).toMatch(/^[\w =:,.;/@()<>|&*?[\]{}\\-]{1000,}$/)
    // Any other backslash would be read by tcsh or fish.
    expect(encoded.replaceAll(/\\0[0-7]{3}/g, '')).not.toContain('\\')
  })

  it('never changes, since it shows in process lists and sudo logs', () => {
    expect(loaderCommand()).toBe(loaderCommand())
    expect(existsSync('/run')).toBe(true)
  })
})
