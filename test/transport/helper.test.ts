import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/transport/connection.ts'
import { shellConnection, shells } from '../support/fake-connection.ts'

describe.each(shells)('the helper in %s', (shell) => {
  let root: string
  let node: Connection

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'pgha-helper-'))
    node = shellConnection({ shell, root })
  })

  afterEach(async () => {
    await node.close()
    await rm(root, { recursive: true })
  })

  it('answers with exit code, stdout and stderr', async () => {
    const answer = await node.run('echo out; echo err >&2; exit 3')

    expect(answer).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
  })

  it.each([
    { ending: 'no newline at the end', script: 'printf abc', code: 0, stdout: 'abc' },
    { ending: 'nothing at all', script: '', code: 0, stdout: '' },
    {
      ending: 'a failing command under set -e',
      script: 'set -e; printf a; false; printf b',
      code: 1,
      stdout: 'a',
    },
    {
      ending: 'an unset variable under set -u',
      script: 'set -u; printf a; echo "$nothing"',
      code: undefined,
      stdout: 'a',
    },
    { ending: 'a syntax error', script: 'printf a\nif', code: 2, stdout: 'a' },
    { ending: 'its own death', script: 'printf a; kill -9 $$', code: 137, stdout: 'a' },
    { ending: 'SIGTERM to its group', script: 'printf a; kill $$; sleep 9', code: 143, stdout: 'a' },
    { ending: 'exec', script: 'exec printf abc', code: 0, stdout: 'abc' },
    { ending: 'closed streams', script: 'exec >&- 2>&-; exit 5', code: 5, stdout: '' },
    { ending: 'a trap', script: 'trap "printf z" EXIT; exit 4', code: 4, stdout: 'z' },
  ])('takes the next script after $ending', async ({ script, code, stdout }) => {
    const answer = await node.run(script)

    expect(answer.stdout).toBe(stdout)
    if (code !== undefined) expect(answer.code).toBe(code)
    expect(await node.run('echo next')).toEqual({ code: 0, stdout: 'next\n', stderr: '' })
  })

  it('keeps what one script does to its shell from the next', async () => {
    await node.run('cd /tmp; umask 0; PATH=; x=1; export x; printf() { :; }; exec 3>/dev/null; set -e')

    expect((await node.run('pwd; umask; echo "$x"; printf ok; [ -e /dev/fd/3 ] || echo closed')).stdout).toBe(
      '/\n0077\n\nokclosed\n',
    )
  })

  it('gives scripts an empty stdin, the C locale and a known PATH', async () => {
    const { stdout } = await node.run('cat; echo "$LC_ALL $PATH"')

    expect(stdout).toBe('C /usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin\n')
  })

  it('runs scripts in the order in which they were handed over', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => node.run(`echo ${n}`)))

    expect(answers.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n'])
  })

  it('delivers payloads byte by byte, for one run only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70_000 }), async (bytes) => {
        const content = Buffer.from(bytes)
        const answer = await node.run('stat -c %a "$PGHA_DIR/a-1.conf"; base64 -w0 "$PGHA_DIR/a-1.conf"', {
          payloads: [
            { name: 'a-1.conf', content },
            { name: 'empty', content: Buffer.alloc(0) },
          ],
        })

        expect(answer.stdout).toBe(`600\n${content.toString('base64')}`)
        expect((await node.run('ls "$PGHA_DIR"')).stdout).toBe('')
      }),
      { numRuns: 15 },
    )
  })

  it('brings back stdout and stderr whatever they contain', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 2000 })
    await fc.assert(
      fc.asyncProperty(text, text, async (out, err) => {
        const answer = await node.run('cat "$PGHA_DIR/out"; cat "$PGHA_DIR/err" >&2', {
          payloads: [
            { name: 'out', content: Buffer.from(out) },
            { name: 'err', content: Buffer.from(err) },
          ],
        })

        expect(answer).toEqual({ code: 0, stdout: out, stderr: err })
      }),
      { numRuns: 40 },
    )
  })

  it('is not confused by output that looks like its own', async () => {
    const { stdout } = await node.run(
      'echo pgha-loader; tr "\\0" " " </proc/$PPID/cmdline | head -c 9; echo; echo "@x end 0 0 0"',
    )

    expect(stdout).toMatch(/^pgha-loader\n.*\n@x end 0 0 0\n$/)
    expect((await node.run('echo next')).stdout).toBe('next\n')
  })

  it('is not held up by a daemon that a script leaves behind', async () => {
    const answer = await node.run('(sleep 3; echo late) & echo started')

    expect(answer.stdout).toBe('started\n')
    expect((await node.run('echo next')).stdout).toBe('next\n')
  })

  it('does not take what a daemon of an earlier script says for output of a later one', async () => {
    await node.run('(sleep 0.3; echo late; echo late >&2) &')

    expect(await node.run('sleep 0.6; echo out; echo err >&2')).toEqual({
      code: 0,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  it('refuses more output than memory should hold', async () => {
    await expect(node.run('head -c 33554433 /dev/zero')).rejects.toThrow(/wrote 33554433 bytes; the limit is/)
    expect((await node.run('echo next')).stdout).toBe('next\n')
  })

  it('keeps the last part of a long stderr', async () => {
    const { stderr } = await node.run('head -c 2000000 /dev/zero | tr "\\0" x >&2; echo end >&2')

    expect(stderr).toHaveLength(1024 * 1024)
    expect(stderr.endsWith('xend\n')).toBe(true)
  })

  it('ends a script that is too late, and takes the next', async () => {
    await expect(node.run('echo why >&2; sleep 60', { timeoutMs: 500 })).rejects.toMatchObject({
      kind: 'failed',
      message: 'fake: a script did not end within 0.5 s',
      context: { evidence: ['why'] },
    })
    expect((await node.run('echo next')).stdout).toBe('next\n')
  })

  it('leaves nothing behind', async () => {
    const { stdout: directory } = await node.run('printf %s "$PGHA_DIR"')
    expect(existsSync(directory)).toBe(true)

    await node.close()

    expect(existsSync(directory)).toBe(false)
    expect(await readdir(root)).toEqual([])
  })
})
