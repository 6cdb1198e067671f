/** Colour and redrawing where a person looks: a terminal, no NO_COLOR, no CI. */
export function wantsColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, CI, TERM } = process.env
  return stream.isTTY && (NO_COLOR ?? '') === '' && CI !== 'true' && TERM !== 'dumb'
}

/** Lines that stay, and below them one that is drawn over itself. */
export interface Screen {
  readonly write: (line: string) => void
  readonly draw: (text: string) => void
  /** Takes the drawn line away. */
  readonly end: () => void
}

/** Back to the start of the line, and nothing on it. */
const erase = '\r\u001b[K'

/** Where nobody looks, no terminal, NO_COLOR or CI, nothing is drawn. */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  const isDrawing = wantsColor(stream)
  let drawn = ''
  const put = (text: string) => {
    stream.write(`${drawn === '' ? '' : erase}${text}${drawn}`)
  }
  return {
    write: (line) => {
      put(`${line}\n`)
    },
    draw: (text) => {
      if (!isDrawing) return
      const next = text.slice(0, Math.max(0, stream.columns - 1))
      stream.write(`${erase}${next}`)
      drawn = next
    },
    end: () => {
      if (drawn !== '') stream.write(erase)
      drawn = ''
    },
  }
}
