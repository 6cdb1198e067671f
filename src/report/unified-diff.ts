import { structuredPatch } from 'diff'

import type { TextChange } from '../engine/resource.ts'

// Two long texts that share nothing take jsdiff minutes; an operator would not read that diff either.
const timeoutMs = 500

/** Lines of a unified diff without file headers: each begins with `-`, `+`, a space, or is a `@@` line. */
export function unifiedDiff({ before, after }: TextChange): readonly string[] {
  if (before === '') return linesOf(after).map((line) => `+${line}`)
  const patch = structuredPatch('', '', before, after, '', '', { context: 2, timeout: timeoutMs })
  if (patch === undefined)
    return [`@@ too different to show: ${linesOf(before).length} → ${linesOf(after).length} lines @@`]
  const isSingle = patch.hunks.length === 1
  return patch.hunks.flatMap((hunk) => [...(isSingle ? [] : [`@@ line ${hunk.oldStart} @@`]), ...hunk.lines])
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
