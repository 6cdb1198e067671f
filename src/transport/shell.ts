/** Quotes any text as one word of a POSIX shell. Single quotes take everything but NUL, which no argument can hold. */
export function sh(word: string): string {
  if (word.includes('\0')) throw new Error('a shell word cannot hold a NUL byte')
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll(`'`, `'\\''`)}'`
}

/** A command line from its words, each quoted. */
export function command(...words: readonly string[]): string {
  return words.map(sh).join(' ')
}
