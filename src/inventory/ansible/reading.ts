import type { Problem } from '../../shared/errors.ts'
import { Secret } from '../../shared/secret.ts'
import type { Source } from '../../shared/source.ts'
import { readText } from '../read-text.ts'
import { readYaml } from '../read-yaml.ts'
import { shownPath } from '../reading.ts'
import type { Tree } from '../tree.ts'
import { pythonYaml } from './python-yaml.ts'
import { type Decrypted, decryptVault, isVault } from './vault.ts'

/** What goes along while the files of an Ansible project are read. */
export interface AnsibleReading {
  /** Passwords of ansible-vault, tried one after the other. */
  readonly passwords: readonly Secret[]
  /** What makes the inventory unreadable. */
  readonly problems: Problem[]
  /** What the operator should know. */
  readonly notes: Problem[]
  /** Files in the order in which they were read. */
  readonly files: string[]
  /** Texts that came out of ansible-vault, which are never to be shown. */
  readonly decrypted: Set<string>
}

export function newReading(passwords: readonly Secret[]): AnsibleReading {
  return { passwords, problems: [], notes: [], files: [], decrypted: new Set() }
}

/** A file as text, decrypted if it is a file of ansible-vault; undefined when that fails, which is complained about. */
export interface AnsibleText {
  /** How its positions name it. */
  readonly file: string
  readonly text: string
  readonly isEncrypted: boolean
}

/** Reads a file. */
export function readAnsibleText(reading: AnsibleReading, path: string): AnsibleText | undefined {
  const file = shownPath(path)
  const source = { file, line: 1, column: 1 }
  reading.files.push(file)
  const read = readText(path)
  if (!read.ok) {
    reading.problems.push({ message: read.reason, source })
    return undefined
  }
  if (!isVault(read.text)) return { file, text: read.text, isEncrypted: false }
  const plain = decryptVault(read.text, reading.passwords)
  if (plain.ok) return { file: `${file} (decrypted)`, text: plain.text, isEncrypted: true }
  reading.problems.push(vaultProblem(plain.message, source))
  return undefined
}

/** Reads a file of variables or an inventory in YAML or JSON. */
export function readAnsibleYaml(reading: AnsibleReading, path: string): Tree | undefined {
  const read = readAnsibleText(reading, path)
  return read === undefined ? undefined : parseAnsibleYaml(reading, read)
}

/** The tree of a text that was read before; what is wrong with it is complained about. */
export function parseAnsibleYaml(
  reading: AnsibleReading,
  { text, file, isEncrypted }: AnsibleText,
): Tree | undefined {
  const dialect = pythonYaml((sealed) => keep(reading, decryptVault(sealed, reading.passwords)))
  const { tree, problems } = readYaml(text, { file, env: {}, dialect })
  reading.problems.push(
    ...problems.map((problem) =>
      problem.source === undefined ? problem : vaultProblem(problem.message, problem.source),
    ),
  )
  if (isEncrypted && tree !== undefined) keepAll(reading, tree)
  return tree
}

function vaultProblem(message: string, source: Source): Problem {
  if (message === 'unknown tag') return { message, source, hint: 'only !vault and !unsafe are known' }
  if (!message.startsWith('encrypted by ansible-vault')) return { message, source }
  return { message, source, hint: 'give it with --vault-password-file FILE or --ask-vault-pass' }
}

function keep(reading: AnsibleReading, plain: Decrypted): Decrypted {
  if (plain.ok) hide(reading, plain.text)
  return plain
}

function keepAll(reading: AnsibleReading, tree: Tree): void {
  if (tree.kind === 'scalar') hide(reading, String(tree.value))
  else if (tree.kind === 'list') for (const item of tree.items) keepAll(reading, item)
  else for (const { value } of tree.entries.values()) keepAll(reading, value)
}

function hide({ decrypted }: AnsibleReading, text: string): void {
  decrypted.add(text)
  // From here on no message shows it.
  new Secret(text)
}
