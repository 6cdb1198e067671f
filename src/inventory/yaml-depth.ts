import { type CST } from 'yaml'

/** Levels of nesting of the tokens, counted without recursion: the parser itself overflows at some thousand. */
export function depthOf(tokens: readonly CST.Token[]): number {
  const open: (readonly [CST.Token, number])[] = tokens.map((token) => [token, 0])
  let deepest = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next
    deepest = Math.max(deepest, depth)
    for (const child of childrenOf(token)) open.push([child, depth + 1])
  }
  return deepest
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value]
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat())
}
