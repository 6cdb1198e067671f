import * as z from 'zod'
import { line, secret, text } from '../../inventory/fields.ts'
import { defaultRequirements } from '../dcs-defaults.ts'

const Pinned = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,_-]+\])?==[A-Za-z0-9.+!_-]+$/,
  'expected a pinned package of Python, such as patroni[consul]==4.0.7',
)

const Git = z.strictObject({
  url: text(/^(https|ssh|file):\/\/[^\s"'\\]+$/, 'expected the address of a repository')
    .default('https://github.com/patroni/patroni.git')
    .meta({ description: 'repository to install from' }),
  ref: text(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'expected a tag or a commit').meta({
    description: 'tag or commit, never a branch that moves',
  }),
})

/** How Patroni gets onto a node. */
export const PatroniInstallVars = z
  .strictObject({
    method: z.enum(['package', 'pip', 'git']).default('package').meta({
      description: 'package of the distribution; pip and git: an environment of its own in /opt/patroni',
    }),
    requirements: z
      .array(Pinned)
      .min(1)
      .default([...defaultRequirements.consul])
      .meta({ description: 'for pip, and for git without Patroni itself: pinned packages of Python' }),
    index_url: secret().optional().meta({ description: 'index of packages instead of pypi.org' }),
    wheels: line().optional().meta({
      description: 'a folder of wheels on this machine; then no index is asked',
    }),
    git: Git.optional().meta({ description: 'for git: where and what' }),
  })
  .refine(({ method, git }) => method !== 'git' || git !== undefined, {
    error: 'method git needs git.ref',
  })

export type PatroniInstallVars = z.infer<typeof PatroniInstallVars>
