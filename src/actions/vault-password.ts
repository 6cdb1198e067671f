import { runProgram, isProgram } from '../inventory/dynamic.ts'
import { readText } from '../inventory/read-text.ts'
import { InputError } from '../shared/errors.ts'
import { Secret } from '../shared/secret.ts'

/** The password of ansible-vault in a file, or the one that a program prints, as `--vault-password-file` takes both. */
export function readVaultPassword(path: string): Secret {
  const read = isProgram(path) ? printed(path) : readText(path)
  const source = { file: path, line: 1, column: 1 }
  if (!read.ok) throw new InputError([{ message: read.reason, source }])
  const password = read.text.trim()
  if (password === '') throw new InputError([{ message: 'there is no password in it', source }])
  return new Secret(password)
}

function printed(path: string): ReturnType<typeof readText> {
  const ran = runProgram(path, [], process.env)
  return ran.ok ? ran : { ok: false, reason: ran.message }
}
