import * as z from 'zod'
import { line, text } from '../../inventory/fields.ts'

// Match would take the settings of other files along, Include is how this one is read.
const Keyword = text(
  /^(?!(match|include)$)[A-Za-z][A-Za-z0-9]{1,40}$/i,
  'expected a keyword of sshd_config; Match and Include are not possible here',
)

const Value = z.union([line(), z.number(), z.boolean(), z.array(line()).min(1)], {
  error: 'expected one line of text, a number, true or false, or a list of lines',
})

const PublicKey = text(
  /^([^#\s][^\n\r]*\s)?(ssh-(ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-\S+) [A-Za-z0-9+/]+=*( [^\n\r]*)?$/,
  'expected a public key as in a .pub file',
)

const AuthorizedKeys = z.strictObject({
  keys: z.array(PublicKey).default([]).meta({ description: 'public keys that may log in as this user' }),
  files: z.array(line()).default([]).meta({ description: 'files of public keys, on this machine' }),
  exclusive: z.boolean().default(false).meta({ description: 'whether all other keys are taken away' }),
})

/** The SSH server of the node and who may log in. How pgha itself logs in is said in `ssh`. */
export const SshdVars = z.strictObject({
  settings: z.record(Keyword, Value).default({}).meta({
    description: 'keywords of sshd_config; they win over what the node has',
  }),
  authorized_keys: z
    .record(text(/^[a-z_][a-z0-9_.-]{0,31}$/, 'expected a user name'), AuthorizedKeys)
    .default({})
    .meta({ description: 'keys by user; the users have to be there' }),
})

export type SshdVars = z.infer<typeof SshdVars>
