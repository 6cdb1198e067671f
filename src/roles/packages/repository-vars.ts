import * as z from 'zod'
import { line, text } from '../../inventory/fields.ts'

const YumRepository = z.strictObject({
  baseurl: line().meta({ description: 'address of the repository' }),
  gpgkey: line().optional().meta({ description: 'address of its key' }),
  gpgcheck: z.boolean().default(true).meta({ description: 'whether packages have to be signed' }),
})

/** Where packages of one origin come from, for both families. */
export const RepositoryFields = z.strictObject({
  apt: text(/^[^\u0000-\u0008\u000b-\u001f\u007f]+$/, 'cannot contain control characters')
    .optional()
    .meta({ description: 'for apt: one "deb …" line or deb822 text' }),
  yum: YumRepository.optional().meta({ description: 'for yum and dnf' }),
  key: line().optional().meta({ description: 'signing key, a file on this machine' }),
})

export type RepositoryFields = z.infer<typeof RepositoryFields>
