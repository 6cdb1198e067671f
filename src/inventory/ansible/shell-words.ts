/** A word of a line and the offset where it begins. */
export interface Word {
  readonly text: string
  readonly start: number
}

/** The words of a line, or what is wrong with it. */
export type Words =
  | { readonly ok: true; readonly words: readonly Word[] }
  | { readonly ok: false; readonly message: string; readonly at: number }

/** Splits a line as Python's shlex does: quotes and backslashes as in a shell, and `#` ends it even inside a word. */
export function shellWords(line: string): Words {
  const words: Word[] = []
  let at = 0
  for (;;) {
    while (/\s/.test(line.charAt(at))) at += 1
    if (at >= line.length || line.charAt(at) === '#') return { ok: true, words }
    const word = wordAt(line, at)
    if (!word.ok) return word
    words.push({ text: word.text, start: at })
    at = word.end
  }
}

type Scanned =
  | { readonly ok: true; readonly text: string; readonly end: number }
  | { readonly ok: false; readonly message: string; readonly at: number }

function wordAt(line: string, start: number): Scanned {
  let text = ''
  let at = start
  while (at < line.length) {
    const letter = line.charAt(at)
    if (/\s/.test(letter)) break
    if (letter === '#') return { ok: true, text, end: line.length }
    if (letter === '"' || letter === "'") {
      const quoted = quotedAt(line, at)
      if (!quoted.ok) return quoted
      text += quoted.text
      at = quoted.end
    } else if (letter === '\\') {
      if (at + 1 === line.length) return { ok: false, message: 'a backslash at the end of the line', at }
      text += line.charAt(at + 1)
      at += 2
    } else {
      text += letter
      at += 1
    }
  }
  return { ok: true, text, end: at }
}

// Inside double quotes a backslash protects only itself and the quote.
function quotedAt(line: string, start: number): Scanned {
  const quote = line.charAt(start)
  let text = ''
  for (let at = start + 1; at < line.length; at++) {
    const letter = line.charAt(at)
    const next = line.charAt(at + 1)
    if (letter === quote) return { ok: true, text, end: at + 1 }
    if (quote === '"' && letter === '\\' && (next === '"' || next === '\\')) {
      text += next
      at += 1
    } else {
      text += letter
    }
  }
  return { ok: false, message: 'the quote opened here is not closed', at: start }
}
