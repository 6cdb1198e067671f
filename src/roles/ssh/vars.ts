import * as z from 'zod'
import { line, port, secret, text, wholeNumber } from '../../inventory/fields.ts'

/** How pgha gets onto the nodes. What is not set here comes from the operator's own SSH configuration. */
export const SshVars = z.strictObject({
  user: text(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,127}$/, 'not a user name')
    .optional()
    .meta({ description: 'login; default: what the SSH configuration says, else root' }),
  port: port().optional().meta({ description: 'port; default: what the SSH configuration says, else 22' }),
  config_file: line().optional().meta({ description: 'SSH configuration to use instead of ~/.ssh/config' }),
  key_files: z
    .array(line())
    .default([])
    .meta({ description: 'private keys to try, before those of the agent' }),
  passphrase: secret().optional().meta({ description: 'opens the private keys that are encrypted' }),
  password: secret().optional().meta({ description: 'login password, where keys are not allowed' }),
  sudo_password: secret().optional().meta({ description: 'asked by sudo when the login is not root' }),
  known_hosts: z
    .array(line())
    .default([])
    .meta({ description: 'known_hosts files to trust besides the usual ones' }),
  connect_timeout: wholeNumber(1, 600)
    .default(10)
    .meta({ description: 'seconds until a node counts as unreachable' }),
})

export type SshVars = z.infer<typeof SshVars>
