import { importAnsible } from '../../actions/import-ansible.ts'
import { readVaultPassword } from '../../actions/vault-password.ts'
import { importText } from '../../report/import-text.ts'
import { InputError } from '../../shared/errors.ts'
import { Secret } from '../../shared/secret.ts'
import { askSecret } from '../ask.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'
import { type Raw, flagOption, listOption, textOption } from '../raw.ts'

/** Exit code 2 when the new inventory has places to fill in. */
export const command: Command = async ({ arguments: given, colors, print }) => {
  const { raw, limit, json } = given
  const from = textOption(raw, 'from')
  if (from !== 'ansible') {
    throw new InputError([{ message: 'import knows only Ansible', hint: 'pgha import ansible PATH' }])
  }
  const summary = await importAnsible({
    path: textOption(raw, 'path') ?? '.',
    out: textOption(raw, 'out') ?? '.',
    force: flagOption(raw, 'force'),
    limit,
    passwords: await vaultPasswords(raw),
  })
  print(json ? `${JSON.stringify(summary, null, 2)}\n` : importText(summary, colors))
  return summary.fillIn.length === 0 ? exit.ok : exit.pending
}

async function vaultPasswords(raw: Raw): Promise<readonly Secret[]> {
  const fromFiles = listOption(raw, 'vault-password-file').map(readVaultPassword)
  if (!flagOption(raw, 'ask-vault-pass')) return fromFiles
  return [...fromFiles, new Secret(await askSecret('Vault password: '))]
}
