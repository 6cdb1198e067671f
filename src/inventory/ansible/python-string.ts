/** A string literal of Python that begins at `start`: its value and the offset behind it. */
export function stringLiteral(
  text: string,
  start: number,
): { readonly value: string; readonly end: number } | undefined {
  const opening = /([rRuUbB]{0,2})("""|'''|"|')/y
  opening.lastIndex = start
  const [whole, prefix = '', quote = ''] = opening.exec(text) ?? []
  if (whole === undefined) return undefined
  const isRaw = /r/i.test(prefix)
  let value = ''
  for (let at = start + whole.length; at < text.length;) {
    if (text.startsWith(quote, at)) return { value, end: at + quote.length }
    if (text.charAt(at) === '\n' && quote.length === 1) return undefined
    const escape = text.charAt(at) === '\\' ? escapeAt(text, at, isRaw) : undefined
    value += escape?.value ?? text.charAt(at)
    at += escape?.length ?? 1
  }
  return undefined
}

const simple: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

const coded = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U(0010[\da-fA-F]{4}|000[\da-fA-F]{5})|([0-7]{1,3}))/y

// Unknown escapes keep their backslash, as in Python.
function escapeAt(
  text: string,
  at: number,
  isRaw: boolean,
): { readonly value: string; readonly length: number } {
  const pair = text.slice(at, at + 2)
  if (isRaw) return { value: pair, length: 2 }
  coded.lastIndex = at
  const [whole, two, four, eight, octal] = coded.exec(text) ?? []
  if (whole !== undefined) {
    const hex = two ?? four ?? eight
    const code = hex === undefined ? parseInt(octal ?? '0', 8) : parseInt(hex, 16)
    return { value: String.fromCodePoint(code), length: whole.length }
  }
  return { value: simple[pair.slice(1)] ?? pair, length: 2 }
}
