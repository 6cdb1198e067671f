const begin = '# BEGIN pgha'
const end = '# END pgha'
const pattern = new RegExp(`^${begin}\\n([^]*?)^${end}\\n?`, 'm')

/** What stands between the marks of pgha in a file; undefined without them. */
export function blockIn(text: string): string | undefined {
  return pattern.exec(text)?.[1]
}

/** The file with the block at its top, and the former one gone. */
export function withBlock(text: string, block: string): string {
  return `${begin}\n${block}${end}\n${text.replace(pattern, '')}`
}
