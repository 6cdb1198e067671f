import type * as z from 'zod'

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a section of keys',
  record: 'a section of keys',
  array: 'a list',
}

const formats: Readonly<Record<string, string>> = {
  ipv4: 'not an IPv4 address',
  cidrv4: 'not an IPv4 network such as 198.18.1.0/24',
}

/** Messages for the operator in place of zod's. They never show the value: it may be a password in the wrong place. */
export const schemaMessage: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int' && typeof issue.input === 'number') return 'expected a whole number'
      return `expected ${kinds[issue.expected] ?? issue.expected}, not ${kindOfValue(issue.input)}${unquote(issue)}`
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`
    case 'invalid_format':
      return formats[issue.format] ?? 'not in the expected form'
    case 'too_small':
      return `has to be ${amount(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')}`
    case 'too_big':
      return `has to be ${amount(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')}`
    case 'not_multiple_of':
      return `has to be a multiple of ${String(issue.divisor)}`
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'not an allowed key'
    default:
      return 'not an allowed value'
  }
}

function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'a number'
  if (typeof value === 'boolean') return 'true or false'
  return value === undefined ? 'nothing' : 'a section of keys'
}

function unquote({ expected, input }: z.core.$ZodRawIssue & { expected?: unknown }): string {
  const wanted = expected === 'number' || expected === 'int' || expected === 'boolean'
  const quoted = typeof input === 'string' && /^(true|false|-?\d+(\.\d+)?)$/.test(input)
  return wanted && quoted ? '; take the quotes away' : ''
}

function amount(origin: string, bound: number | bigint, word: string): string {
  const figure = `${word} ${String(bound)}`
  if (origin === 'string') return `${figure} characters long`
  return origin === 'array' ? `a list of ${figure}` : figure
}
