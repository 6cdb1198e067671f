import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyBytes } from '../../src/transport/frame-stream.ts'
import { type Frame, FrameReader } from '../../src/transport/frames.ts'

const nonce = '0123456789abcdef0123456789abcdef'

function read(chunks: readonly Buffer[]) {
  const frames: Frame[] = []
  const noise: string[] = []
  const reader = new FrameReader(nonce, bodyBytes, {
    frame: (frame) => frames.push(frame),
    noise: (line) => noise.push(line),
  })
  for (const chunk of chunks) reader.push(chunk)
  return { frames, noise }
}

function cut(whole: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [0, ...places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return at.slice(1).map((end, index) => whole.subarray(at[index], end))
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))

describe('FrameReader', () => {
  it('finds every frame, whatever its bytes and however the network cut it', () => {
    const answers = fc.array(fc.record({ out: bytes, err: bytes, code: fc.nat(255) }), { maxLength: 5 })
    fc.assert(
      fc.property(answers, fc.array(fc.nat()), (list, places) => {
        const sent = list.map(({ out, err, code }) =>
          Buffer.concat([Buffer.from(`\n@${nonce} end ${code} ${out.length} ${err.length}\n`), out, err]),
        )
        const { frames, noise } = read(cut(Buffer.concat(sent), places))

        expect(noise).toEqual([])
        expect(frames.map(({ words }) => words)).toEqual(
          list.map(({ out, err, code }) => ['end', `${code}`, `${out.length}`, `${err.length}`]),
        )
        expect(frames.map(({ body }) => body)).toEqual(list.map(({ out, err }) => Buffer.concat([out, err])))
      }),
    )
  })

  it('takes the rest for noise', () => {
    const text = `Welcome!\r\nno newline\n@${nonce} ready 0\n\n@${nonce.replace('0', '1')} ready 0\n @${nonce} x\n`

    expect(read([Buffer.from(text)])).toEqual({
      frames: [{ words: ['ready', '0'], body: Buffer.alloc(0) }],
      noise: ['Welcome!\r', 'no newline', `@${nonce.replace('0', '1')} ready 0`, ` @${nonce} x`],
    })
  })

  it('does not keep noise without end', () => {
    const { frames, noise } = read([
      ...Array<Buffer>(100).fill(Buffer.alloc(100_000, 'x')),
      Buffer.from('\n'),
    ])

    expect(frames).toEqual([])
    expect(noise[0]).toHaveLength(64 * 1024)
  })

  it('expects no stdout that was too long to be sent', () => {
    expect(bodyBytes(['end', '0', '33554433', '7'])).toBe(7)
  })

  it.each(['end', 'end 0', 'end 0 x 1', 'end 0 -1 5', 'end 0 1 1048577', 'end 0 1e99 0', 'ready 0 1 2'])(
    'believes no nonsense: %s',
    (line) => {
      expect(bodyBytes(line.split(' '))).toBe(0)
    },
  )

  it('goes on after nonsense', () => {
    expect(read([Buffer.from(`@${nonce} end 0 x 1\n@${nonce} begin\n`)]).frames).toHaveLength(2)
  })
})
