import { describe, expect, it } from 'vitest'
import { recordingConnection, shellConnection, shells } from './fake-connection.ts'

describe('the doubles of a connection', () => {
  it.each(shells)('runs scripts on this machine in %s', async (shell) => {
    const node = shellConnection({ shell, host: 'n7' })
    const answer = await node.run('cat "$PGHA_DIR/p"; exit 3', {
      payloads: [{ name: 'p', content: Buffer.from('x') }],
    })
    await node.close()

    expect([node.host, answer]).toEqual(['n7', { code: 3, stdout: 'x', stderr: '' }])
  })

  it('keeps scripts and gives canned answers in order', async () => {
    const node = recordingConnection(['one', { code: 1, stderr: 'no' }, new Error('lost')])

    expect(await node.run('a', { payloads: [{ name: 'p', content: Buffer.from('x') }] })).toEqual({
      code: 0,
      stdout: 'one',
      stderr: '',
    })
    expect(await node.run('b')).toEqual({ code: 1, stdout: '', stderr: 'no' })
    await expect(node.run('c')).rejects.toThrow('lost')
    await expect(node.run('d')).rejects.toThrow('no answer left for run 4: d')
    expect(node.runs.map(({ script }) => script)).toEqual(['a', 'b', 'c', 'd'])
    expect(node.runs[0]?.payloads[0]?.name).toBe('p')
  })

  it('answers by what it is asked', async () => {
    const node = recordingConnection((script) => `you said ${script}`)

    expect((await node.run('hi')).stdout).toBe('you said hi')
  })
})
