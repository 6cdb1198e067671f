import type { Resource } from '../engine/resource.ts'
import { didYouMean } from '../inventory/did-you-mean.ts'
import { allTags } from '../roles/index.ts'
import { InputError, type Problem } from '../shared/errors.ts'
import type { RunOptions } from './options.ts'

/** Tags that select nothing are mistakes of typing; they are refused before anything is contacted. */
export function checkTags({ tags, skipTags }: Pick<RunOptions, 'tags' | 'skipTags'>): void {
  const known = allTags()
  const problems = [
    ...tags.map((tag) => unknownTag('--tags', tag, known)),
    ...skipTags.map((tag) => unknownTag('--skip-tags', tag, known)),
  ].flat()
  if (problems.length > 0) throw new InputError(problems)
}

function unknownTag(flag: string, tag: string, known: readonly string[]): readonly Problem[] {
  if (known.includes(tag)) return []
  const hint = didYouMean(tag, known) ?? `tags: ${known.join(', ')}`
  return [{ message: `${flag}: nothing has the tag "${tag}"`, hint }]
}

/** The resources that `--tags` names, less those that `--skip-tags` names. */
export function selectResources(
  resources: readonly Resource[],
  { tags, skipTags }: Pick<RunOptions, 'tags' | 'skipTags'>,
): readonly Resource[] {
  return resources.filter(
    (one) =>
      (tags.length === 0 || one.tags.some((tag) => tags.includes(tag))) &&
      !one.tags.some((tag) => skipTags.includes(tag)),
  )
}
