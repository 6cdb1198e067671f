import type { ErrorCode } from 'yaml'

// The parser's own messages can quote the text they stumble over, and that may be a password.
const byCode: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab in the indentation; YAML allows only spaces',
  DUPLICATE_KEY: 'this key is given twice',
  BAD_INDENT: 'wrong indentation',
  BLOCK_AS_IMPLICIT_KEY: 'a key with a value cannot stand here; put text that contains ": " in quotes',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside [ ] or { }',
  MULTILINE_IMPLICIT_KEY: 'a key has to end with ":" on its own line',
  MISSING_CHAR: 'something is missing here: a ":", a comma or a space',
  BAD_SCALAR_START: 'text cannot start with this character; put it in quotes',
  BAD_DQ_ESCAPE: 'unknown \\ escape in double quotes; use single quotes for text with a backslash',
  BAD_ALIAS: 'an alias (*name) of an anchor (&name) that is not set before it',
  ALIAS_PROPS: 'an alias (*name) cannot have a tag or an anchor',
  MULTIPLE_DOCS: 'a second document (---) in one file',
  NON_STRING_KEY: 'a key has to be plain text',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  BAD_DIRECTIVE: 'unknown % directive',
  TAG_RESOLVE_FAILED: 'a tag that does not fit; only !env NAME is known',
  BAD_COLLECTION_TYPE: 'a tag that does not fit; only !env NAME is known',
  RESOURCE_EXHAUSTION: 'nested too deeply',
}

// Constant beginnings of messages whose code alone says too little.
const byMessage: readonly (readonly [RegExp, string])[] = [
  [/^Missing closing/, 'the quote opened before is not closed'],
  [/end with a \}/, 'the { opened before is not closed'],
  [/end with a \]/, 'the [ opened before is not closed'],
]

/** What is wrong with the YAML, in words that never quote it. */
export function yamlMessage({
  code,
  message,
}: {
  readonly code: ErrorCode
  readonly message: string
}): string {
  const known = byMessage.find(([beginning]) => beginning.test(message))
  return known?.[1] ?? byCode[code] ?? 'not valid YAML here'
}
