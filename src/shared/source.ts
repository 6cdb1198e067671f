/** A place in a file of the operator: line and column count from 1, as editors do. */
export interface Source {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `inventory.yaml:34:7`, the form that terminals and editors turn into a link. */
export function sourceText(source: Source): string {
  return `${source.file}:${source.line}:${source.column}`
}
